import { type Access, type AccessMode, DioramaError } from '@diorama/contracts';
import { BUILT_IN_OWNER, type Viewer } from './viewer.ts';

/** How a server tells who asks; one of them per server, chosen at start. */
export interface AccessControl {
  readonly mode: AccessMode;
  /**
   * Who asks; null for somebody who is not known.
   *
   * @throws {DioramaError} `account-disabled`, or `launch-token-needed` in the mode that has one.
   */
  viewerOf(request: Request): Promise<Viewer | null>;
  /** Calls back once when the viewer may not be served any more: signed out, disabled. Returns how to stop listening. */
  onRevoked(viewer: Viewer, listener: () => void): () => void;
  /** Looks at once whether somebody is to be called back; for what takes rights away. */
  recheck?(): Promise<void>;
  /** Answers the address that lets a browser in; null for every other one. */
  enter?(request: Request): Response | null;
  /** Ends what runs in the background. */
  close?(): void;
}

/** Whoever reaches the server is its owner: for a loopback address on a machine of one's own. */
export const openAccess: AccessControl = {
  mode: 'local',
  viewerOf: async () => BUILT_IN_OWNER,
  onRevoked: () => () => {},
};

/**
 * Lets pass who may call a route of this level.
 *
 * @param isCommunityPublic Asked only where it decides.
 * @throws {DioramaError} `signed-out` or `forbidden`.
 */
export async function requireAccess(
  level: Access,
  viewer: Viewer | null,
  isCommunityPublic: () => Promise<boolean>,
): Promise<void> {
  if (level === 'public') return;
  if (viewer === null) {
    if (level === 'community' && (await isCommunityPublic())) return;
    throw new DioramaError('signed-out');
  }
  if (level === 'session' && viewer.via === 'token')
    throw new DioramaError('forbidden', 'An API token may not do this.', {
      hint: 'Sign in with your password in the browser.',
    });
  if (level === 'owner' && viewer.role !== 'owner')
    throw new DioramaError('forbidden', 'Only owners of this server may do this.');
}
