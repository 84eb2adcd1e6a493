import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownSecrets, REDACTED } from './known-secrets.ts';
import { createLogger, withoutSecrets } from './logger.ts';

const visible = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 8, maxLength: 60 })
  .map((codes) => String.fromCharCode(...codes));

function known(...secrets: string[]): KnownSecrets {
  const box = new KnownSecrets();
  box.add(...secrets);
  return box;
}

describe('KnownSecrets', () => {
  it('takes a secret out of any text, in every form in which services send keys back', () => {
    fc.assert(
      fc.property(visible, fc.string(), fc.string(), (secret, before, after) => {
        const box = known(secret);
        const bytes = Buffer.from(secret);
        for (const form of [
          secret,
          bytes.toString('base64'),
          bytes.toString('base64url'),
          bytes.toString('hex'),
          encodeURIComponent(secret),
          JSON.stringify(secret).slice(1, -1),
        ]) {
          const text = box.redact(`${before}<${form}>${after}`);
          expect(text).not.toContain(`<${form}>`);
          expect(text).toContain(REDACTED);
        }
      }),
    );
  });

  it('finds a secret in the base64 of a longer text, wherever it begins in it', () => {
    const secret = 'sk-canary-0123456789';
    const box = known(secret);
    for (const prefix of ['Bearer ', 'Basic x', 'Key of', ''])
      expect(box.redact(Buffer.from(`${prefix}${secret} and more`).toString('base64'))).toContain(REDACTED);
  });

  it('cleans objects and lists in depth and leaves bytes and everything else alone', () => {
    const box = known('topsecret');
    const bytes = new Uint8Array([1, 2]);
    const cleaned = box.redactDeep({
      a: ['x topsecret', { 'topsecret name': 1 }],
      b: bytes,
      c: null,
      d: 7,
    });
    expect(cleaned).toEqual({ a: [`x ${REDACTED}`, { [`${REDACTED} name`]: 1 }], b: bytes, c: null, d: 7 });
    expect(cleaned.b).toBe(bytes);
  });

  it('keeps knowing a secret that was replaced, and knows no short ones', () => {
    const box = known('first-secret');
    box.add('second-secret', 'abc', '');
    expect(box.redact('first-secret second-secret abc')).toBe(`${REDACTED} ${REDACTED} abc`);
    expect(known().redact('second-secret')).toBe('second-secret');
  });

  it('sees a secret in the bytes of a file', () => {
    const box = known('sk-in-metadata');
    expect(box.isIn(Buffer.from('PNG tEXt sk-in-metadata IEND'))).toBe(true);
    expect(box.isIn(Buffer.from('PNG tEXt nothing IEND'))).toBe(false);
  });

  it('keeps them out of the log, also out of errors', () => {
    const lines: string[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const box = known('sk-log-canary');
    const logger = withoutSecrets(createLogger('info', stream), box);
    logger.info({ facts: { key: 'Bearer sk-log-canary' } }, 'said');
    logger.error(
      { error: new Error('refused sk-log-canary', { cause: new Error('sk-log-canary') }) },
      'failed',
    );
    expect(lines).toHaveLength(2);
    expect(lines.join('')).toContain(REDACTED);
    expect(lines.join('')).not.toContain('sk-log-canary');
  });
});
