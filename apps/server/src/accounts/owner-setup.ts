import { BUILT_IN_OWNER_ID } from '@diorama/contracts';
import type { AccountRepository } from './account-repository.ts';
import { isSameToken, randomToken } from './random-token.ts';

/**
 * The first password of the first owner: only for who can read what the server printed at start, so that no stranger
 * claims the server first. The token lives as long as the process and works until there is a password.
 */
export class OwnerSetup {
  readonly token: string = randomToken();
  readonly #accounts: AccountRepository;
  #isDone = false;

  constructor(accounts: AccountRepository) {
    this.#accounts = accounts;
  }

  async isNeeded(): Promise<boolean> {
    // A password is never taken away again.
    this.#isDone ||= (await this.#accounts.passwordHashOf(BUILT_IN_OWNER_ID)) !== null;
    return !this.#isDone;
  }

  async accepts(token: string): Promise<boolean> {
    return isSameToken(token, this.token) && (await this.isNeeded());
  }
}
