import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Clock } from '../remote/clock.ts';

/** A clock on which pauses take no time, with every pause written down in milliseconds. */
export function fastClock(): Clock & { readonly pauses: number[] } {
  let ahead = 0;
  const pauses: number[] = [];
  return {
    pauses,
    now: () => Date.now() + ahead,
    elapsedMs: () => performance.now() + ahead,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      pauses.push(ms);
      ahead += ms;
      await sleepFor(1);
      signal.throwIfAborted();
    },
  };
}
