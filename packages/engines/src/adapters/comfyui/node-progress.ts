import type { Graph } from '@diorama/contracts';
import type { SocketEvent } from './socket-frames.ts';

/** A sampler takes nearly all the time; loading and decoding the rest. */
const SAMPLER_WEIGHT = 12;
const LOADER_WEIGHT = 2;

/** The progress of a whole graph, from what the socket says about its nodes. */
export class NodeProgressTracker {
  readonly #weights: ReadonlyMap<string, number>;
  readonly #total: number;
  readonly #done = new Map<string, number>();
  #running: string | null = null;
  #detail: string | undefined;

  constructor(graph: Graph) {
    this.#weights = new Map(
      Object.entries(graph).map(([id, { class_type: classType }]) => [
        id,
        /sampler/i.test(classType) && !/select|modelsampl/i.test(classType)
          ? SAMPLER_WEIGHT
          : /load/i.test(classType)
            ? LOADER_WEIGHT
            : 1,
      ]),
    );
    this.#total = [...this.#weights.values()].reduce((sum, weight) => sum + weight, 0);
  }

  /** 0 to 1; may fall when the server begins again, which the kit hides. */
  get fraction(): number {
    let sum = 0;
    for (const [id, share] of this.#done) sum += (this.#weights.get(id) ?? 0) * share;
    return this.#total === 0 ? 0 : Math.min(1, sum / this.#total);
  }

  /** "step 8 of 20"; undefined while nothing has steps. */
  get detail(): string | undefined {
    return this.#detail;
  }

  get running(): string | null {
    return this.#running;
  }

  update(event: SocketEvent): void {
    switch (event.kind) {
      case 'cached':
        for (const node of event.nodes) this.#done.set(node, 1);
        break;
      case 'executing':
        if (this.#running !== null && this.#running !== event.node) this.#done.set(this.#running, 1);
        this.#running = event.node;
        this.#detail = undefined;
        break;
      case 'progress':
        for (const { node, value, max, isFinished } of event.nodes) {
          const share = isFinished ? 1 : max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
          this.#done.set(node, share);
          if (!isFinished && max > 1) this.#detail = `step ${Math.round(value)} of ${Math.round(max)}`;
        }
        break;
      case 'ended':
      case 'picture':
        break;
    }
  }
}
