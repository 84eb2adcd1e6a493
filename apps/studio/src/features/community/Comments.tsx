import { type Comment, LIMITS, type Post } from '@diorama/contracts';
import { Button, Skeleton, Textarea } from '@mantine/core';
import { useState } from 'react';
import { Fault } from '../../ui/Fault.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { IconFlag, IconTrash } from '../../ui/icons.ts';
import { useAction } from '../../ui/use-action.ts';
import classes from './Comments.module.css';
import { addComment, deleteComment, useComments, useCommunitySettings } from './community-state.ts';
import { LoadFault } from './LoadFault.tsx';
import { ReportDialog } from './ReportDialog.tsx';
import { agoInWords, countOf } from './time-words.ts';
import { UserText } from './UserText.tsx';
import { useCommunityViewer } from './use-community-viewer.ts';

/** What was said about a post, oldest first. */
export function Comments({ post }: { readonly post: Post }) {
  const comments = useComments(post.id);
  const settings = useCommunitySettings().data;
  const items = comments.data?.pages.flatMap((page) => page.items) ?? [];
  if (settings && !settings.comments && items.length === 0) return null;
  return (
    <section className={classes.section} aria-labelledby="comments-heading">
      <h3 id="comments-heading" className={classes.heading}>
        {post.comments === 0 ? 'Comments' : countOf(post.comments, 'comment')}
      </h3>
      {comments.isPending && <Skeleton height={40} />}
      {comments.isError && items.length === 0 && (
        <LoadFault
          title="The comments could not be loaded"
          error={comments.error}
          onRetry={() => void comments.refetch()}
        />
      )}
      <ul className={classes.list}>
        {items.map((comment) => (
          <Said key={comment.id} post={post} comment={comment} />
        ))}
      </ul>
      {comments.hasNextPage && (
        <Button
          size="xs"
          mb={10}
          loading={comments.isFetchingNextPage}
          onClick={() => void comments.fetchNextPage()}
        >
          Show later ones
        </Button>
      )}
      {settings?.may.comment ? (
        <NewComment post={post.id} />
      ) : settings && !settings.comments ? (
        <p className={classes.muted}>Comments are switched off on this server.</p>
      ) : null}
    </section>
  );
}

function NewComment({ post }: { readonly post: string }) {
  const [text, setText] = useState('');
  const action = useAction();
  const send = () =>
    action.run(async () => {
      await addComment(post, text.trim());
      setText('');
    });
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Textarea
        aria-label="Your comment"
        placeholder="Say something about it"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={LIMITS.commentCharacters}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && text.trim()) void send();
        }}
      />
      {text.trim() !== '' && (
        <div className={classes.formEnd}>
          <Button type="submit" size="xs" loading={action.busy}>
            Comment
          </Button>
        </div>
      )}
      <Fault error={action.error} />
    </form>
  );
}

function Said({ post, comment }: { readonly post: Post; readonly comment: Comment }) {
  const viewer = useCommunityViewer();
  const [reporting, setReporting] = useState(false);
  const action = useAction();
  const mayDelete = comment.mine || viewer.isOwner;
  return (
    <li className={classes.comment}>
      <div className={classes.head}>
        <span className={classes.author}>
          <UserText>{comment.author.name}</UserText>
        </span>
        <span className={classes.muted} title={new Date(comment.createdAt).toLocaleString('en')}>
          {agoInWords(comment.createdAt)}
        </span>
        <span className={classes.tools}>
          {!comment.mine && viewer.takesPart && (
            <IconButton label="Report this comment" size={22} onClick={() => setReporting(true)}>
              <IconFlag size={13} />
            </IconButton>
          )}
          {mayDelete && (
            <IconButton
              label="Delete this comment"
              size={22}
              disabled={action.busy}
              onClick={() => void action.run(() => deleteComment(post.id, comment.id))}
            >
              <IconTrash size={13} />
            </IconButton>
          )}
        </span>
      </div>
      <UserText lines>{comment.text}</UserText>
      <Fault error={action.error} />
      {reporting && <ReportDialog post={post} comment={comment} onClose={() => setReporting(false)} />}
    </li>
  );
}
