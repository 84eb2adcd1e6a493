import { refreshSession } from '../features/account/session-state.ts';
import { client } from './api.ts';
import { setReachable } from './connection.ts';
import { applyServerEvent, refreshServerState } from './server-state.ts';

/** A blink of the connection is not worth a banner. */
const LOST_AFTER_MS = 1_500;

/** Follows the server's events until the returned function is called. */
export function followServerEvents(): () => void {
  let lostTimer: ReturnType<typeof setTimeout> | undefined;
  let wasOpen = false;
  return client.subscribe({
    maxDelayMs: 3_000,
    onEvent: applyServerEvent,
    onStatus: (status) => {
      if (status === 'open') {
        clearTimeout(lostTimer);
        lostTimer = undefined;
        setReachable(true);
        // What was missed is sent again, except that of a server that was replaced meanwhile.
        if (wasOpen) refreshServerState();
        wasOpen = true;
      } else if (status === 'connecting') {
        // The server ends the events of whoever is not let in any more; perhaps that is why they stopped.
        if (wasOpen) refreshSession();
        lostTimer ??= setTimeout(() => setReachable(false), LOST_AFTER_MS);
      } else clearTimeout(lostTimer);
    },
  });
}
