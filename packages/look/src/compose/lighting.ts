import type { Look } from '@diorama/contracts';
import { clamp } from '../color/oklab.ts';
import type { SceneKind } from '../objects/scene-kind.ts';
import type { HdriName, StudioPatch, StudioSet } from '../vocabulary/types.ts';
import { HINT_SETS, type LightWishes, PLAIN_SETS, STRONG_SETS } from './light-wishes.ts';

type Lighting = Look['lighting'];

const INDOOR_HDRIS: ReadonlySet<HdriName> = new Set(['apartment', 'lobby', 'warehouse']);

/** A sun below this is low enough to be golden. */
const LOW_SUN_DEGREES = 12;

/** Colours of lamps without a set that carries them. */
const COLORED_SET: StudioPatch = { set: 'neon', fill: 0.2, softness: 0.5, keyAzimuthDegrees: -60 };

/** One light out of all that was asked for. Tells the words that lost what replaced them. */
export function composeLighting(wishes: LightWishes, base: Lighting, scene: SceneKind): Lighting {
  const { hdri, sun, cloudCover, colorsSrgb } = wishes;
  const kind = chooseKind(wishes, scene);
  if (kind === 'hdri') {
    const rotationDegrees = clamp(wishes.azimuthDegrees ?? 0, -180, 180);
    return { kind, name: sun?.value.moon ? 'night' : hdri!.value, rotationDegrees };
  }
  if (kind === 'sky') {
    const known = base.kind === 'sky' ? base : null;
    return withHints(wishes, {
      kind,
      sunElevationDegrees: sun?.value.elevationDegrees ?? known?.sunElevationDegrees ?? 36,
      sunAzimuthDegrees: sun?.value.azimuthDegrees ?? known?.sunAzimuthDegrees ?? -60,
      turbidity: clamp(wishes.turbidity ?? 2.8, 1.7, 10),
      cloudCover: cloudCover ?? 0.08,
      moon: sun?.value.moon ?? false,
    });
  }
  if (kind === 'default' && colorsSrgb.length === 0) return withHints(wishes, base);
  const patch = kind === 'room' ? roomAtHour(wishes) : (wishes.studio?.value ?? COLORED_SET);
  return withHints(wishes, studioLighting(wishes, patch));
}

type Studio = NonNullable<LightWishes['studio']>;
type Hdri = NonNullable<LightWishes['hdri']>;

/** `room` is a place indoors at some hour, lit through its window; `default` is none that was asked for. */
type Kind = 'sky' | 'studio' | 'hdri' | 'room' | 'default';

function chooseKind(wishes: LightWishes, scene: SceneKind): Kind {
  const { sun, studio, hdri } = wishes;
  if (studio) {
    const kind = studioOrSky(wishes, studio);
    return hdri ? withPlace(wishes, studio, hdri, kind, scene) : kind;
  }
  if (hdri) return lightOfPlace(wishes, hdri, scene);
  return sun || wishes.skyOrder >= 0 ? 'sky' : 'default';
}

/** A studio against the sun and the sky. */
function studioOrSky({ sun, skyOrder }: LightWishes, studio: Studio): 'studio' | 'sky' {
  const { set } = studio.value;
  if (STRONG_SETS.has(set)) return 'studio';
  if (!sun) return skyOrder > studio.order && PLAIN_SETS.has(set) ? 'sky' : 'studio';
  if (HINT_SETS.has(set)) return 'sky';
  if (sun.order < studio.order) {
    sun.note.replacedBy ??= studio.note.text;
    return 'studio';
  }
  if (sun.note.category !== 'weather') studio.note.replacedBy ??= sun.note.text;
  return 'sky';
}

/** A place against a studio, which has come to `kind` against the sky. */
function withPlace(
  wishes: LightWishes,
  studio: Studio,
  hdri: Hdri,
  kind: 'studio' | 'sky',
  scene: SceneKind,
): Kind {
  const { set } = studio.value;
  if (STRONG_SETS.has(set)) return kind;
  if (HINT_SETS.has(set)) return lightOfPlace(wishes, hdri, scene);
  if (set === 'softbox' || set === 'overhead') {
    if (hdri.order > studio.order) {
      studio.note.replacedBy ??= hdri.note.text;
      return lightOfPlace(wishes, hdri, scene);
    }
    hdri.note.replacedBy ??= studio.note.text;
  }
  return kind === 'studio' ? kind : lightOfPlace(wishes, hdri, scene);
}

