import { DioramaError } from '@diorama/contracts';
import { addressKeyOf, clientAddressOf } from '../security/client-address.ts';
import type { RateLimits } from '../storage/rate-limits.ts';
import type { AccessControl } from './access-control.ts';
import type { ApiTokens } from './api-tokens.ts';
import { bearerTokenOf } from './bearer-token.ts';
import { type CookieKind, readSignedCookie } from './cookies.ts';
import type { Sessions } from './sessions.ts';
import type { Viewer } from './viewer.ts';

/** Tokens that do not exist, by one address. */
const WRONG_TOKENS = { limit: 30, windowMs: 60_000 };
/** Who holds a stream open is looked at this often: the change may come from another process, or from time itself. */
const RECHECK_EVERY_MS = 5_000;

interface Held {
  readonly viewer: Viewer;
  readonly listener: () => void;
}

/** Who asks is told by an API token, or by the cookie of a session. */
export class AccountAccess implements AccessControl {
  readonly mode = 'accounts';
  readonly #sessions: Sessions;
  readonly #tokens: ApiTokens;
  readonly #limits: RateLimits;
  readonly #cookie: CookieKind;
  readonly #secret: string;
  readonly #held = new Set<Held>();
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: {
    readonly sessions: Sessions;
    readonly tokens: ApiTokens;
    readonly limits: RateLimits;
    readonly cookie: CookieKind;
    readonly secret: string;
  }) {
    this.#sessions = deps.sessions;
    this.#tokens = deps.tokens;
    this.#limits = deps.limits;
    this.#cookie = deps.cookie;
    this.#secret = deps.secret;
  }

  async viewerOf(request: Request): Promise<Viewer | null> {
    const bearer = bearerTokenOf(request);
    const found = bearer === null ? await this.#bySession(request) : await this.#byToken(bearer, request);
    if (found?.disabled) throw new DioramaError('account-disabled');
    return found?.viewer ?? null;
  }

  onRevoked(viewer: Viewer, listener: () => void): () => void {
    const held = { viewer, listener };
    this.#held.add(held);
    this.#timer ??= setInterval(() => void this.recheck(), RECHECK_EVERY_MS).unref();
    return () => this.#release(held);
  }

  /** Looks whether those who hold streams open may still do so; called after whatever takes rights away. */
  async recheck(): Promise<void> {
    for (const held of [...this.#held]) {
      // A database that cannot be read now says nothing about anybody.
      const isLive = await this.#isLive(held.viewer).catch(() => true);
      if (isLive || !this.#held.has(held)) continue;
      this.#release(held);
      held.listener();
    }
  }

  close(): void {
    this.#held.clear();
    this.#stopTimer();
  }

  async #bySession(request: Request) {
    const token = readSignedCookie(request.headers.get('cookie'), this.#cookie.name, this.#secret);
    return token === null ? null : await this.#sessions.find(token);
  }

  async #byToken(token: string, request: Request) {
    const found = await this.#tokens.find(token);
    // A good one is never refused: whoever shares the address, as behind one proxy, could keep it from working.
    if (found) return found;
    const key = `token:${addressKeyOf(clientAddressOf(request))}`;
    await this.#limits.refuseIfUsedUp(key, WRONG_TOKENS);
    await this.#limits.take(key, WRONG_TOKENS);
    throw new DioramaError('signed-out', 'The API token is unknown, expired or revoked.', {
      hint: 'Make a new one on the page of your account.',
    });
  }

  async #isLive({ sessionId, tokenId }: Viewer): Promise<boolean> {
    if (sessionId !== null) return await this.#sessions.isLive(sessionId);
    return tokenId !== undefined && (await this.#tokens.isLive(tokenId));
  }

  #release(held: Held): void {
    this.#held.delete(held);
    if (this.#held.size === 0) this.#stopTimer();
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
