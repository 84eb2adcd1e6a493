import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containsSecret, formsOf, redact } from './redact.ts';

const secrets = fc.stringMatching(/^[\x21-\x7e]{8,60}$/);

describe('redaction', () => {
  it('leaves nothing of a key in any of its forms, wherever it stands', () => {
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
        for (const form of formsOf(secret)) {
          const clean = redact(`${before}${form}${after}`, [secret]);
          expect(clean.includes(form) && !`${before}[key]${after}`.includes(form)).toBe(false);
        }
      }),
    );
  });

  it('finds keys inside files', () => {
    const key = 'sk-canary-0123456789';
    const file = Buffer.concat([Buffer.from([0x89, 0x50]), Buffer.from(key), Buffer.from([0])]);
    expect(containsSecret(file, [key])).toBe(true);
    expect(containsSecret(Buffer.from('nothing here'), [key])).toBe(false);
  });

  it('does not take ordinary words for keys', () => {
    expect(redact('a red box', ['red'])).toBe('a red box');
  });
});
