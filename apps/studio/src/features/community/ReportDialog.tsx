import { type Comment, type Post, REPORT_REASONS } from '@diorama/contracts';
import { Button, Radio, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { Dialog } from '../../ui/Dialog.tsx';
import { Fault } from '../../ui/Fault.tsx';
import { useAction } from '../../ui/use-action.ts';
import { report } from './community-state.ts';
import classes from './Dialog.module.css';
import { DIALOG_LAYER } from './dialog-layer.ts';
import { REASON_NAMES } from './reason-names.ts';

type Reason = (typeof REPORT_REASONS)[number];

/** Tells the owner of the server what is wrong with a post or a comment. */
export function ReportDialog(props: {
  readonly post: Pick<Post, 'id'>;
  /** null: the post itself. */
  readonly comment: Pick<Comment, 'id'> | null;
  readonly onClose: () => void;
}) {
  const { post, comment, onClose } = props;
  const [reason, setReason] = useState<Reason | null>(null);
  const [text, setText] = useState('');
  const action = useAction();
  const send = async () => {
    if (reason === null) return;
    const sent = await action.run(() =>
      report(post.id, { reason, text: text.trim(), ...(comment ? { comment: comment.id } : {}) }),
    );
    if (!sent) return;
    notifications.show({ title: 'Reported', message: 'The owner of the server will look at it.' });
    onClose();
  };
  return (
    <Dialog
      onClose={onClose}
      zIndex={DIALOG_LAYER}
      title={comment ? 'Report this comment' : 'Report this image'}
      size={440}
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Radio.Group
          label="What is wrong with it?"
          value={reason}
          onChange={(value) => setReason(value as Reason)}
        >
          <div className={classes.choices}>
            {REPORT_REASONS.map((one) => (
              <Radio key={one} value={one} size="xs" color="amber" label={REASON_NAMES[one]} />
            ))}
          </div>
        </Radio.Group>
        <Textarea
          label="Anything to add"
          description="The owner of the server reads it, and sees who reports."
          autosize
          minRows={3}
          maxRows={8}
          maxLength={1_000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Fault error={action.error} />
        <div className={classes.end}>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="filled"
            color="amber"
            disabled={reason === null}
            loading={action.busy}
          >
            Report
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
