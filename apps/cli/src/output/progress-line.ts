import type { Progress } from '@diorama/contracts';
import type { Io } from '../io.ts';

const BAR_CELLS = 24;
/** Without a terminal a line is written when this much more is done. */
const QUIET_STEP = 0.25;
const REDRAW_MS = 80;

/** Shows progress on stderr: one line that is redrawn on a terminal, a few lines elsewhere. */
export class ProgressLine {
  #shown = '';
  #next = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;
  readonly #io: Io;

  constructor(io: Io) {
    this.#io = io;
  }

  update({ stage, fraction, etaMs, detail }: Progress): void {
    const percent = `${Math.floor(fraction * 100)}%`;
    if (!this.#io.isTerminal) {
      if (fraction < this.#next) return;
      this.#next = Math.floor(fraction / QUIET_STEP) * QUIET_STEP + QUIET_STEP;
      this.#io.stderr(`${percent.padStart(4)} ${detail ?? stage}\n`);
      return;
    }
    const now = performance.now();
    if (now - this.#drawnAt < REDRAW_MS && fraction < 1) return;
    this.#drawnAt = now;
    const full = Math.round(fraction * BAR_CELLS);
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)}`;
    const left = etaMs !== undefined && fraction < 1 ? `, ${formatSeconds(etaMs)} left` : '';
    this.#draw(`${bar} ${percent.padStart(4)} ${detail ?? stage}${left}`);
  }

  /** Removes the line, so that what is printed next stands alone. */
  clear(): void {
    if (this.#shown) this.#io.stderr(`\r${' '.repeat(this.#shown.length)}\r`);
    this.#shown = '';
  }

  #draw(text: string): void {
    const line = text.slice(0, Math.max(20, this.#io.columns - 1));
    this.#io.stderr(`\r${line.padEnd(this.#shown.length)}`);
    this.#shown = line;
  }
}

export function formatSeconds(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
