import { DioramaError } from '@diorama/contracts';
import { DenoiserError, denoise } from '@diorama/denoiser';
import { type Film, type TraceCamera, TracerError, type TraceScene, traceScene } from '@diorama/tracer';

/**
 * `traceScene`, failing in the words of the whole project.
 *
 * @throws {DioramaError} `canceled`, `out-of-memory`, `invalid-scene`, `engine-unavailable`, `render-failed`.
 */
export async function traceFilm(
  scene: TraceScene,
  camera: TraceCamera,
  options: Parameters<typeof traceScene>[2],
): Promise<Film> {
  try {
    return await traceScene(scene, camera, options);
  } catch (thrown) {
    throw fromTracer(thrown);
  }
}

function fromTracer(thrown: unknown): unknown {
  if (!(thrown instanceof TracerError)) return thrown;
  switch (thrown.code) {
    case 'aborted':
      return new DioramaError('canceled', undefined, { cause: thrown });
    case 'too-large':
      return new DioramaError('out-of-memory', thrown.message, { cause: thrown });
    case 'invalid-scene':
    case 'invalid-environment':
      return new DioramaError('invalid-scene', `The scene cannot be drawn: ${thrown.message}`, {
        cause: thrown,
      });
    case 'kernel-missing':
      return new DioramaError('engine-unavailable', thrown.message, {
        hint: 'Run `npm run build` in the folder of Diorama.',
        cause: thrown,
      });
    case 'worker-failed':
      return new DioramaError('render-failed', undefined, { cause: thrown });
  }
}

/**
 * `denoise`, failing in the words of the whole project.
 *
 * @throws {DioramaError} `canceled`, `render-failed`.
 */
export async function removeNoise(...input: Parameters<typeof denoise>): Promise<Float32Array> {
  try {
    return await denoise(...input);
  } catch (thrown) {
    if (!(thrown instanceof DenoiserError)) throw thrown;
    if (thrown.code === 'aborted') throw new DioramaError('canceled', undefined, { cause: thrown });
    throw new DioramaError('render-failed', 'The noise could not be removed.', {
      hint: 'Try again without denoising, or run `npm run build` in the folder of Diorama.',
      cause: thrown,
    });
  }
}
