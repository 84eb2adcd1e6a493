import { randomBytes } from 'node:crypto';
import type { NewArchive } from '@diorama/contracts';

/** Between ordering a zip and fetching it. */
export const TICKET_LIFE_MS = 10 * 60_000;
/** An order that is not fetched is forgotten when this many newer ones of the same account came. */
const TICKETS_PER_ACCOUNT = 20;

/** An order that waits to be fetched. */
export interface ArchiveTicket {
  readonly id: string;
  readonly userId: string;
  readonly order: NewArchive;
  readonly fileName: string;
  readonly expiresAtMs: number;
}

/**
 * Zips that were ordered and not fetched yet. A download that a browser starts by an address cannot send a list of a
 * thousand ids, so the order goes before it. Kept in memory: after a restart one orders again.
 */
export class ArchiveTickets {
  readonly #tickets = new Map<string, ArchiveTicket>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  issue(userId: string, order: NewArchive, fileName: string): ArchiveTicket {
    this.#forgetOld();
    const mine = [...this.#tickets.values()].filter((ticket) => ticket.userId === userId);
    for (const old of mine.slice(0, Math.max(0, mine.length - TICKETS_PER_ACCOUNT + 1)))
      this.#tickets.delete(old.id);
    const id = randomBytes(24).toString('base64url');
    const ticket = { id, userId, order, fileName, expiresAtMs: this.#now() + TICKET_LIFE_MS };
    this.#tickets.set(id, ticket);
    return ticket;
  }

  /** Gives an order to whoever made it, once; null for everything else. */
  take(id: string, userId: string): ArchiveTicket | null {
    this.#forgetOld();
    const ticket = this.#tickets.get(id);
    if (ticket?.userId !== userId) return null;
    this.#tickets.delete(id);
    return ticket;
  }

  #forgetOld(): void {
    for (const [id, { expiresAtMs }] of this.#tickets)
      if (expiresAtMs <= this.#now()) this.#tickets.delete(id);
  }
}
