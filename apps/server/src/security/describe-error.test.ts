import { DioramaError } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { describeError, withoutPaths } from './describe-error.ts';

describe('withoutPaths', () => {
  it.each([
    [
      "ENOENT: no such file or directory, open '/home/ann/my data/blobs/ab'",
      "ENOENT: no such file or directory, open 'ab'",
    ],
    ['at run (file:///home/ann/src/main.ts:3:1)', 'at run (main.ts:3:1)'],
    ['at /srv/app/server/src/main.ts:3:1', 'at main.ts:3:1'],
    ["open 'C:\\Users\\Ann Lee\\data\\x.db'", "open 'x.db'"],
    ['3 of 4 samples, 1/2 done', '3 of 4 samples, 1/2 done'],
  ])('%s', (text, expected) => {
    expect(withoutPaths(text)).toBe(expected);
  });
});

describe('describeError', () => {
  it('keeps code, message and frames of a file error, without its folders', () => {
    const error = Object.assign(new Error("EACCES: permission denied, open '/home/ann/data/x'"), {
      code: 'EACCES',
    });
    const described = describeError(error);
    expect(described).toMatchObject({
      name: 'Error',
      code: 'EACCES',
      message: "EACCES: permission denied, open 'x'",
    });
    expect(JSON.stringify(described)).not.toMatch(/\/home|ann/);
  });

  it('drops messages that quote what was parsed', () => {
    let thrown: unknown;
    try {
      JSON.parse('{"prompt": canary');
    } catch (error) {
      thrown = error;
    }
    expect(JSON.stringify(describeError(thrown))).not.toContain('canary');
  });

  it('drops our own messages, which may name what a user sent, and follows causes', () => {
    const cause = new Error('disk');
    const described = describeError(new DioramaError('storage-full', 'canary', { cause }));
    expect(described).toMatchObject({ code: 'storage-full', cause: { message: 'disk' } });
    expect(JSON.stringify(described)).not.toContain('canary');
  });

  it('ends for causes that go in circles', () => {
    const error = new Error('a');
    error.cause = error;
    expect(describeError(error).name).toBe('Error');
  });
});
