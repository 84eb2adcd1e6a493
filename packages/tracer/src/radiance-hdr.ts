import type { TraceEnvironment } from './trace-scene-types.ts';
import { TracerError } from './tracer-error.ts';

/** Pixels that a file may ask for, before any memory is taken: an 8k panorama. */
const MAX_PIXELS = 8192 * 4096;
const MAX_HEADER_BYTES = 65_536;

function fail(message: string): never {
  throw new TracerError('invalid-environment', `Not a readable Radiance HDR file: ${message}`);
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly flipX: boolean;
  readonly flipY: boolean;
  readonly exposure: number;
  readonly dataStart: number;
}

function readHeader(bytes: Uint8Array): Header {
  let at = 0;
  const line = (): string => {
    const start = at;
    while (at < bytes.length && bytes[at] !== 10) {
      if (at > MAX_HEADER_BYTES) fail('the header does not end.');
      at++;
    }
    if (at >= bytes.length) fail('the file ends within its header.');
    return String.fromCharCode(...bytes.subarray(start, at++)).replace(/\r$/, '');
  };
  const magic = line();
  if (!magic.startsWith('#?')) fail('it does not begin with "#?".');
  let exposure = 1;
  for (let text = line(); text !== ''; text = line()) {
    const [key, value] = text.split('=', 2).map((part) => part.trim());
    if (key === 'FORMAT' && value !== '32-bit_rle_rgbe') fail(`format ${value} is not 32-bit_rle_rgbe.`);
    if (key === 'EXPOSURE') exposure *= Number(value);
  }
  const resolution = /^([-+])Y\s+(\d+)\s+([-+])X\s+(\d+)$/.exec(line());
  if (resolution === null) fail('the resolution line is missing or turned by 90 degrees.');
  const height = Number(resolution[2]);
  const width = Number(resolution[4]);
  if (!(width > 0 && height > 0 && width * height <= MAX_PIXELS))
    fail(`a size of ${width} x ${height} is not supported.`);
  return {
    width,
    height,
    flipY: resolution[1] === '+',
    flipX: resolution[3] === '-',
    exposure: Number.isFinite(exposure) && exposure > 0 ? exposure : 1,
    dataStart: at,
  };
}

/**
 * Decodes a Radiance .hdr picture (flat, old and new run-length encoding) as an environment of intensity 1.
 *
 * Format: Greg Ward, "Real Pixels" (Graphics Gems II), and the Radiance file format notes.
 *
 * @throws {TracerError} `invalid-environment` when the bytes are not such a file, are cut off, or ask for too much.
 */
export function environmentFromHdr(bytes: Uint8Array): TraceEnvironment {
  const { width, height, flipX, flipY, exposure, dataStart } = readHeader(bytes);
  // Each row takes at least 4 bytes, so a small file cannot ask for a large picture.
  if ((bytes.length - dataStart) * 128 < width * height) fail('the file is too short for its size.');
  const rgb = new Float32Array(width * height * 3);
  const row = new Uint8Array(width * 4);
  let at = dataStart;
  const next = (): number => {
    if (at >= bytes.length) fail('the file ends within its pixels.');
    return bytes[at++] as number;
  };

  const readPlanes = (): void => {
    for (let plane = 0; plane < 4; plane++) {
      for (let x = 0; x < width; ) {
        const count = next();
        if (count > 128) {
          const run = count - 128;
          if (x + run > width) fail('a run goes past the end of its row.');
          const value = next();
          for (let i = 0; i < run; i++) row[x++ * 4 + plane] = value;
        } else {
          if (count === 0 || x + count > width) fail('a run goes past the end of its row.');
          for (let i = 0; i < count; i++) row[x++ * 4 + plane] = next();
        }
      }
    }
  };
  const readPixels = (first: readonly [number, number, number, number]): void => {
    let shift = 0;
    let pending: readonly [number, number, number, number] | null = first;
    for (let x = 0; x < width; ) {
      const pixel = pending ?? ([next(), next(), next(), next()] as const);
      pending = null;
      if (pixel[0] === 1 && pixel[1] === 1 && pixel[2] === 1) {
        const run = pixel[3] * 2 ** shift;
        if (x === 0 || x + run > width) fail('a run goes past its row.');
        for (let i = 0; i < run; i++, x++) row.copyWithin(x * 4, (x - 1) * 4, x * 4);
        shift += 8;
        if (shift > 16) fail('a run is too long.');
      } else {
        row.set(pixel, x * 4);
        x++;
        shift = 0;
      }
    }
  };

  for (let y = 0; y < height; y++) {
    const first = [next(), next(), next(), next()] as const;
    const newStyle =
      width >= 8 && width < 32_768 && first[0] === 2 && first[1] === 2 && first[2] * 256 + first[3] === width;
    if (newStyle) readPlanes();
    else readPixels(first);
    const targetRow = (flipY ? height - 1 - y : y) * width;
    for (let x = 0; x < width; x++) {
      const exponent = row[x * 4 + 3] as number;
      if (exponent === 0) continue;
      const scale = 2 ** (exponent - 136) / exposure;
      const o = (targetRow + (flipX ? width - 1 - x : x)) * 3;
      for (let c = 0; c < 3; c++) rgb[o + c] = ((row[x * 4 + c] as number) + 0.5) * scale;
    }
  }
  return { width, height, rgb, rotationDegrees: 0, intensity: 1 };
}
