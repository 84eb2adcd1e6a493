import { DioramaError, type Warning } from '@diorama/contracts';
import { z } from 'zod';
import type { AdapterIo } from '../../kit/remote/adapter.ts';

export interface MadeImage {
  readonly bytes: Uint8Array;
  readonly seed: number | null;
}

export type JobReport = (progress: {
  readonly stage: 'waiting' | 'generating' | 'receiving';
  readonly fraction: number;
  readonly detail?: string;
}) => void;

export interface JobSteps<H> {
  /** Jobs to submit: one for each image, or fewer where one job gives several. */
  readonly jobs: number;
  /** What is needed to find a submitted job again. No keys. */
  readonly handle: z.ZodType<H>;
  /** The charged call. */
  readonly submit: (index: number) => Promise<H>;
  /** Waits for a job and fetches its images. */
  readonly collect: (handle: H, report: JobReport, index: number) => Promise<readonly MadeImage[]>;
  /** Tells the service that nobody waits any more, where it listens to that. */
  readonly cancel?: (handle: H, signal: AbortSignal) => Promise<void>;
}

/** A cancel must not keep the person waiting. */
const CANCEL_WITHIN_MS = 4_000;
const SENDING_SHARE = 0.08;

/**
 * Runs jobs of a service that hands out an id for each: submits them one after the other, then waits for all.
 *
 * Every step is kept on disk before the next: a job that has an id is found again after a restart, one that was sent
 * and whose answer was lost is not sent again by itself. What was made is given even when other jobs failed.
 *
 * @throws {DioramaError} the first job's failure when there is no image at all; `outcome-unknown`.
 */
export async function runJobs<H>(
  io: AdapterIo,
  steps: JobSteps<H>,
): Promise<{ images: MadeImage[]; warnings: Warning[] }> {
  const stateSchema = z.object({
    jobs: z.array(z.union([z.null(), z.literal('sent'), z.object({ handle: steps.handle })])),
  });
  const kept = stateSchema.safeParse(io.resume);
  const jobs: (null | 'sent' | { handle: H })[] = Array.from(
    { length: steps.jobs },
    (_, index) =>
      (kept.success ? (kept.data.jobs[index] as null | 'sent' | { handle: H } | undefined) : null) ?? null,
  );
  const failures: DioramaError[] = [];
  try {
    await submitMissing(io, steps, jobs, failures);
    const images = await collectAll(io, steps, jobs, failures);
    const [first] = failures;
    if (images.length === 0) throw first ?? new DioramaError('invalid-output');
    return { images, warnings: first ? [{ code: 'fewer-images', message: first.message }] : [] };
  } catch (thrown) {
    if (io.signal.aborted) await cancelAll(steps, jobs);
    throw thrown;
  }
}

async function submitMissing<H>(
  io: AdapterIo,
  steps: JobSteps<H>,
  jobs: (null | 'sent' | { handle: H })[],
  failures: DioramaError[],
): Promise<void> {
  for (const [index, job] of jobs.entries()) {
    if (job === 'sent') failures.push(new DioramaError('outcome-unknown'));
    if (job !== null) continue;
    io.onProgress({ stage: 'sending', fraction: (SENDING_SHARE * index) / jobs.length });
    jobs[index] = 'sent';
    await io.checkpoint({ jobs });
    try {
      jobs[index] = { handle: await steps.submit(index) };
    } catch (thrown) {
      io.signal.throwIfAborted();
      if (!(thrown instanceof DioramaError)) throw thrown;
      failures.push(thrown);
      // What stopped this one would stop the next ones too; those that were accepted are worth waiting for.
      return;
    }
    await io.checkpoint({ jobs });
  }
}

async function collectAll<H>(
  io: AdapterIo,
  steps: JobSteps<H>,
  jobs: readonly (null | 'sent' | { handle: H })[],
  failures: DioramaError[],
): Promise<MadeImage[]> {
  const fractions: number[] = jobs.map((job) => (job === null || job === 'sent' ? 1 : 0));
  const outcomes = await Promise.allSettled(
    jobs.map(async (job, index) => {
      if (job === null || job === 'sent') return [];
      return await steps.collect(
        job.handle,
        ({ stage, fraction, detail }) => {
          fractions[index] = Math.max(fractions[index] ?? 0, fraction);
          const done = fractions.reduce((sum, value) => sum + value, 0) / fractions.length;
          io.onProgress({
            stage,
            fraction: SENDING_SHARE + (1 - SENDING_SHARE) * done,
            ...(detail === undefined ? {} : { detail }),
          });
        },
        index,
      );
    }),
  );
  io.signal.throwIfAborted();
  return outcomes.flatMap((outcome) => {
    if (outcome.status === 'fulfilled') return [...outcome.value];
    if (!(outcome.reason instanceof DioramaError)) throw outcome.reason;
    failures.push(outcome.reason);
    return [];
  });
}

async function cancelAll<H>(
  { cancel }: JobSteps<H>,
  jobs: readonly (null | 'sent' | { handle: H })[],
): Promise<void> {
  if (!cancel) return;
  const signal = AbortSignal.timeout(CANCEL_WITHIN_MS);
  // Nobody is left to be told that it failed.
  await Promise.allSettled(
    jobs.map(async (job) => (job === null || job === 'sent' ? undefined : await cancel(job.handle, signal))),
  );
}
