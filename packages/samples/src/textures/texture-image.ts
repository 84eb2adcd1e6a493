import { clamp, mix, normalize, type Vec3 } from '../geometry/vector.ts';
import { encodeIndexedPng, encodeRgbPng } from './png.ts';

/** A picture inside a sample. Pixels are made when the scene asks for them. */
export interface TextureImage {
  readonly name: string;
  readonly png: Uint8Array;
}

export type Srgb8 = readonly [number, number, number];

/** '#rrggbb' as bytes. */
export function srgbOf(hex: string): Srgb8 {
  const n = Number.parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

/** '#rrggbb' as linear Rec. 709. */
export function linearOf(hex: string): Vec3 {
  const [r, g, b] = srgbOf(hex).map((x) => {
    const c = x / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return [r!, g!, b!];
}

/** 64 colours evenly along the given stops. */
function ramp(stops: readonly string[]): Srgb8[] {
  const colors = stops.map(srgbOf);
  return Array.from({ length: 64 }, (_, i) => {
    const x = (i / 63) * (colors.length - 1);
    const k = Math.min(colors.length - 2, Math.floor(x));
    return [0, 1, 2].map((c) =>
      Math.round(mix(colors[k]![c]!, colors[k + 1]![c]!, x - k)),
    ) as unknown as Srgb8;
  });
}

/** A colour map: `value` from 0 to 1 chooses from the ramp between the stops. u and v run from 0 to 1. */
export function rampTexture(
  name: string,
  width: number,
  height: number,
  stops: readonly string[],
  value: (u: number, v: number) => number,
): TextureImage {
  const indices = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      indices[y * width + x] = clamp(Math.round(value((x + 0.5) / width, (y + 0.5) / height) * 63), 0, 63);
  return { name, png: encodeIndexedPng(width, height, indices, ramp(stops)) };
}

/** A tangent-space normal map from a height field that tiles. `depth` is the height's range in parts of the tile. */
export function normalTexture(
  name: string,
  width: number,
  height: number,
  depth: number,
  heightAt: (u: number, v: number) => number,
): TextureImage {
  const field = new Float64Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) field[y * width + x] = heightAt((x + 0.5) / width, (y + 0.5) / height);
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (dx: number, dy: number): number =>
        field[((y + dy + height) % height) * width + ((x + dx + width) % width)]!;
      const slopeU = ((at(1, 0) - at(-1, 0)) / 2) * width * depth;
      const slopeV = ((at(0, 1) - at(0, -1)) / 2) * height * depth;
      // glTF: green points up the picture, and v grows downwards.
      const n = normalize([-slopeU, slopeV, 1]);
      for (let c = 0; c < 3; c++) rgb[(y * width + x) * 3 + c] = Math.round((n[c]! * 0.5 + 0.5) * 255);
    }
  return { name, png: encodeRgbPng(width, height, rgb) };
}
