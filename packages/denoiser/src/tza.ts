import { DenoiserError } from './errors.ts';

/** One tensor of a TZA file. */
export interface Tensor {
  /** Sizes, outermost first (weights: output channels, input channels, rows, columns). */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const MAGIC = 0x41d7;
const MAJOR_VERSION = 2;
const HEADER_BYTES = 12;
// The largest Open Image Denoise network has about 10 million parameters in some 70 tensors. A file that asks for more is not one of its.
const MAX_TENSORS = 1024;
const MAX_DIMENSIONS = 8;
const MAX_ELEMENTS = 64 * 1024 * 1024;

const corrupt = (message: string): DenoiserError =>
  new DenoiserError('weights-corrupt', `TZA file: ${message}`);

/** Decodes an IEEE 754 half (1 sign, 5 exponent, 10 fraction bits). */
export function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * Reads a TZA v2 file, the weight archive of Open Image Denoise: a header with the place of the table, tensors of little-endian halves
 * or floats, and the table (name, shape, layout, type, place of each tensor).
 *
 * Every length and place is checked against the file before it is used, so a damaged file gives an error and never a huge allocation.
 *
 * @throws {DenoiserError} `weights-corrupt`
 */
export function parseTza(bytes: Uint8Array): Map<string, Tensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (offset: number, count: number, what: string): void => {
    if (offset < 0 || count > bytes.byteLength - offset) throw corrupt(`${what} lies outside the file`);
  };
  const readPlace = (offset: number): number => {
    const place = view.getBigUint64(offset, true);
    if (place > BigInt(bytes.byteLength)) throw corrupt('a place lies outside the file');
    return Number(place);
  };

  need(0, HEADER_BYTES, 'the header');
  if (view.getUint16(0, true) !== MAGIC) throw corrupt('wrong magic number');
  if (view.getUint8(2) !== MAJOR_VERSION) throw corrupt(`version ${view.getUint8(2)} is not supported`);

  let at = readPlace(4);
  const take = (count: number, what: string): number => {
    need(at, count, what);
    const start = at;
    at += count;
    return start;
  };
  const tensorCount = view.getUint32(take(4, 'the table'), true);
  if (tensorCount > MAX_TENSORS) throw corrupt(`${tensorCount} tensors are too many`);

  const tensors = new Map<string, Tensor>();
  for (let index = 0; index < tensorCount; index++) {
    const nameLength = view.getUint16(take(2, 'a name'), true);
    const nameAt = take(nameLength, 'a name');
    const name = new TextDecoder().decode(bytes.subarray(nameAt, nameAt + nameLength));
    const dimensions = view.getUint8(take(1, 'a shape'));
    if (dimensions === 0 || dimensions > MAX_DIMENSIONS)
      throw corrupt(`"${name}" has ${dimensions} dimensions`);
    const shapeAt = take(4 * dimensions, 'a shape');
    const shape: number[] = [];
    let elements = 1;
    for (let d = 0; d < dimensions; d++) {
      const size = view.getUint32(shapeAt + 4 * d, true);
      elements *= size;
      // Checked at every step: the product stays far below 2^53 only while each factor is refused in time.
      if (size === 0 || elements > MAX_ELEMENTS) throw corrupt(`"${name}" has an impossible shape`);
      shape.push(size);
    }
    // One letter per dimension ("oihw", "x"). Only the plain order of the dimensions is in use.
    const layoutAt = take(dimensions, 'a layout');
    const layout = String.fromCharCode(...bytes.subarray(layoutAt, layoutAt + dimensions));
    if (layout !== (dimensions === 1 ? 'x' : 'oihw')) throw corrupt(`"${name}" has an unknown layout`);
    const type = String.fromCharCode(view.getUint8(take(1, 'a type')));
    if (type !== 'h' && type !== 'f') throw corrupt(`"${name}" has an unknown type`);
    const dataAt = readPlace(take(8, 'a place'));
    need(dataAt, elements * (type === 'h' ? 2 : 4), `"${name}"`);
    if (tensors.has(name)) throw corrupt(`"${name}" occurs twice`);

    const values = new Float32Array(elements);
    for (let i = 0; i < elements; i++) {
      const value =
        type === 'h'
          ? decodeHalf(view.getUint16(dataAt + 2 * i, true))
          : view.getFloat32(dataAt + 4 * i, true);
      if (!Number.isFinite(value)) throw corrupt(`"${name}" holds a value that is not finite`);
      values[i] = value;
    }
    tensors.set(name, { shape, values });
  }
  return tensors;
}
