import { describe, expect, it } from 'vitest';
import { notesSummary } from './scene-notes-summary.ts';

describe('notesSummary', () => {
  const text = 'Objects in the scene:\n- Armchair\n- 3 × book';

  it('tells in a few words what would be sent', () => {
    expect(notesSummary({ isOn: true, edited: null }, text)).toBe('2 objects, from the scene');
    expect(notesSummary({ isOn: true, edited: { text: 'A chair', basis: text } }, 'A chair')).toBe('edited');
    expect(notesSummary({ isOn: false, edited: null }, text)).toBe('off');
    expect(notesSummary({ isOn: true, edited: null }, '')).toBe('no names in the scene');
  });
});
