import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashPassword, PASSWORD_COST, verifyPassword } from './password-hash.ts';

const CHEAP = { log2N: 4, r: 1, p: 1 };

it('knows a password by its hash, and no other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (password, other) => {
      const hash = await hashPassword(password, CHEAP);
      expect(await verifyPassword(password, hash)).toBe(true);
      fc.pre(other.normalize('NFKC') !== password.normalize('NFKC'));
      expect(await verifyPassword(other, hash)).toBe(false);
    }),
    { numRuns: 50 },
  );
});

it('makes another hash of the same password each time, which says what it cost', async () => {
  const [a, b] = [await hashPassword('same words', CHEAP), await hashPassword('same words', CHEAP)];
  expect(a).not.toBe(b);
  expect(await hashPassword('same words')).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(PASSWORD_COST).toEqual({ log2N: 15, r: 8, p: 3 });
});

it('takes the same letters for the same, however they are typed', async () => {
  expect(await verifyPassword('cafe\u0301 words', await hashPassword('caf\u00e9 words', CHEAP))).toBe(true);
});

it('accepts nothing for what is no hash of ours', async () => {
  for (const stored of ['', 'plain', '$scrypt$ln=99,r=8,p=1$x$y', '$argon2id$v=19$m=1$a$b'])
    expect(await verifyPassword('plain', stored)).toBe(false);
});

it('refuses a crowd instead of letting everybody wait, and recovers', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 60 }, () => hashPassword('same words', CHEAP)),
  );
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(20);
  expect(refused[0]!.reason).toMatchObject({ code: 'too-many-attempts', details: { retryAfterMs: 5_000 } });
  expect(await verifyPassword('same words', await hashPassword('same words', CHEAP))).toBe(true);
});
