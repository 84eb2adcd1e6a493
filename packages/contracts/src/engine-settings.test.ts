import { describe, expect, it } from 'vitest';
import { engineAddressSchema, engineConnectionPatchSchema } from './engine-settings.ts';

describe('the address of an engine', () => {
  it.each([
    'http://127.0.0.1:8188',
    'https://api.example.com/v1',
    'http://[::1]:7860/',
    'https://exämple.com/v1/',
    'https://gateway.example/accounts/@me/v1',
  ])('may be %s', (address) => {
    expect(engineAddressSchema.parse(address)).toBe(address);
  });

  it.each([
    'http://h/?',
    'http://h/#',
    'http://h?q=1',
    'http://@h/',
    'http://user:word@h/',
    'http://h\\@evil/',
    'http:h',
    'http://h/a b',
    'ftp://h',
    'http://h:99999',
  ])('may not be %s', (address) => {
    expect(engineAddressSchema.safeParse(address).success).toBe(false);
  });

  it('loses the space that was pasted with it', () => {
    expect(engineAddressSchema.parse('  http://h/v1\n')).toBe('http://h/v1');
  });
});

describe('what is typed for a connection', () => {
  const isAccepted = (patch: object) => engineConnectionPatchSchema.safeParse(patch).success;

  it('is one line without control characters', () => {
    expect(isAccepted({ name: 'Größe 😀 <b>' })).toBe(true);
    for (const name of ['a\nb', 'a\u001b[31mb', 'a\u0000b', '\u202eevil'])
      expect(isAccepted({ name })).toBe(false);
  });

  it('has no blank model ids', () => {
    expect(engineConnectionPatchSchema.parse({ extraModels: [' owner/model:v1 '] }).extraModels).toEqual([
      'owner/model:v1',
    ]);
    for (const id of ['', '  ', 'a\nb']) expect(isAccepted({ extraModels: [id] })).toBe(false);
  });
});
