import { DioramaError, type Warning } from '@diorama/contracts';
import { z } from 'zod';
import type { AdapterIo } from '../../kit/remote/adapter.ts';
import { neverArrived } from '../../kit/remote/pay-once.ts';

export interface MadeImage {
  readonly bytes: Uint8Array;
  /** The one that was used, or at least sent; null for models without one. */
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
  /** The charged call. It should wait `SUBMIT_GRACE_MS` for its answer after an abort. */
  readonly submit: (index: number) => Promise<H>;
  /** Called with all jobs that the service has accepted: after each one, and when earlier ones are taken up again. */
  readonly onAccepted?: (handles: readonly H[]) => void;
  /** Waits for a job and fetches its images. */
  readonly collect: (handle: H, report: JobReport, index: number) => Promise<readonly MadeImage[]>;
  /** Tells the service that nobody waits any more, where it listens to that. */
  readonly cancel?: (handle: H, signal: AbortSignal) => Promise<void>;
}

/** Without the id in its answer a job that is just being submitted could not be canceled, and would be charged. */
export const SUBMIT_GRACE_MS = 1_500;
/** A cancel must not keep the person waiting. */
const CANCEL_WITHIN_MS = 4_000;
const SENDING_SHARE = 0.08;
/** The service has not said that the job is over; it may go on, and be charged, without anybody waiting for it. */
const GIVEN_UP: ReadonlySet<string> = new Set(['timed-out', 'engine-unreachable', 'rate-limited']);
const GONE: ReadonlySet<unknown> = new Set([404, 410]);

/** `sent`: the request was on its way, and nobody knows what became of it. */
type Job<H> = null | 'sent' | { readonly handle: H };

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
  const jobs = takeUp(io.resume, steps);
  const failures: DioramaError[] = [];
  try {
    if (jobs.some(isAccepted)) steps.onAccepted?.(handlesOf(jobs));
    await submitMissing(io, steps, jobs, failures);
    const images = await collectAll(io, steps, jobs, failures);
    const [first] = failures;
    if (images.length === 0) throw first ?? new DioramaError('invalid-output');
    return { images, warnings: first ? [{ code: 'fewer-images', message: first.message }] : [] };
  } catch (thrown) {
    if (io.signal.aborted) await cancelAll(steps, handlesOf(jobs));
    throw thrown;
  }
}

/**
 * The jobs of an earlier attempt. What it left and nobody can read stands for jobs that may be paid for, so nothing is
 * submitted then.
 */
function takeUp<H>(resume: unknown, { jobs, handle }: JobSteps<H>): Job<H>[] {
  if (resume === null || resume === undefined) return Array.from({ length: jobs }, () => null);
  const kept = z
    .object({ jobs: z.array(z.union([z.null(), z.literal('sent'), z.object({ handle })])).length(jobs) })
    .safeParse(resume);
  if (!kept.success) throw new DioramaError('outcome-unknown');
  return kept.data.jobs;
}

async function submitMissing<H>(
  io: AdapterIo,
  steps: JobSteps<H>,
  jobs: Job<H>[],
  failures: DioramaError[],
): Promise<void> {
  const keep = async () => {
    await io.checkpoint(jobs.every((job) => job === null) ? null : { jobs: [...jobs] });
  };
  for (const [index, job] of jobs.entries()) {
    if (job === 'sent') failures.push(new DioramaError('outcome-unknown'));
    if (job !== null) continue;
    io.signal.throwIfAborted();
    io.onProgress({ stage: 'sending', fraction: (SENDING_SHARE * index) / jobs.length });
    try {
      jobs[index] = 'sent';
      await keep();
      io.signal.throwIfAborted();
      jobs[index] = { handle: await steps.submit(index) };
    } catch (thrown) {
      if (neverArrived(thrown)) {
        jobs[index] = null;
        await keep().catch(() => io.log('job-state-not-kept'));
      }
      io.signal.throwIfAborted();
      if (!(thrown instanceof DioramaError)) throw thrown;
      failures.push(thrown);
      // What stopped this one would stop the next ones too; those that were accepted are worth waiting for.
      return;
    }
    steps.onAccepted?.(handlesOf(jobs));
    // The job exists and is charged: it is waited for also when a restart could not find it again.
    await keep().catch(() => io.log('job-state-not-kept'));
  }
}

async function collectAll<H>(
  io: AdapterIo,
  steps: JobSteps<H>,
  jobs: readonly Job<H>[],
  failures: DioramaError[],
): Promise<MadeImage[]> {
  const fractions: number[] = jobs.map((job) => (isAccepted(job) ? 0 : 1));
  const outcomes = await Promise.allSettled(
    jobs.map(async (job, index) => {
      if (!isAccepted(job)) return [];
      const report: JobReport = ({ stage, fraction, detail }) => {
        fractions[index] = Math.max(fractions[index] ?? 0, fraction);
        const done = fractions.reduce((sum, value) => sum + value, 0) / fractions.length;
        io.onProgress({
          stage,
          fraction: SENDING_SHARE + (1 - SENDING_SHARE) * done,
          ...(detail === undefined ? {} : { detail }),
        });
      };
      try {
        return await steps.collect(job.handle, report, index);
      } catch (thrown) {
        if (!io.signal.aborted && thrown instanceof DioramaError && GIVEN_UP.has(thrown.code))
          await cancelAll(steps, [job.handle]);
        throw thrown instanceof DioramaError ? asLost(thrown) : thrown;
      }
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

/** A job that was accepted and is not found any more. */
function asLost(error: DioramaError): DioramaError {
  return GONE.has(error.details.status)
    ? new DioramaError('remote-job-lost', undefined, { cause: error })
    : error;
}

async function cancelAll<H>({ cancel }: JobSteps<H>, handles: readonly H[]): Promise<void> {
  if (!cancel || handles.length === 0) return;
  const signal = AbortSignal.timeout(CANCEL_WITHIN_MS);
  // Nobody is left to be told that it failed.
  await Promise.allSettled(handles.map(async (handle) => await cancel(handle, signal)));
}

function isAccepted<H>(job: Job<H>): job is { readonly handle: H } {
  return job !== null && job !== 'sent';
}

function handlesOf<H>(jobs: readonly Job<H>[]): H[] {
  return jobs.filter(isAccepted).map(({ handle }) => handle);
}
