import type { Surface } from '@diorama/contracts';

/** Parts that keep their own material when the thing they belong to gets one. */
const ALWAYS_SPARED =
  'pane glass glazing mirror bulb label print lettering pump collar tube perfume liquid coffee soil screen headlight page room wheel tire skylight'.split(
    ' ',
  );
const SPARED_BY_CLOTH = 'leg foot tip caster frame base pole stem button'.split(' ');
const SPARED_BY_SOLID = 'shade cushion pillow blanket leaf foliage cap lid stopper'.split(' ');

/** Which parts are spared by a surface; the words that named the thing itself are never parts. */
export function sparedParts(surface: Surface, named: string): (word: string) => boolean {
  const spared = new Set(ALWAYS_SPARED);
  const kind = surface.texture?.kind;
  const isCloth = kind === 'fabric' || kind === 'leather';
  const isColorOnly = surface.roughness === null && surface.metalness === null && surface.texture === null;
  for (const word of isCloth || isColorOnly ? SPARED_BY_CLOTH : []) spared.add(word);
  for (const word of isCloth ? [] : SPARED_BY_SOLID) spared.add(word);
  // A blue sofa has blue cushions; a blue tree has leaves.
  if (isColorOnly) for (const word of ['cushion', 'pillow', 'leaf', 'foliage']) spared.delete(word);
  spared.delete(named);
  return (word) => spared.has(word);
}
