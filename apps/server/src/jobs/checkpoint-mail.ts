import { DioramaError } from '@diorama/contracts';
import { fromRenderError } from './render-error.ts';
import type { FromRenderProcess, JobKey, ToRenderProcess } from './render-messages.ts';

/** Of the JSON text. A job id and an address are far below; pictures do not belong there. */
const CHECKPOINT_BYTES_MAX = 64 * 1024;

/** Sends checkpoints to the server and waits for each until it is on disk. */
export class CheckpointMail {
  readonly #tell: (message: FromRenderProcess) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();
  #next = 0;

  constructor(tell: (message: FromRenderProcess) => void) {
    this.#tell = tell;
  }

  /**
   * @param state What JSON can hold.
   * @throws {DioramaError} `internal` for a state that is too large, `conflict` when the job is not this attempt's any
   *   more, or what the disk says. Whoever asked must not go on then.
   */
  async send(job: JobKey, state: unknown): Promise<void> {
    const text = checkpointText(state);
    const number = this.#next++;
    const waiting = Promise.withResolvers<void>();
    this.#waiting.set(number, waiting);
    this.#tell({ type: 'checkpoint', job, number, state: text });
    await waiting.promise;
  }

  receive({ number, error }: Extract<ToRenderProcess, { type: 'checkpoint-kept' }>): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (error) waiting?.reject(fromRenderError(error));
    else waiting?.resolve();
  }
}

/** @throws {DioramaError} `internal` */
export function checkpointText(state: unknown): string {
  const text = JSON.stringify(state ?? null);
  if (Buffer.byteLength(text) > CHECKPOINT_BYTES_MAX)
    throw new DioramaError('internal', 'The engine wanted to keep more than fits.');
  return text;
}
