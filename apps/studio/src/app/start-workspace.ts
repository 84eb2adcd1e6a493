import { startWithKeptScene } from './keep-scene.ts';
import { followServerEvents } from './server-events.ts';

let hasStarted = false;

/** Begins what runs as long as the page does: the scene of the last visit, and the server's events. */
export function startWorkspace(): void {
  if (hasStarted) return;
  hasStarted = true;
  followServerEvents();
  void startWithKeptScene();
}
