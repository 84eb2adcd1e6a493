import type { Look, Surface } from '@diorama/contracts';
import { aSurface, STUDIO_BACKDROP_SRGB } from '../default-look.ts';
import type { ObjectIndex } from '../objects/object-index.ts';
import type { Slot } from './note.ts';

type Ground = Look['ground'];

/** A ground that words asked for. */
export interface AskedGround extends Slot<Ground> {
  /** Brought along by a place or a light: gives way to a floor the scene has. */
  isSoft: boolean;
}

/** Wetter snow than this is water. */
const MOST_WETNESS_OF_SNOW = 0.3;

const noGround = (): Ground => ({ kind: 'none', surface: aSurface('none') });

/** Whether an asked ground belongs on the scene's own floor: an added one would lie hidden under it. */
export const isForOwnGround = ({ value, isSoft }: AskedGround): boolean =>
  !isSoft && value.kind !== 'plinth' && value.kind !== 'none';

/**
 * What the subject stands on.
 *
 * @param look Its light and background are settled; its ground is the default one.
 * @param hasOwnBackground Whether words asked for a background.
 */
export function composeGround(
  look: Look,
  asked: AskedGround | null,
  index: ObjectIndex,
  hasOwnBackground: boolean,
): Ground {
  const { background } = look;
  const behindSrgb =
    background.kind === 'color'
      ? background.colorSrgb
      : background.kind === 'gradient'
        ? background.bottomSrgb
        : null;
  if (asked && isForOwnGround(asked) && index.groundTarget) return noGround();
  if (asked && !(asked.isSoft && index.hasGround)) {
    // A paper backdrop has the colour of what is behind.
    const isPaper = asked.isSoft && asked.value.kind === 'backdrop' && asked.note.category !== 'environment';
    if (!isPaper || !behindSrgb) return asked.value;
    return { ...asked.value, surface: { ...asked.value.surface, colorSrgb: behindSrgb } };
  }
  if (index.hasGround) return noGround();
  if (background.kind === 'environment') {
    if (index.kind === 'interior') return noGround();
    const stone = aSurface('pale stone', { colorSrgb: '#b3aea6', roughness: 0.75, metalness: 0 });
    return { kind: 'plane', surface: stone };
  }
  if (index.kind !== 'object' && !hasOwnBackground) return look.ground;
  const colorSrgb = behindSrgb ?? STUDIO_BACKDROP_SRGB;
  return { kind: 'backdrop', surface: aSurface('backdrop', { colorSrgb, roughness: 0.7, metalness: 0 }) };
}

/** The ground as wet as weather and words have made it; snow stays snow. */
export function wetted(ground: Ground, wetness: number | null): Ground {
  const asked = ground.kind === 'none' ? null : wetness;
  const surface: Surface = { ...ground.surface, wetness: asked ?? ground.surface.wetness };
  if (surface.texture?.kind === 'snow') surface.wetness = Math.min(surface.wetness, MOST_WETNESS_OF_SNOW);
  return { ...ground, surface };
}
