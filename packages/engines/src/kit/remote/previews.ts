import type { EngineContext } from '../engine.ts';
import { makePreview } from '../images/preview.ts';

/** Makes previews one at a time; of those that come meanwhile only the newest is worth it. */
export class Previews {
  readonly #context: EngineContext;
  #next: Uint8Array | null = null;
  #isBusy = false;
  #isOver = false;

  constructor(context: EngineContext) {
    this.#context = context;
  }

  show(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#next = bytes;
    if (!this.#isBusy) void this.#work();
  }

  end(): void {
    this.#isOver = true;
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#next && !this.#isOver) {
      const bytes = this.#next;
      this.#next = null;
      const preview = await makePreview(bytes);
      if (!preview || this.#isOver || this.#context.signal.aborted) continue;
      try {
        this.#context.onPreview(preview);
      } catch {
        // Nobody waits for this work, so nobody could hear of it.
        this.#isOver = true;
      }
    }
    this.#isBusy = false;
  }
}
