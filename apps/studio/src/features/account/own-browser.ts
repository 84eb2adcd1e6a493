import { clearLocalStore } from '../../app/local-store.ts';

const KEY = 'diorama-account';
/** What the studio keeps by itself under this prefix: the panel, what is open. */
const PREFIX = 'diorama-';

/**
 * Whether what this browser keeps (scene, panel) is the account's own. What somebody else left here is deleted first:
 * it names files that only they may see.
 *
 * @returns True when something of another account was deleted; the page has to start anew then.
 */
export async function makeBrowserOwn(accountId: string): Promise<boolean> {
  const before = read();
  if (before === accountId) return false;
  if (before !== null) await forgetEverything();
  write(accountId);
  return before !== null;
}

/** After signing out nothing of the work stays in the browser. */
export async function forgetEverything(): Promise<void> {
  await clearLocalStore();
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function write(accountId: string): void {
  try {
    localStorage.setItem(KEY, accountId);
  } catch {
    // Then every visit is a first one.
  }
}
