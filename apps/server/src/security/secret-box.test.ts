import { chmodSync, existsSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/test-server.ts';
import { SecretBox } from './secret-box.ts';

let dataDir: string;
let file: string;
beforeEach(() => {
  dataDir = temporaryFolder();
  file = join(dataDir, 'secret.key');
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('SecretBox', () => {
  it('makes its key file at the first need, for its owner alone', () => {
    const box = new SecretBox(dataDir);
    expect(box.state().state).toBe('absent');
    expect(existsSync(file)).toBe(false);
    box.seal('sk-1', 'a');
    expect(statSync(file).size).toBe(32);
    expect(modeOf(file)).toBe(0o600);
  });

  it('opens what it sealed, and never the same bytes twice', () => {
    const box = new SecretBox(dataDir);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (secret, owner) => {
        const sealed = box.seal(secret, owner);
        expect(box.open(sealed, owner)).toBe(secret);
        expect(Buffer.compare(sealed, box.seal(secret, owner))).not.toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('opens nothing that was altered, moved to another owner, or is too short', () => {
    const box = new SecretBox(dataDir);
    const sealed = box.seal('sk-secret', 'engine-key:a');
    expect(box.open(sealed, 'engine-key:b')).toBeNull();
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Uint8Array.from(sealed);
      altered[at]! ^= 1;
      expect(box.open(altered, 'engine-key:a')).toBeNull();
      expect(box.open(sealed.subarray(0, at), 'engine-key:a')).toBeNull();
    }
  });

  it('opens nothing when the key file is lost or another one, and seals anew with what there is', () => {
    const sealed = new SecretBox(dataDir).seal('sk', 'a');
    rmSync(file);
    const box = new SecretBox(dataDir);
    expect(box.open(sealed, 'a')).toBeNull();
    expect(existsSync(file)).toBe(false);
    expect(box.open(box.seal('again', 'a'), 'a')).toBe('again');
    writeFileSync(file, Buffer.alloc(32, 7));
    expect(box.open(sealed, 'a')).toBeNull();
  });

  it('puts a damaged key file aside instead of deleting it', () => {
    writeFileSync(file, 'short', { mode: 0o600 });
    const box = new SecretBox(dataDir);
    expect(box.state()).toMatchObject({ state: 'unusable' });
    expect(box.open(box.seal('sk', 'a'), 'a')).toBe('sk');
    expect(readdirSync(dataDir).filter((name) => name.startsWith('secret.key.damaged-'))).toHaveLength(1);
  });

  it('corrects permissions that let others read it, except where it only looks', () => {
    const box = new SecretBox(dataDir);
    const sealed = box.seal('sk', 'a');
    chmodSync(file, 0o644);
    const looking = new SecretBox(dataDir, { mayWrite: false });
    expect(looking.state()).toMatchObject({ state: 'unusable' });
    expect(looking.open(sealed, 'a')).toBeNull();
    expect(modeOf(file)).toBe(0o644);
    expect(box.open(sealed, 'a')).toBe('sk');
    expect(modeOf(file)).toBe(0o600);
  });

  it('does not follow a link in the place of the key file', () => {
    const elsewhere = join(dataDir, 'elsewhere');
    writeFileSync(elsewhere, Buffer.alloc(32, 1), { mode: 0o600 });
    symlinkSync(elsewhere, file);
    const box = new SecretBox(dataDir);
    expect(box.state()).toMatchObject({ state: 'unusable', reason: expect.stringContaining('link') });
    expect(() => box.seal('sk', 'a')).toThrow(/secret\.key is a link/);
  });
});
