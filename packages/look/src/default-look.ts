import type { Look, LookScene, Surface } from '@diorama/contracts';
import { type ObjectIndex, objectIndexOf } from './objects/object-index.ts';

/** A surface that changes nothing but what is given. */
export function aSurface(name: string, values: Partial<Surface> = {}): Surface {
  return {
    name,
    colorSrgb: null,
    roughness: null,
    metalness: null,
    transmission: null,
    thinWalled: null,
    ior: null,
    clearcoat: null,
    sheenSrgb: null,
    emission: null,
    texture: null,
    wetness: 0,
    ...values,
  };
}

/** Backdrop of the plain studio: light enough to look clean, dark enough that white products stand out. */
export const STUDIO_BACKDROP_SRGB = '#cfcecb';

const NEUTRAL_GRADE: Look['grade'] = {
  exposureEv: 0,
  contrast: 0,
  saturation: 0,
  temperature: 0,
  tint: 0,
  shadowsSrgb: null,
  highlightsSrgb: null,
  splitTone: 0,
  vignette: 0,
  grain: 0,
  bloom: 0,
  monochrome: false,
};

/** Afternoon sun from the front left with a few clouds: shapes read well and nothing burns out. */
const OUTDOOR_SKY: Look['lighting'] = {
  kind: 'sky',
  sunElevationDegrees: 38,
  sunAzimuthDegrees: -55,
  turbidity: 2.8,
  cloudCover: 0.12,
  moon: false,
};
/** For rooms: a softer, lower sun that still reaches in through a window. */
const INTERIOR_SKY: Look['lighting'] = {
  ...OUTDOOR_SKY,
  sunElevationDegrees: 30,
  sunAzimuthDegrees: -75,
  cloudCover: 0.25,
};
/** For single things: a large key light from the front left, a bright fill, a clean backdrop. */
const PRODUCT_STUDIO: Look['lighting'] = {
  kind: 'studio',
  set: 'softbox',
  keyColorSrgb: '#fffaf3',
  accentColorSrgb: '#ffffff',
  fill: 0.5,
  softness: 0.75,
  keyAzimuthDegrees: -40,
};

export function defaultLookOf(index: ObjectIndex): Look {
  const isObject = index.kind === 'object';
  return {
    version: 1,
    style: 'photo',
    lighting: { ...(isObject ? PRODUCT_STUDIO : index.kind === 'interior' ? INTERIOR_SKY : OUTDOOR_SKY) },
    background: isObject ? { kind: 'color', colorSrgb: STUDIO_BACKDROP_SRGB } : { kind: 'environment' },
    ground:
      isObject && !index.hasGround
        ? {
            kind: 'backdrop',
            surface: aSurface('backdrop', { colorSrgb: STUDIO_BACKDROP_SRGB, roughness: 0.7, metalness: 0 }),
          }
        : { kind: 'none', surface: aSurface('none') },
    materials: [],
    lens: { focalLengthMm: null, depthOfField: 0, focusOn: null },
    atmosphere: { fog: 0, fogColorSrgb: null, precipitation: 'none', precipitationAmount: 0 },
    grade: { ...NEUTRAL_GRADE },
    palette: [],
    references: [],
    directives: [],
    notUnderstood: [],
    noEffect: [],
  };
}

/** What an empty prompt gives: a softbox studio for single things, an afternoon sky for buildings and rooms. */
export function defaultLook(scene: LookScene | null): Look {
  return defaultLookOf(objectIndexOf(scene));
}
