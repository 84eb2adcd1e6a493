import { describe, expect, it } from 'vitest';
import { SECURITY_HEADERS } from './security-headers.ts';

describe('the content security policy', () => {
  const directives = new Map(
    (SECURITY_HEADERS['Content-Security-Policy'] ?? '').split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources];
    }),
  );

  it('lets nothing inline run, and no style element in; only style attributes', () => {
    const inline = [...directives].filter(([, sources]) => sources.includes("'unsafe-inline'"));
    expect(inline.map(([name]) => name)).toEqual(['style-src-attr']);
    expect(directives.get('style-src')).toEqual(["'self'"]);
  });

  it('allows no eval and no other origin', () => {
    const sources = [...directives.values()].flat();
    expect(sources).not.toContain("'unsafe-eval'");
    expect(sources.filter((source) => /^\w+:\/\/|^\*/.test(source))).toEqual([]);
  });
});
