import type { SceneExtent } from '@diorama/conditioning';
import type { SceneDocument } from '@diorama/scene';

/** Longest edges in metres of what model files are named after. Words of one row are about as large as each other. */
const TYPICAL_SIZES: readonly (readonly [metres: number, words: string])[] = [
  [4.6, 'car vehicle truck pickup van suv sedan taxi police ambulance jeep racer coupe'],
  [10, 'bus lorry trailer'],
  [2.1, 'motorcycle motorbike bike bicycle scooter moped'],
  [10, 'building house garage shop villa cottage cabin barn store hut'],
  [8, 'tree pine oak palm'],
  [30, 'forest skyscraper church castle'],
  [6, 'fountain boat'],
];

const SIZES = new Map(
  TYPICAL_SIZES.flatMap(([metres, words]) => words.split(' ').map((word) => [word, metres] as const)),
);

/** Scenes are measured in metres, but many are not drawn so: outside these radii textures are scaled along. */
const BELIEVABLE_RADII_M = [0.12, 40] as const;
/** A sports car and a pickup differ by this much; what differs more is drawn to another scale. */
const SAME_SCALE = 1.35;

/**
 * Metres of the real thing per unit of the scene, 1 when the scene is believable: toys are modelled a metre long and
 * called a truck, and the grain of a road or the puddles on it must shrink along or they look like a lake's.
 */
export function unitScaleOf(extent: SceneExtent, document: Pick<SceneDocument, 'sources'>): number {
  const sources = Object.values(document.sources);
  const longest = Math.max(...extent.max.map((high, axis) => high - extent.min[axis]!));
  if (sources.length === 1 && longest > 0) {
    const words = sources[0]!.name
      .replace(/\.\w+$/, '')
      .toLowerCase()
      .split(/[^a-z]+/);
    const typical = words.map((word) => SIZES.get(word)).find((metres) => metres !== undefined);
    if (typical !== undefined) {
      const scale = typical / longest;
      return scale > 1 / SAME_SCALE && scale < SAME_SCALE ? 1 : scale;
    }
  }
  const [low, high] = BELIEVABLE_RADII_M;
  if (extent.radius < low) return low / extent.radius;
  return extent.radius > high ? high / extent.radius : 1;
}
