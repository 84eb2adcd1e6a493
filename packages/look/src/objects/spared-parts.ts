import type { Surface } from '@diorama/contracts';

const words = (list: string): readonly string[] => list.split(' ');

/** Parts that keep their own material when the thing they belong to gets one. */
const ALWAYS = words(
  'pane glass glazing mirror bulb label print lettering pump collar tube perfume liquid coffee soil screen headlight page room wheel tire skylight pot planter saucer',
);
const OF_UPHOLSTERY = words('leg foot tip caster frame base pole stem');
const OF_COLORED = words('leg foot tip caster pole trunk twig cap stopper');
const OF_SOLIDS = words('shade cushion pillow blanket leaf foliage cap stopper');
const OF_WALLS = words('frame handle mullion bar sill window door shutter curtain picture');
/** Where the light of a lamp comes from. */
const LIGHT_SOURCES = new Set(
  words('bulb shade lantern tube led filament screen headlight neon candle flame'),
);

/** Which parts are spared by a surface; the word that named the thing itself is never a part. */
export function sparedParts(surface: Surface, named: string): (word: string) => boolean {
  const kind = surface.texture?.kind;
  const isUpholstery = kind === 'fabric' || kind === 'leather';
  const isColorOnly = surface.roughness === null && surface.metalness === null && surface.texture === null;
  const spared = new Set([
    ...ALWAYS,
    ...(isUpholstery ? OF_UPHOLSTERY : isColorOnly ? OF_COLORED : OF_SOLIDS),
    ...(named === 'wall' || named === 'facade' ? OF_WALLS : []),
  ]);
  spared.delete(named);
  return (word) => spared.has(word);
}

/** Whether a part shines when the thing it belongs to is said to glow. */
export const isLightSource = (word: string): boolean => LIGHT_SOURCES.has(word);
