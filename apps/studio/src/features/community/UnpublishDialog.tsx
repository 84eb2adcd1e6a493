import type { Post } from '@diorama/contracts';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Dialog } from '../../ui/Dialog.tsx';
import { Fault } from '../../ui/Fault.tsx';
import { useAction } from '../../ui/use-action.ts';
import { showCommunity } from './community-route.ts';
import { unpublish } from './community-state.ts';
import classes from './Dialog.module.css';
import { DIALOG_LAYER } from './dialog-layer.ts';
import { countOf } from './time-words.ts';
import { UserText } from './UserText.tsx';

/** Asks once more, and says what goes away. */
export function UnpublishDialog({ post, onClose }: { readonly post: Post; readonly onClose: () => void }) {
  const action = useAction();
  const said = [
    ...(post.likes > 0 ? [countOf(post.likes, 'like')] : []),
    ...(post.comments > 0 ? [countOf(post.comments, 'comment')] : []),
  ].join(' and ');
  const confirm = async () => {
    if (!(await action.run(() => unpublish(post.id)))) return;
    notifications.show({ message: 'It is not published any more. Your own image stays in your history.' });
    onClose();
    showCommunity();
  };
  return (
    <Dialog onClose={onClose} zIndex={DIALOG_LAYER} title="Unpublish" size={440}>
      <div className={classes.form}>
        <p className={classes.text}>
          Take “<UserText>{post.title}</UserText>” out of the community? This cannot be undone.
        </p>
        <ul className={classes.list}>
          <li>The published picture is deleted from this server, with all its sizes.</li>
          <li>Its page goes away{said && `, with ${said}`}; links to it lead nowhere.</li>
          <li>Your image in the history stays, and remixes by others stay without a link to it.</li>
          <li>What somebody has saved already cannot be called back.</li>
        </ul>
        <Fault error={action.error} />
        <div className={classes.end}>
          <Button data-autofocus onClick={onClose}>
            Keep it
          </Button>
          <Button color="red" variant="outline" loading={action.busy} onClick={() => void confirm()}>
            Unpublish
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
