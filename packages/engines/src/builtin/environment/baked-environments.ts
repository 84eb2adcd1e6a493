import { readFile } from 'node:fs/promises';
import { DioramaError, type HDRI_NAMES } from '@diorama/contracts';
import { environmentFromHdr, type TraceEnvironment } from '@diorama/tracer';

export type HdriName = (typeof HDRI_NAMES)[number];

const folder = new URL('../../../dist/environments/', import.meta.url);

/**
 * The radiance above which a texel of the picture is cut. The sun in an outdoor panorama is a handful of texels of
 * many thousands: a square light with hard pixel edges in every reflection. Cut to this it still casts a shadow.
 */
const BRIGHTEST = 2_000;

/**
 * One of the environments that come with Diorama, brought to an average radiance of about 0.6 so that lights of the
 * scene mean the same in each of them.
 *
 * @throws {DioramaError} `engine-unavailable` when the environments have not been built.
 */
export async function loadBakedEnvironment(name: HdriName): Promise<TraceEnvironment> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(new URL(`${name}.hdr`, folder));
  } catch (cause) {
    throw new DioramaError('engine-unavailable', `The environment "${name}" is not built.`, {
      hint: 'Run `npm run build` in the folder of Diorama.',
      cause,
    });
  }
  const { width, height, rgb } = environmentFromHdr(bytes);
  let sum = 0;
  let weights = 0;
  for (let row = 0; row < height; row++) {
    const weight = Math.sin(((row + 0.5) / height) * Math.PI);
    for (let i = row * width * 3; i < (row + 1) * width * 3; i++) {
      rgb[i] = Math.min(BRIGHTEST, rgb[i]!);
      sum += Math.min(20, rgb[i]!) * weight;
      weights += weight;
    }
  }
  const scale = 0.6 / Math.max(1e-3, sum / weights);
  for (let i = 0; i < rgb.length; i++) rgb[i]! *= scale;
  return { width, height, rgb, rotationDegrees: 0, intensity: 1 };
}
