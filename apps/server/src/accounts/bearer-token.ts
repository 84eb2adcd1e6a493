/** What stands behind `Authorization: Bearer`; null when there is none. */
export function bearerTokenOf(request: Request): string | null {
  return /^Bearer +(\S{1,200})$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? null;
}
