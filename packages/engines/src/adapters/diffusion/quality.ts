import type { Quality } from '@diorama/contracts';

const STEPS_FACTOR: Readonly<Record<Quality, number>> = { draft: 0.6, standard: 1, high: 1.4 };
/** Models that were made for so few steps get worse with more and with fewer. */
const DISTILLED_STEPS = 8;

/** Sampling steps for a quality, from what is usual for the model. */
export function stepsFor(usualSteps: number, quality: Quality | undefined): number {
  return quality === undefined || usualSteps <= DISTILLED_STEPS
    ? usualSteps
    : Math.round(usualSteps * STEPS_FACTOR[quality]);
}
