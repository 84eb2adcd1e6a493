import { create } from 'zustand';

/** Whether the server answers. Set by the event stream and by every call. */
export const useConnection = create<{ readonly reachable: boolean }>(() => ({ reachable: true }));

export function setReachable(reachable: boolean): void {
  if (useConnection.getState().reachable !== reachable) useConnection.setState({ reachable });
}
