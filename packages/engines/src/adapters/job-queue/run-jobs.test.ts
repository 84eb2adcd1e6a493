import { DioramaError } from '@diorama/contracts';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Http } from '../../kit/http/http.ts';
import type { AdapterIo } from '../../kit/remote/adapter.ts';
import { fastClock } from '../../kit/testing/fast-clock.ts';
import { type JobSteps, runJobs } from './run-jobs.ts';

interface Handle {
  readonly id: string;
}

function openIo(changes: Partial<AdapterIo> = {}) {
  const checkpoints: unknown[] = [];
  const io: AdapterIo = {
    http: {} as Http,
    signal: new AbortController().signal,
    clock: fastClock(),
    onProgress: () => {},
    onPreview: () => {},
    onCost: () => {},
    resume: null,
    checkpoint: async (state) => void checkpoints.push(JSON.parse(JSON.stringify(state))),
    log: () => {},
    ...changes,
  };
  return { io, checkpoints };
}

function jobSteps(changes: Partial<JobSteps<Handle>> = {}) {
  const submit = vi.fn(async (index: number): Promise<Handle> => ({ id: `job-${index}` }));
  const steps: JobSteps<Handle> = {
    jobs: 2,
    handle: z.object({ id: z.string().max(20) }),
    submit,
    collect: async (_handle, _report, index) => [{ bytes: new Uint8Array([index]), seed: index }],
    ...changes,
  };
  return { steps, submit };
}

const sent = (index: number) => ({ handle: { id: `job-${index}` } });

describe('jobs of a queue', () => {
  it('keeps every step before the next, and never the same list that it goes on with', async () => {
    const kept: unknown[] = [];
    const { io } = openIo({ checkpoint: async (state) => void kept.push(state) });
    const { steps } = jobSteps();
    expect((await runJobs(io, steps)).images.map(({ seed }) => seed)).toEqual([0, 1]);
    expect(kept).toEqual([
      { jobs: ['sent', null] },
      { jobs: [sent(0), null] },
      { jobs: [sent(0), 'sent'] },
      { jobs: [sent(0), sent(1)] },
    ]);
  });

  it.each([
    ['a text', 'garbage'],
    ['a state of another version', { version: 2, tasks: [{ id: 'job-0' }] }],
    ['a handle that cannot be read', { jobs: [{ handle: { id: 'x'.repeat(21) } }, null] }],
    ['jobs of another count', { jobs: [sent(0), sent(1), sent(2)] }],
    ['fewer jobs than are wanted', { jobs: ['sent'] }],
    ['an empty list', { jobs: [] }],
    ['a number', 0],
  ])('submits nothing when an earlier attempt left %s: it may be paid for', async (_, resume) => {
    const { io } = openIo({ resume });
    const { steps, submit } = jobSteps();
    await expect(runJobs(io, steps)).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(submit).not.toHaveBeenCalled();
  });

  it('takes up what was accepted, submits what was not sent, and says what is unknown', async () => {
    const accepted: string[][] = [];
    const { io } = openIo({ resume: { jobs: [sent(0), 'sent', null] } });
    const { steps, submit } = jobSteps({
      jobs: 3,
      onAccepted: (handles) => void accepted.push(handles.map(({ id }) => id)),
    });
    const { images, warnings } = await runJobs(io, steps);
    expect(images.map(({ seed }) => seed)).toEqual([0, 2]);
    expect(submit.mock.calls).toEqual([[2]]);
    expect(warnings).toHaveLength(1);
    expect(accepted).toEqual([['job-0'], ['job-0', 'job-2']]);
  });

  it('sends nothing when the mark before it cannot be kept, and gives what was accepted before', async () => {
    let writes = 0;
    const { io } = openIo({
      checkpoint: async () => {
        writes += 1;
        if (writes >= 3) throw new DioramaError('storage-full');
      },
    });
    const { steps, submit } = jobSteps();
    expect((await runJobs(io, steps)).images).toHaveLength(1);
    expect(submit).toHaveBeenCalledTimes(1);
    const { steps: others, submit: never } = jobSteps();
    await expect(
      runJobs(openIo({ checkpoint: () => Promise.reject(new DioramaError('storage-full')) }).io, others),
    ).rejects.toMatchObject({ code: 'storage-full' });
    expect(never).not.toHaveBeenCalled();
  });

  it('waits for an accepted job also when its id cannot be kept', async () => {
    let writes = 0;
    const { io } = openIo({
      checkpoint: async () => {
        writes += 1;
        if (writes === 2) throw new DioramaError('storage-failed');
      },
    });
    const { steps } = jobSteps({ jobs: 1 });
    expect((await runJobs(io, steps)).images).toHaveLength(1);
  });

  it('takes back its mark when the request certainly did not arrive', async () => {
    const { io, checkpoints } = openIo();
    const { steps } = jobSteps({
      submit: async () => {
        throw new DioramaError('engine-unreachable', undefined, { details: { arrived: false } });
      },
    });
    await expect(runJobs(io, steps)).rejects.toMatchObject({ code: 'engine-unreachable' });
    expect(checkpoints).toEqual([{ jobs: ['sent', null] }, null]);
  });

  it('does not submit after an abort that comes while the mark is kept', async () => {
    const controller = new AbortController();
    const { io } = openIo({ signal: controller.signal, checkpoint: async () => controller.abort() });
    const { steps, submit } = jobSteps();
    await expect(runJobs(io, steps)).rejects.toMatchObject({ name: 'AbortError' });
    expect(submit).not.toHaveBeenCalled();
  });

  it('cancels the job whose id comes after the abort, and submits no other', async () => {
    const controller = new AbortController();
    const canceled: string[] = [];
    const { io } = openIo({ signal: controller.signal });
    const { steps, submit } = jobSteps({
      cancel: async ({ id }) => void canceled.push(id),
      submit: async (index) => {
        controller.abort();
        return { id: `late-${index}` };
      },
    });
    await expect(runJobs(io, steps)).rejects.toMatchObject({ name: 'AbortError' });
    expect(canceled).toEqual(['late-0']);
    expect(submit).not.toHaveBeenCalled();
  });

  it.each(['timed-out', 'engine-unreachable', 'rate-limited'] as const)(
    'cancels a job that nobody waits for any more: %s',
    async (code) => {
      const canceled: string[] = [];
      const { io } = openIo();
      const { steps } = jobSteps({
        jobs: 1,
        cancel: async ({ id }) => {
          canceled.push(id);
          throw new Error('that fails too');
        },
        collect: async () => {
          throw new DioramaError(code);
        },
      });
      await expect(runJobs(io, steps)).rejects.toMatchObject({ code });
      expect(canceled).toEqual(['job-0']);
    },
  );

  it.each([404, 410])('calls a job lost that the service does not find any more (%i)', async (status) => {
    const { steps } = jobSteps({
      jobs: 1,
      collect: async () => {
        throw new DioramaError('unknown-model', undefined, { details: { status } });
      },
    });
    await expect(runJobs(openIo().io, steps)).rejects.toMatchObject({ code: 'remote-job-lost' });
  });
});
