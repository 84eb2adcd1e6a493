import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENGINES_SECTIONS, enginesHash, parseEnginesHash } from './engines-route.ts';

describe('the address of the page Engines', () => {
  it('finds every place again', () => {
    for (const section of ENGINES_SECTIONS)
      expect(parseEnginesHash(enginesHash({ section, connection: null }))).toEqual({
        section,
        connection: null,
      });
    const route = { section: 'engines', connection: 'my-openai' } as const;
    expect(enginesHash(route)).toBe('#engines/connections/my-openai');
    expect(parseEnginesHash(enginesHash(route))).toEqual(route);
  });

  it('opens the page for a part that it does not know, and nothing for any other address', () => {
    expect(parseEnginesHash('#engines/nonsense')).toEqual({ section: 'engines', connection: null });
    expect(parseEnginesHash('#engines/connections/../x')).toEqual({ section: 'engines', connection: null });
    expect(parseEnginesHash('')).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        const route = parseEnginesHash(text);
        if (route?.connection) expect(route.connection).toMatch(/^[a-z0-9-]+$/);
      }),
    );
  });
});
