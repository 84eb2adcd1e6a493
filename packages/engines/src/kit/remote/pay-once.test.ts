import { DioramaError } from '@diorama/contracts';
import { describe, expect, it, vi } from 'vitest';
import { payOnce } from './pay-once.ts';

function openIo(resume: unknown) {
  const checkpoints: unknown[] = [];
  return { checkpoints, io: { resume, checkpoint: async (state: unknown) => void checkpoints.push(state) } };
}

describe('a request that is paid once', () => {
  it.each([{ sent: true }, { sent: 'maybe' }, { jobs: [] }, 'garbage', 0, false])(
    'is not sent again when an earlier attempt left %j',
    async (resume) => {
      const { io } = openIo(resume);
      const send = vi.fn();
      await expect(payOnce(io, send)).rejects.toMatchObject({ code: 'outcome-unknown' });
      expect(send).not.toHaveBeenCalled();
    },
  );

  it('leaves its mark for failures that may have cost something, and takes it back for others', async () => {
    const broken = openIo(null);
    const fail = (details: Record<string, unknown>) => async () => {
      throw new DioramaError('engine-unreachable', undefined, { details });
    };
    await expect(payOnce(broken.io, fail({}))).rejects.toThrow();
    expect(broken.checkpoints).toEqual([{ sent: true }]);
    const refused = openIo(null);
    await expect(payOnce(refused.io, fail({ arrived: false }))).rejects.toThrow();
    expect(refused.checkpoints).toEqual([{ sent: true }, null]);
  });

  it('is not sent when its mark cannot be kept', async () => {
    const send = vi.fn();
    const io = { resume: null, checkpoint: () => Promise.reject(new DioramaError('storage-full')) };
    await expect(payOnce(io, send)).rejects.toMatchObject({ code: 'storage-full' });
    expect(send).not.toHaveBeenCalled();
  });
});
