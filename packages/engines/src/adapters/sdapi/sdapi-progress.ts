import { DioramaError } from '@diorama/contracts';
import { z } from 'zod';
import type { AdapterIo } from '../../kit/remote/adapter.ts';

const progressSchema = z.object({
  progress: z.number().catch(0),
  eta_relative: z.number().catch(0),
  state: z
    .object({
      job: z.string().nullish().catch(''),
      job_count: z.number().catch(0),
      sampling_step: z.number().catch(0),
      sampling_steps: z.number().catch(0),
    })
    .catch({ job: '', job_count: 0, sampling_step: 0, sampling_steps: 0 }),
  current_image: z.string().nullish().catch(null),
  current_task: z.string().nullish().catch(null),
});
type ServerProgress = z.infer<typeof progressSchema>;

const POLL_MS = 1_000;
const CANCEL_WITHIN_MS = 4_000;

/**
 * Progress of the one job that a server does at a time. It is told for whoever runs, so it is believed only when it is
 * certainly ours: by the task id where the program says it, else because the server was idle when our call began.
 */
export class SdapiProgress {
  readonly #io: AdapterIo;
  readonly #taskId: string;
  #wasIdle = false;
  #lastImage = '';

  constructor(io: AdapterIo, taskId: string) {
    this.#io = io;
    this.#taskId = taskId;
  }

  /** To be called before the job is sent. */
  async begin(): Promise<void> {
    const now = await this.#read(true).catch(this.#ignoreFault);
    this.#wasIdle = now !== null && !isBusy(now);
  }

  /** Reports until `until` fires; what cannot be read is left out. */
  async follow(until: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([until, this.#io.signal]);
    while (!signal.aborted) {
      try {
        await this.#io.clock.sleep(POLL_MS, signal);
        this.#report(await this.#read(false, signal));
      } catch (thrown) {
        if (signal.aborted) return;
        this.#ignoreFault(thrown);
      }
    }
  }

  /**
   * Stops the job on the server. The interrupt is for whatever runs, so it is sent only when that is ours; otherwise the
   * server finishes alone.
   */
  async interrupt(): Promise<void> {
    const { http, log } = this.#io;
    const signal = AbortSignal.timeout(CANCEL_WITHIN_MS);
    try {
      const now = await this.#read(true, signal);
      if (!this.#isOurs(now)) {
        log('sdapi-not-interrupted');
        return;
      }
      await http.send({ method: 'POST', url: '/sdapi/v1/interrupt', effect: 'none', signal });
    } catch (thrown) {
      log('sdapi-cancel-failed', { reason: thrown instanceof DioramaError ? thrown.code : 'unknown' });
    }
  }

  #report(now: ServerProgress): void {
    if (!isBusy(now)) return;
    if (!this.#isOurs(now)) {
      this.#io.onProgress({
        stage: 'waiting',
        fraction: 0.05,
        detail: 'the server is busy with another job',
      });
      return;
    }
    const { sampling_step: step, sampling_steps: steps } = now.state;
    this.#io.onProgress({
      stage: 'generating',
      fraction: 0.06 + 0.9 * Math.min(1, Math.max(0, now.progress)),
      ...(steps > 0 ? { detail: `step ${step} of ${steps}` } : {}),
      ...(now.eta_relative > 0 ? { etaMs: now.eta_relative * 1_000 } : {}),
    });
    const image = now.current_image ?? '';
    if (image === '' || image === this.#lastImage) return;
    this.#lastImage = image;
    this.#io.onPreview(new Uint8Array(Buffer.from(image.slice(image.indexOf(',') + 1), 'base64')));
  }

  #isOurs(now: ServerProgress): boolean {
    if (!isBusy(now)) return false;
    const task = now.current_task ?? '';
    return task === '' ? this.#wasIdle : task === this.#taskId;
  }

  async #read(skipImage: boolean, signal?: AbortSignal): Promise<ServerProgress> {
    const { body } = await this.#io.http.json(progressSchema, {
      url: `/sdapi/v1/progress?skip_current_image=${skipImage}`,
      ...(signal === undefined ? {} : { signal }),
    });
    return body;
  }

  /** Progress is a courtesy; the picture comes without it. */
  readonly #ignoreFault = (thrown: unknown): null => {
    this.#io.signal.throwIfAborted();
    if (!(thrown instanceof DioramaError)) throw thrown;
    if (thrown.code === 'key-refused' || thrown.code === 'address-not-allowed') throw thrown;
    return null;
  };
}

function isBusy({ state }: ServerProgress): boolean {
  return state.job_count > 0 || (state.job ?? '') !== '';
}
