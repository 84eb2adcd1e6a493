import { fillPrompt, recipeContentSchema } from '@diorama/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeBlank, makeBlank } from './blanks.ts';
import { promptParts } from './prompt-parts.ts';

const NONE = { variables: [] };

describe('makeBlank', () => {
  it('leaves the selected words open and keeps them as the default', () => {
    const prompt = 'golden hour, walnut table';
    expect(makeBlank({ prompt, ...NONE }, 13, 19)).toEqual({
      prompt: 'golden hour, {{walnut}} table',
      variables: [{ name: 'walnut', label: 'Walnut', default: 'walnut', options: [] }],
    });
  });

  it('does not take the spaces around the words', () => {
    expect(makeBlank({ prompt: 'a  red  chair', ...NONE }, 1, 8)?.prompt).toBe('a  {{red}}  chair');
  });

  it('finds another name for the same words', () => {
    const once = makeBlank({ prompt: 'red red', ...NONE }, 0, 3)!;
    const at = once.prompt.lastIndexOf('red');
    expect(makeBlank(once, at, at + 3)?.prompt).toBe('{{red}} {{red-2}}');
  });

  it('refuses nothing, and what cuts through a blank', () => {
    const recipe = makeBlank({ prompt: 'red chair', ...NONE }, 0, 3)!;
    expect(makeBlank(recipe, 2, 2)).toBeNull();
    expect(makeBlank(recipe, 4, 12)).toBeNull();
    expect(makeBlank({ prompt: '   ', ...NONE }, 0, 3)).toBeNull();
  });

  it('makes recipes that are valid and, filled in, say what the prompt said', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
        fc.nat(80),
        fc.nat(80),
        (text, a, b) => {
          const prompt = text.replace(/[{}]/g, '').trim();
          fc.pre(prompt !== '');
          const made = makeBlank({ prompt, ...NONE }, Math.min(a, b), Math.max(a, b));
          fc.pre(made !== null);
          expect(recipeContentSchema.safeParse({ title: 'T', ...made }).error).toBeUndefined();
          expect(fillPrompt({ prompt: made.prompt, variables: [...made.variables] })).toBe(prompt);
          expect(closeBlank(made, made.variables[0]!.name)).toEqual({ prompt, variables: [] });
        },
      ),
    );
  });
});

describe('promptParts', () => {
  it('takes a prompt apart without losing anything', () => {
    expect(promptParts('a {{b}} {{C}} {{d-1}}')).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'blank', name: 'b' },
      { kind: 'text', text: ' {{C}} ' },
      { kind: 'blank', name: 'd-1' },
    ]);
    expect(promptParts('')).toEqual([]);
  });
});
