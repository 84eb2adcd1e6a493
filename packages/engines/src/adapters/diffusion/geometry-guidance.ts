import { type ControlMapName, MIDDLE_GEOMETRY_STRENGTH } from '@diorama/contracts';

interface Range {
  /** At strength 0. */
  readonly loose: number;
  /** At strength 1. */
  readonly strict: number;
}

/**
 * Weight of each map alone. Depth carries the composition and bears full weight; thin edges above 0.9 make pictures
 * look traced; normals and flat colours shift tones when they are strong.
 */
const MAP_WEIGHT: Readonly<Record<ControlMapName, Range>> = {
  depth: { loose: 0.3, strict: 1 },
  normal: { loose: 0.25, strict: 0.85 },
  canny: { loose: 0.2, strict: 0.9 },
  lineart: { loose: 0.2, strict: 0.85 },
  segmentation: { loose: 0.2, strict: 0.7 },
  'object-mask': { loose: 0.2, strict: 0.7 },
};

/** Several maps push in the same direction, so each gets less of its weight: one, two, three, more. */
const SHARE_BY_COUNT = [1, 0.8, 0.65, 0.55] as const;

/** Where in the sampling the maps let go: details form at the end, and a loose picture decides them itself. */
const MAP_END: Range = { loose: 0.45, strict: 1 };

/** Noise over the canvas: 1 = nothing is left of it. With maps the forms hold even at much noise. */
const DENOISE_WITH_MAPS: Range = { loose: 1, strict: 0.55 };
const DENOISE_ALONE: Range = { loose: 0.95, strict: 0.35 };

export interface GeometryGuidance {
  /** Denoising strength of the canvas as start picture, 0 to 1. */
  readonly denoise: number;
  readonly maps: readonly { readonly map: ControlMapName; readonly weight: number; readonly endAt: number }[];
}

/**
 * What the one control for geometry means to a diffusion model: more strength = less noise over the canvas, heavier
 * maps, and maps that act longer. Straight lines between the values above, rounded to hundredths.
 *
 * @param geometryStrength 0 = the scene is a hint, 1 = every edge stays; null = {@link MIDDLE_GEOMETRY_STRENGTH}.
 */
export function geometryGuidance(
  geometryStrength: number | null,
  maps: readonly ControlMapName[],
): GeometryGuidance {
  const strength = geometryStrength ?? MIDDLE_GEOMETRY_STRENGTH;
  const share = SHARE_BY_COUNT[Math.min(maps.length, SHARE_BY_COUNT.length) - 1] ?? 1;
  return {
    denoise: between(maps.length > 0 ? DENOISE_WITH_MAPS : DENOISE_ALONE, strength),
    maps: maps.map((map) => ({
      map,
      weight: hundredths(between(MAP_WEIGHT[map], strength) * share),
      endAt: between(MAP_END, strength),
    })),
  };
}

/**
 * The maps to use when nobody chose: one for the volume and one for the edges. More than two rarely help and cost
 * memory and time.
 */
export function usualMaps(offered: readonly ControlMapName[], atMost = 2): ControlMapName[] {
  const pick = (...names: ControlMapName[]) => names.find((name) => offered.includes(name));
  return [pick('depth', 'normal'), pick('canny', 'lineart')]
    .filter((name) => name !== undefined)
    .slice(0, atMost);
}

function between(range: Range, strength: number): number {
  return hundredths(range.loose + (range.strict - range.loose) * strength);
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
