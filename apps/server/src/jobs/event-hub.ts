import type { ServerEvent } from '@diorama/contracts';
import type { Outbox } from '../storage/outbox.ts';

/** One message of `GET /events`. */
export interface HubMessage {
  /** Place in the outbox; null for previews and progress, which are not kept. */
  readonly id: number | null;
  /** Who is told. */
  readonly ownerId: string;
  readonly type: ServerEvent['type'];
  /** ServerEvent as JSON. */
  readonly payload: string;
}

export type HubListener = (message: HubMessage) => void;

const BATCH = 200;

/**
 * Passes events on to everyone who listens.
 *
 * Stored events are always read from the outbox, in its order; `wake` only says that there may be new ones. So what
 * listeners get does not depend on which of two transactions was first to say that it is done.
 */
export class EventHub {
  readonly #outbox: Outbox;
  readonly #onError: (thrown: unknown) => void;
  readonly #listeners = new Set<HubListener>();
  #position = 0;
  #reading: Promise<void> | null = null;
  #isStale = false;

  constructor(outbox: Outbox, onError: (thrown: unknown) => void) {
    this.#outbox = outbox;
    this.#onError = onError;
  }

  /** Starts after the newest event there is. */
  async start(): Promise<void> {
    this.#position = (await this.#outbox.bounds()).newest;
  }

  /** Id of the newest stored event that listeners have been given. */
  get position(): number {
    return this.#position;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Gets every stored event after the current `position`, and the passing ones. Returns how to stop. */
  subscribe(listener: HubListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something was stored. */
  wake(): void {
    this.#isStale = true;
    this.#reading ??= this.#readNew().finally(() => {
      this.#reading = null;
    });
  }

  /** Passes on to one owner what is not stored. */
  send(ownerId: string, event: ServerEvent): void {
    if (this.#listeners.size > 0)
      this.#deliver({ id: null, ownerId, type: event.type, payload: JSON.stringify(event) });
  }

  async #readNew(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        const events = await this.#outbox.after(this.#position, BATCH);
        for (const event of events) {
          this.#position = event.id;
          this.#deliver(event);
        }
        if (events.length === BATCH) this.#isStale = true;
      } catch (thrown) {
        this.#onError(thrown);
      }
    }
  }

  #deliver(message: HubMessage): void {
    for (const listener of [...this.#listeners]) listener(message);
  }
}
