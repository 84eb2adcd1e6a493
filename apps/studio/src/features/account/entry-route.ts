import type { PageRoute } from '../../app/page-route.ts';

/** What a link that the server's owner passes on opens: `#account/join/<token>` and its like. */
export interface EntryLink {
  readonly kind: 'setup' | 'join' | 'password';
  readonly token: string;
}

export function entryLinkOf(route: PageRoute | null): EntryLink | null {
  if (route?.page !== 'account') return null;
  const [kind, token] = route.path;
  if ((kind === 'setup' || kind === 'join' || kind === 'password') && token) return { kind, token };
  return null;
}
