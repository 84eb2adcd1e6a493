import { hash01 } from '../pixels/hash.ts';

/** One clear colour per object; black for none. Neighbouring ids are far apart in hue. */
export function objectColors(objectId: Uint32Array): Uint8Array {
  const pixels = new Uint8Array(objectId.length * 3);
  const known = new Map<number, readonly [number, number, number]>();
  for (let i = 0; i < objectId.length; i++) {
    const id = objectId[i]!;
    if (id === 0) continue;
    let color = known.get(id);
    if (!color) {
      color = colorOfId(id);
      known.set(id, color);
    }
    pixels.set(color, i * 3);
  }
  return pixels;
}

/** The colour that `objectColors` gives to an id, `#rrggbb`. */
export function hexOfId(id: number): string {
  return `#${colorOfId(id)
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;
}

function colorOfId(id: number): [number, number, number] {
  const hue = (id * 0.618033988749895) % 1;
  const value = 0.72 + 0.28 * hash01(id, 1, 3);
  const saturation = 0.55 + 0.4 * hash01(id, 2, 3);
  return [5, 3, 1].map((n) => {
    const k = (n + hue * 6) % 6;
    return Math.round(255 * value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1))));
  }) as [number, number, number];
}
