/**
 * Headers for programs that have no login of their own but stand behind a proxy that has one: `user:password` becomes
 * Basic, anything else Bearer.
 */
export function keyHeaders(key: string | null): Record<string, string> {
  if (key === null || key === '') return {};
  return {
    authorization: key.includes(':')
      ? `Basic ${Buffer.from(key, 'utf8').toString('base64')}`
      : `Bearer ${key}`,
  };
}
