import { describe, expect, it } from 'vitest';
import { combinationOf, SHORTCUTS } from './shortcuts.ts';

const press = (
  key: string,
  modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {},
) => combinationOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers });

describe('shortcuts', () => {
  it('take the command key for control', () => {
    expect(press('Z', { metaKey: true, shiftKey: true })).toBe('ctrl+shift+z');
    expect(press('z', { ctrlKey: true })).toBe('ctrl+z');
  });

  it('know signs however the keyboard makes them', () => {
    expect(press('?', { shiftKey: true })).toBe('?');
  });

  it('are not bound twice', () => {
    const keys = SHORTCUTS.flatMap((shortcut) => shortcut.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
