import { DioramaError } from '@diorama/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProjectFile, readAnswer } from './import-project.ts';

const project = {
  id: '01890000-0000-7000-8000-000000000000',
  name: 'Kitchen',
  scene: null,
  camera: null,
  cover: null,
  entries: 3,
  createdAt: '2026-03-10T12:00:00.000Z',
  updatedAt: '2026-03-10T12:00:00.000Z',
};

describe('readAnswer', () => {
  it('gives what a project file brought', () => {
    const answer = { project, entries: 3, files: 9, skipped: 1 };
    expect(readAnswer(201, JSON.stringify(answer))).toEqual(answer);
  });

  it('passes on what the server said was wrong', () => {
    const problem = { code: 'invalid-archive', detail: 'It ends too early.', hint: 'Export it again.' };
    expect(() => readAnswer(422, JSON.stringify(problem))).toThrow(
      expect.objectContaining({
        code: 'invalid-archive',
        message: 'It ends too early.',
        hint: 'Export it again.',
      }),
    );
  });

  it('makes one of our errors of any other answer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, text) => {
        expect(() => readAnswer(status, text)).toThrow(DioramaError);
      }),
    );
  });
});

describe('isProjectFile', () => {
  it('goes by the ending, in any case', () => {
    expect(isProjectFile('work/Kitchen.DIORAMA')).toBe(true);
    expect(isProjectFile('diorama.glb')).toBe(false);
  });
});
