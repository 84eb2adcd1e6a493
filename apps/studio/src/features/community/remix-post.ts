import type { Post } from '@diorama/contracts';
import { notifications } from '@mantine/notifications';
import { client } from '../../app/api.ts';
import { hidePage } from '../../app/page-route.ts';
import { usePanel } from '../generate/panel-store.ts';
import { applySettings, type FoundSettings, restoreScene } from '../result/restore-scene.ts';

/**
 * Fills the panel with what a post was made from; its scene takes the place of the one that is open, when it is shared.
 * One step that can be undone.
 *
 * @throws {DioramaError} When the post is gone, or the server cannot be reached. Nothing has changed then.
 */
export async function remixPost(post: Pick<Post, 'id' | 'title'>): Promise<void> {
  const { request, missing } = await client.remix({ params: { id: post.id } });
  const found: FoundSettings = { request, seed: null, lineage: { post: post.id } };
  const { useCanvas } = usePanel.getState();
  hidePage();
  if (request.canvas) await restoreScene(found);
  else {
    await applySettings(found, 'remix');
    // Not shared is not switched off: one's own scene is what the remix is made of.
    if (missing.length > 0) usePanel.setState({ useCanvas });
  }
  usePanel.setState({ seedLocked: false, count: 1, lineage: { post: post.id, how: 'remix' } });
  if (missing.length > 0)
    notifications.show({
      title: `${listed(missing)} ${missing.length > 1 || /s$/.test(missing[0]!) ? 'are' : 'is'} not shared`,
      message: 'Everything else is in the panel. Your own scene and pictures take their place.',
      autoClose: 10_000,
    });
}

/** "The scene and the references". */
function listed(things: readonly string[]): string {
  const text =
    things.length > 1 ? `${things.slice(0, -1).join(', ')} and ${things.at(-1)}` : (things[0] ?? '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
