import { describe, expect, it } from 'vitest';
import { accountNameSchema } from './account.ts';

describe('the name of an account', () => {
  it.each(['Olga', ' Олга ', 'أولغا', '奥尔加', 'Zoë 👩‍👩‍👧', "O'Neill-Śmigły"])('may be %s', (name) => {
    expect(accountNameSchema.parse(name)).toBe(name.trim());
  });

  it.each(['', '   ', 'a\nb', 'a\r\nSet-Cookie: x', 'a\u0000b', '\u202Eagl0', 'a\u2028b', '\u200B\u200D'])(
    'cannot be %j, which others would take for something else',
    (name) => {
      expect(accountNameSchema.safeParse(name).success).toBe(false);
    },
  );
});
