import type { Progress } from '@diorama/contracts';
import type { AdapterIo } from './adapter.ts';

/** Share of the bar for drawing the maps; with a capture alone there is next to nothing to draw. */
const CONDITIONING_WITH_MAPS = 0.2;
const CONDITIONING_ALONE = 0.04;
const REMOTE_UNTIL = 0.94;

/** The stages of a remote generation as one fraction that never falls. */
export class RemoteProgress {
  readonly #emit: (progress: Progress) => void;
  readonly #conditioningUntil: number;
  #last = 0;

  constructor(hasMaps: boolean, emit: (progress: Progress) => void) {
    this.#emit = emit;
    this.#conditioningUntil = hasMaps ? CONDITIONING_WITH_MAPS : CONDITIONING_ALONE;
  }

  conditioning(fraction: number): void {
    this.#report({ stage: 'conditioning', fraction: clamp(fraction) * this.#conditioningUntil });
  }

  remote({ fraction, ...rest }: Parameters<AdapterIo['onProgress']>[0]): void {
    const from = this.#conditioningUntil;
    this.#report({ ...rest, fraction: from + clamp(fraction) * (REMOTE_UNTIL - from) });
  }

  aligning(): void {
    this.#report({ stage: 'aligning', fraction: REMOTE_UNTIL + 0.02 });
  }

  finishing(): void {
    this.#report({ stage: 'finishing', fraction: REMOTE_UNTIL + 0.04 });
  }

  finish(): void {
    this.#report({ stage: 'finishing', fraction: 1 });
  }

  #report(progress: Progress): void {
    this.#last = Math.max(this.#last, progress.fraction);
    this.#emit({ ...progress, fraction: this.#last });
  }
}

function clamp(fraction: number): number {
  return Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
}
