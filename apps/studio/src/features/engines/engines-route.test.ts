import { describe, expect, it } from 'vitest';
import { ENGINES_SECTIONS, enginesPath, enginesRouteOf } from './engines-route.ts';

const at = (...path: string[]) => enginesRouteOf({ page: 'engines', path });

describe('the places on the page Engines', () => {
  it('are all found again', () => {
    for (const section of ENGINES_SECTIONS)
      expect(at(...enginesPath({ section, connection: null }))).toEqual({ section, connection: null });
    const route = { section: 'engines', connection: 'my-openai' } as const;
    expect(at(...enginesPath(route))).toEqual(route);
  });

  it('are the page itself for a part that it does not have, and none for another page', () => {
    expect(at('nonsense')).toEqual({ section: 'engines', connection: null });
    expect(at('connections', '../x')).toEqual({ section: 'engines', connection: null });
    expect(enginesRouteOf({ page: 'history', path: [] })).toBeNull();
    expect(enginesRouteOf(null)).toBeNull();
  });
});
