import { DioramaError, type RetryOmission } from '@diorama/contracts';
import type { AdapterJob } from '../../kit/remote/adapter.ts';

/** Shortest piece of a prompt that is taken for a quotation of it. */
const QUOTED_CHARACTERS = 24;

/**
 * Runs a job's requests. To a refusal is added what was sent, so that a retry without one of it can be offered
 * (`details.about` of the error narrows it to the prompt or the pictures), and no message repeats the prompt.
 */
export async function withRefusalsExplained<T>(
  job: Pick<AdapterJob, 'prompt' | 'inputs'>,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (thrown) {
    if (!(thrown instanceof DioramaError)) throw thrown;
    throw explain(thrown, job);
  }
}

function explain(error: DioramaError, job: Pick<AdapterJob, 'prompt' | 'inputs'>): DioramaError {
  const message = withoutPrompt(error.message, job.prompt);
  const needsSuspects = error.code === 'content-refused' && error.details['suspects'] === undefined;
  if (message === error.message && !needsSuspects) return error;
  return new DioramaError(error.code, message, {
    hint: error.hint,
    details: needsSuspects
      ? { ...error.details, suspects: suspectsOf(job, error.details['about']) }
      : { ...error.details },
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  });
}

function suspectsOf(job: Pick<AdapterJob, 'prompt' | 'inputs'>, about: unknown): RetryOmission[] {
  const pictures = job.inputs.flatMap(({ source }): RetryOmission[] => {
    if (source.kind === 'canvas') return ['canvas'];
    if (source.kind !== 'reference') return [];
    return [source.index === 0 ? 'reference-1' : 'reference-2'];
  });
  if (about === 'pictures' && pictures.length > 0) return pictures;
  const words: RetryOmission[] = job.prompt.trim() === '' ? [] : ['prompt'];
  return about === 'prompt' ? words : [...words, ...pictures];
}

function withoutPrompt(message: string, prompt: string): string {
  const start = prompt.replace(/\s+/g, ' ').trim().slice(0, QUOTED_CHARACTERS);
  const at = start.length < QUOTED_CHARACTERS ? -1 : message.indexOf(start);
  return at < 0 ? message : `${message.slice(0, at)}…`;
}
