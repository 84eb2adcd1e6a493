import type { AovName } from '@diorama/contracts';
import type { Film } from '@diorama/tracer';
import type { View } from '../compose/camera.ts';
import type { LineField } from '../styles/lines.ts';
import { drawLines } from '../styles/lines.ts';
import { linearToSrgbFast } from './colour.ts';
import { encodePng, encodePng16 } from './encode.ts';
import { hash01 } from './noise.ts';
import { throwIfCanceled } from './work.ts';

/** Fresh AOVs as PNG, aligned pixel for pixel with the picture. */
export interface AovInput {
  readonly film: Film;
  readonly view: View;
  /** Contours of the same view; asked for only when `edges` is. */
  readonly lines: () => Promise<LineField>;
  readonly signal: AbortSignal;
}

export async function renderAovs(
  names: readonly AovName[],
  input: AovInput,
): Promise<Map<AovName, Uint8Array>> {
  const images = new Map<AovName, Uint8Array>();
  for (const name of new Set(names)) {
    throwIfCanceled(input.signal);
    images.set(name, await renderAov(name, input));
  }
  return images;
}

async function renderAov(name: AovName, { film, view, lines, signal }: AovInput): Promise<Uint8Array> {
  const { width, height } = film;
  switch (name) {
    case 'depth':
      return encodePng16(inverseDepth(film), width, height);
    case 'normal':
      return encodePng(viewNormals(film, view), width, height);
    case 'object-id':
      return encodePng(objectColors(film.objectId), width, height);
    case 'albedo':
      return encodePng(
        Uint8Array.from(film.albedo, (value) => Math.round(linearToSrgbFast(value) * 255)),
        width,
        height,
      );
    case 'edges': {
      const plane = await drawLines(await lines(), () => 0.75, signal);
      const pixels = new Uint8Array(width * height * 3);
      for (let i = 0; i < plane.data.length; i++)
        pixels.fill(Math.round(plane.data[i]! * 255), i * 3, i * 3 + 3);
      return encodePng(pixels, width, height);
    }
  }
}

/** Near is white and nothing black: inverse depth, as depth-guided image models were trained on. */
function inverseDepth({ depth }: Film): Uint16Array {
  let nearest = 0;
  let farthest = Number.POSITIVE_INFINITY;
  for (const d of depth) {
    if (!(d > 0) || !Number.isFinite(d)) continue;
    nearest = Math.max(nearest, 1 / d);
    farthest = Math.min(farthest, 1 / d);
  }
  const range = Math.max(1e-12, nearest - farthest);
  // The farthest surface keeps a little grey so that it differs from nothing at all.
  return Uint16Array.from(depth, (d) =>
    d > 0 && Number.isFinite(d) ? Math.round((0.02 + 0.98 * ((1 / d - farthest) / range)) * 65_535) : 0,
  );
}

/** View space: red right, green up, blue towards the viewer; nothing is (128, 128, 255). */
function viewNormals({ surfaceNormal }: Film, { right, up, forward }: View): Uint8Array {
  const pixels = new Uint8Array(surfaceNormal.length);
  for (let i = 0; i < surfaceNormal.length; i += 3) {
    const [x, y, z] = [surfaceNormal[i]!, surfaceNormal[i + 1]!, surfaceNormal[i + 2]!];
    const none = x === 0 && y === 0 && z === 0;
    const n = none
      ? [0, 0, 1]
      : [right, up, forward].map((axis, k) => (x * axis[0] + y * axis[1] + z * axis[2]) * (k === 2 ? -1 : 1));
    for (let c = 0; c < 3; c++) pixels[i + c] = Math.round(Math.min(1, Math.max(0, n[c]! * 0.5 + 0.5)) * 255);
  }
  return pixels;
}

/** One clear colour per object; black for none. Neighbouring ids are far apart in hue. */
function objectColors(objectId: Uint32Array): Uint8Array {
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

function colorOfId(id: number): [number, number, number] {
  const hue = (id * 0.618033988749895) % 1;
  const value = 0.72 + 0.28 * hash01(id, 1, 3);
  const saturation = 0.55 + 0.4 * hash01(id, 2, 3);
  return [5, 3, 1].map((n) => {
    const k = (n + hue * 6) % 6;
    return Math.round(255 * value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1))));
  }) as [number, number, number];
}
