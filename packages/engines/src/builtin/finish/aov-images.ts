import {
  drawLines,
  encodePng,
  encodePng16,
  inverseDepth,
  type LineField,
  objectColors,
  throwIfCanceled,
  type View,
  viewNormals,
} from '@diorama/conditioning';
import type { AovName } from '@diorama/contracts';
import type { Film } from '@diorama/tracer';
import { linearToSrgbFast } from './colour.ts';

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
      return encodePng16(Uint16Array.from(inverseDepth(film, 65_535)), width, height);
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
