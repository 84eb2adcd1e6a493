import { DioramaError } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { describeBuiltin } from '../builtin/describe.ts';
import type { Engine } from './engine.ts';
import { createEngines } from './registry.ts';

const engine = (
  id: string,
  describe: Engine['describe'] = async () => ({ ...(await describeBuiltin()), id }),
): Engine => ({
  id,
  kind: 'builtin',
  describe,
  test: () => Promise.reject(new DioramaError('internal')),
  generate: () => Promise.reject(new DioramaError('internal')),
});

describe('the registry of engines', () => {
  it('gives engines by id, the first as default', async () => {
    const engines = createEngines({ engines: [engine('a'), engine('b')] });
    expect([engines.defaultId, engines.ids]).toEqual(['a', ['a', 'b']]);
    expect(engines.get('b').id).toBe('b');
    expect(await engines.list()).toHaveLength(2);
  });

  it('names the ones that exist when asked for another', () => {
    const engines = createEngines({ engines: [engine('a')] });
    expect(() => engines.get('z')).toThrow(
      expect.objectContaining({ code: 'unknown-engine', hint: 'Choose one of: a.' }),
    );
  });

  it('lists an engine that fails to describe itself as not available', async () => {
    const engines = createEngines({
      engines: [engine('a'), engine('b', () => Promise.reject(new Error('down')))],
    });
    expect((await engines.list()).map(({ id, available }) => [id, available])).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });

  it('refuses to start with two of one id or without its default', () => {
    expect(() => createEngines({ engines: [engine('a'), engine('a')] })).toThrow('same id');
    expect(() => createEngines({ engines: [engine('a')], defaultId: 'b' })).toThrow('not registered');
  });
});
