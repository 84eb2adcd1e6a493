import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type Camera, cameraSchema, DioramaError } from '@diorama/contracts';
import type { Io } from '../io.ts';

const BYTES_MAX = 64 * 1024;

/**
 * Reads `{"position": [x, y, z], "target": [x, y, z], "fovYDegrees": n}`, in metres, Y up.
 *
 * @throws {DioramaError} `not-found`, `invalid-camera`.
 */
export async function readCamera(argument: string, io: Io): Promise<Camera> {
  const name = basename(argument);
  const bytes = await readFile(resolve(io.cwd, argument)).catch((cause: unknown) => {
    throw new DioramaError('not-found', `The camera file ${name} cannot be read.`, {
      hint: 'Check its path.',
      cause,
    });
  });
  let json: unknown;
  try {
    if (bytes.length > BYTES_MAX) throw new RangeError('too long');
    json = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new DioramaError('invalid-camera', `The camera file ${name} is not JSON.`, {
      hint: 'Write {"position": [3, 2, 4], "target": [0, 0.5, 0], "fovYDegrees": 35}.',
      cause,
    });
  }
  const camera = cameraSchema.safeParse(json);
  if (camera.success) return camera.data;
  const issue = camera.error.issues[0];
  throw new DioramaError(
    'invalid-camera',
    `The camera file ${name}: ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}`,
  );
}