/** What lights a place at the time and in the weather that were asked for. */
function lightOfPlace({ sun, cloudCover }: LightWishes, hdri: Hdri, scene: SceneKind): Kind {
  const isIndoor = INDOOR_HDRIS.has(hdri.value);
  if (sun?.value.moon)
    return isIndoor ? 'room' : hdri.value === 'city' || hdri.value === 'night' ? 'hdri' : 'sky';
  if (sun) return isIndoor && scene === 'object' ? 'room' : 'sky';
  // A room in words over a room in the scene: its own windows let the light in.
  const isOwnRoom = hdri.value === 'apartment' && scene === 'interior';
  const isCloudy = (cloudCover ?? 0) > 0.6;
  // A forest and a street are shady anyway; open places are nothing without their sky.
  const isOpen = !isIndoor && hdri.value !== 'forest' && hdri.value !== 'city';
  return isOwnRoom || (isCloudy && isOpen) ? 'sky' : 'hdri';
}

function roomAtHour({ sun }: LightWishes): StudioPatch {
  if (sun?.value.moon)
    return { set: 'low-key', keyColorSrgb: '#ffc890', fill: 0.2, softness: 0.5, keyAzimuthDegrees: -60 };
  const isLow = (sun?.value.elevationDegrees ?? 40) < LOW_SUN_DEGREES;
  const keyColorSrgb = isLow ? '#ffcf94' : '#fff4e2';
  return { set: 'window', keyColorSrgb, fill: 0.35, softness: 0.55, keyAzimuthDegrees: -85 };
}

function studioLighting(wishes: LightWishes, patch: StudioPatch): Lighting {
  const [key, second] = wishes.colorsSrgb;
  // "Pink and neon": one tube is named, the other stays what it is, or everything would have one colour.
  const accent = second ?? (patch.set === 'neon' ? patch.accentColorSrgb : key);
  const fill = patch.fill ?? 0.5;
  return {
    kind: 'studio',
    set: patch.set,
    keyColorSrgb: key ?? sunTinted(wishes, patch.keyColorSrgb ?? '#ffffff', patch.set),
    accentColorSrgb: accent ?? patch.accentColorSrgb ?? '#ffffff',
    fill: wishes.isLowKey ? Math.min(fill, 0.1) : wishes.isHighKey ? Math.max(fill, 0.8) : fill,
    softness: patch.softness ?? 0.7,
    keyAzimuthDegrees: patch.keyAzimuthDegrees ?? -40,
  };
}

/** Window light at golden hour is golden. */
function sunTinted({ sun, studio, cloudCover }: LightWishes, color: string, set: StudioSet): string {
  if (set !== 'window' || !sun || studio?.note.category === 'environment') return color;
  const { elevationDegrees, moon } = sun.value;
  if (moon) return '#9fb4e0';
  if (elevationDegrees < -1) return '#b9c6ea';
  if (elevationDegrees < LOW_SUN_DEGREES) return '#ffc98a';
  return (cloudCover ?? 0) > 0.6 ? '#e6edf5' : color;
}

/** "Soft light", "from the left": in a studio they are its lamps, under a sky its clouds and where the sun stands. */
function withHints(wishes: LightWishes, lighting: Lighting): Lighting {
  const { softness, fill, azimuthDegrees } = wishes;
  if (lighting.kind === 'studio') {
    return {
      ...lighting,
      softness: softness ?? lighting.softness,
      fill: wishes.isLowKey ? Math.min(fill ?? 1, lighting.fill) : (fill ?? lighting.fill),
      keyAzimuthDegrees: azimuthDegrees ?? lighting.keyAzimuthDegrees,
    };
  }
  if (lighting.kind === 'hdri') return lighting;
  let { cloudCover } = lighting;
  if (softness !== null && softness > 0.7) cloudCover = Math.max(cloudCover, lighting.moon ? 0.2 : 0.55);
  if (fill !== null && fill > 0.9 && !lighting.moon) cloudCover = 1;
  // Hard light needs a clear sky, unless clouds were asked for.
  if (softness !== null && softness < 0.2 && wishes.skyOrder < 0) cloudCover = Math.min(cloudCover, 0.03);
  return { ...lighting, cloudCover, sunAzimuthDegrees: azimuthDegrees ?? lighting.sunAzimuthDegrees };
}
