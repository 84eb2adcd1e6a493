import { describe, expect, it } from 'vitest';
import { chooseEngine, remedyLabel } from './engine-choice.ts';
import { aModel, anEngine, BUILTIN } from './test-engines.ts';

const price = { perImage: 0.04, asOf: '2026-11-01', source: 'test' };
const fast = aModel({ longEdgeMax: 1024 }, { id: 'fast', name: 'Fast' });
const best = aModel({ longEdgeMax: 2048 }, { id: 'best', name: 'Best', price });
const other = anEngine({ models: [fast, best], defaultModel: 'best' });
const engines = [BUILTIN, other];

describe('chooseEngine', () => {
  it('takes the engine and the model that were chosen last', () => {
    const choice = chooseEngine(engines, 'builtin', { engine: 'other', models: { other: 'fast' } });
    expect(choice).toMatchObject({
      engine: { id: 'other' },
      model: { id: 'fast' },
      replaced: null,
      price: null,
    });
    expect(choice?.capabilities.longEdgeMax).toBe(1024);
  });

  it('begins with the defaults of server and engine', () => {
    expect(chooseEngine(engines, 'other', { engine: null, models: {} })).toMatchObject({
      engine: { id: 'other' },
      model: { id: 'best' },
      price,
      replaced: null,
    });
    expect(chooseEngine(engines, 'gone', { engine: null, models: {} })?.engine.id).toBe('builtin');
    expect(chooseEngine([], undefined, { engine: null, models: {} })).toBeUndefined();
  });

  it('says when what was chosen is not there any more', () => {
    expect(chooseEngine(engines, 'builtin', { engine: 'removed', models: {} })).toMatchObject({
      engine: { id: 'builtin' },
      replaced: 'The engine chosen before is not connected any more',
    });
    expect(chooseEngine(engines, 'builtin', { engine: 'other', models: { other: 'old' } })).toMatchObject({
      model: { id: 'best' },
      replaced: 'old is not offered any more',
    });
  });
});

describe('remedyLabel', () => {
  it.each([
    [null, 'Set up'],
    ['It needs a key.', 'Add key'],
    ['The key was not accepted at the last test.', 'Check the key'],
    ['It has not been tested yet.', 'Set up'],
  ])('%s → %s', (reason, label) => {
    expect(remedyLabel({ reason })).toBe(label);
  });
});
