import type { Post } from '@diorama/contracts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../../ui/Dialog.tsx';
import { Fault } from '../../ui/Fault.tsx';
import { useAction } from '../../ui/use-action.ts';
import { updatePost } from './community-state.ts';
import classes from './Dialog.module.css';
import { DIALOG_LAYER } from './dialog-layer.ts';
import { PostWords, type PostWordsValue } from './PostWords.tsx';

/** Changes what a post is called; what is shared with it stays as it was published. */
export function EditPostDialog({ post, onClose }: { readonly post: Post; readonly onClose: () => void }) {
  const [words, setWords] = useState<PostWordsValue>({
    title: post.title,
    description: post.description,
    tags: post.tags,
  });
  const action = useAction();
  const save = async () => {
    const saved = await action.run(() => updatePost(post.id, { ...words, tags: [...words.tags] }));
    if (saved) onClose();
  };
  return (
    <Dialog onClose={onClose} zIndex={DIALOG_LAYER} title="Edit" size={480}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <PostWords value={words} onChange={setWords} />
        <Fault error={action.error} />
        <div className={classes.end}>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="filled"
            color="amber"
            disabled={words.title.trim() === ''}
            loading={action.busy}
          >
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
