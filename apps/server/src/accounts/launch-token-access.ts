import { DioramaError } from '@diorama/contracts';
import type { AccessControl } from './access-control.ts';
import { bearerTokenOf } from './bearer-token.ts';
import { type CookieKind, readSignedCookie, setCookieHeader, sign } from './cookies.ts';
import { isSameToken, randomToken } from './random-token.ts';
import { BUILT_IN_OWNER, type Viewer } from './viewer.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** The address that was printed stays in the terminal; it must not open the door for ever. */
const TOKEN_LIFETIME_MS = DAY_MS;
/** The longest that browsers keep a cookie. */
const COOKIE_LIFETIME_SECONDS = (400 * DAY_MS) / 1_000;

/**
 * For a machine shared with others: whoever opened the address printed at start is the built-in owner. The browser
 * keeps a cookie that works until the key of the installation changes; programs send the token itself.
 */
export class LaunchTokenAccess implements AccessControl {
  readonly mode = 'launch-token';
  /** Of this start. */
  readonly token: string = randomToken();
  readonly #cookie: CookieKind;
  readonly #secret: string;
  readonly #now: () => number;
  readonly #startedAtMs: number;

  constructor(cookie: CookieKind, secret: string, now: () => number = Date.now) {
    this.#cookie = cookie;
    // Not the one that sessions are signed with: neither cookie must pass for the other.
    this.#secret = `launch:${secret}`;
    this.#now = now;
    this.#startedAtMs = now();
  }

  async viewerOf(request: Request): Promise<Viewer> {
    const bearer = bearerTokenOf(request);
    const isKnown =
      bearer === null
        ? readSignedCookie(request.headers.get('cookie'), this.#cookie.name, this.#secret) !== null
        : this.#isCurrent(bearer);
    if (!isKnown) throw new DioramaError('launch-token-needed');
    return BUILT_IN_OWNER;
  }

  /** The cookie has no end that could come while a stream is open. */
  onRevoked(): () => void {
    return () => {};
  }

  /** The answer to `/?launch=…`: to the page without the token in its address, with a cookie when it was the right one. */
  enter(request: Request): Response | null {
    const given = new URL(request.url).searchParams.get('launch');
    if (given === null) return null;
    const headers = new Headers({ Location: '/', 'Cache-Control': 'no-store' });
    if (this.#isCurrent(given))
      headers.set(
        'Set-Cookie',
        setCookieHeader(this.#cookie, sign(randomToken(), this.#secret), COOKIE_LIFETIME_SECONDS),
      );
    return new Response(null, { status: 303, headers });
  }

  #isCurrent(token: string): boolean {
    return this.#now() - this.#startedAtMs < TOKEN_LIFETIME_MS && isSameToken(token, this.token);
  }
}
