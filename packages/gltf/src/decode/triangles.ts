import { invalidModel } from '../model-error.ts';

const TRIANGLE_STRIP = 5;
const TRIANGLE_FAN = 6;

/**
 * Three indices per triangle, from a list, strip or fan.
 *
 * @param given Indices as in the file; null stands for 0, 1, 2, …
 * @throws {DioramaError} `invalid-model` when an index points at no vertex: decoded indices are input like any other.
 */
export function toTriangles(
  given: Uint32Array<ArrayBuffer> | null,
  mode: number,
  vertices: number,
  place: string,
): Uint32Array<ArrayBuffer> {
  const corners = given ?? Uint32Array.from({ length: vertices }, (_, index) => index);
  let largest = 0;
  for (let i = 0; i < corners.length; i += 1) if (corners[i]! > largest) largest = corners[i]!;
  if (corners.length > 0 && largest >= vertices)
    throw invalidModel(`${place}.indices`, `Index ${largest} points at no vertex; there are ${vertices}.`);
  if (mode === TRIANGLE_STRIP) return fromStrip(corners);
  if (mode === TRIANGLE_FAN) return fromFan(corners);
  const whole = corners.length - (corners.length % 3);
  return whole === corners.length ? corners : corners.slice(0, whole);
}

/** Every second triangle is turned around, so that all face the same way. */
function fromStrip(strip: Uint32Array): Uint32Array<ArrayBuffer> {
  const count = Math.max(0, strip.length - 2);
  const out = new Uint32Array(count * 3);
  for (let i = 0; i < count; i += 1) {
    const odd = i & 1;
    out[3 * i] = strip[i]!;
    out[3 * i + 1] = strip[i + 1 + odd]!;
    out[3 * i + 2] = strip[i + 2 - odd]!;
  }
  return out;
}

function fromFan(fan: Uint32Array): Uint32Array<ArrayBuffer> {
  const count = Math.max(0, fan.length - 2);
  const out = new Uint32Array(count * 3);
  for (let i = 0; i < count; i += 1) {
    out[3 * i] = fan[i + 1]!;
    out[3 * i + 1] = fan[i + 2]!;
    out[3 * i + 2] = fan[0]!;
  }
  return out;
}
