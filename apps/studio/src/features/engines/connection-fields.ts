import { engineAddressSchema } from '@diorama/contracts';

/** What is wrong with a typed address, in one sentence; null when nothing is. */
export function addressFault(address: string, required: boolean): string | null {
  const text = address.trim();
  if (text === '') return required ? 'Type the address of the server.' : null;
  if (!/^https?:\/\//i.test(text)) return 'Begin with http:// or https://.';
  return engineAddressSchema.safeParse(text).success
    ? null
    : 'Only scheme, host, port and path: no user name, question mark or #.';
}

/** What is wrong with a typed key; null when nothing is. */
export function keyFault(key: string, required: boolean): string | null {
  const text = key.trim();
  if (text === '') return required ? 'Paste the key.' : null;
  if (text.length > 4_000) return 'This is too long for a key.';
  return /^[\x21-\x7e]+$/.test(text) ? null : 'A key has no spaces or special letters in it. Copy it again.';
}

/** Whether two addresses are of different servers; the saved key is never sent to another one than it was given for. */
export function isOtherServer(before: string | null, after: string | null, own: string): boolean {
  const originOf = (address: string | null) => {
    const text = address ?? own;
    return URL.canParse(text) ? new URL(text).origin : text;
  };
  return originOf(before) !== originOf(after);
}
