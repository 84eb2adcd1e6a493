import { Button } from '@mantine/core';
import { Dialog } from '../../ui/Dialog.tsx';
import { entriesInWords, purge } from './change-history.ts';
import classes from './Dialogs.module.css';

/** Asks before something is deleted that cannot be brought back. */
export function PurgeDialog(props: {
  /** null: everything in the trash. */
  readonly seqs: readonly number[] | null;
  readonly count: number;
  readonly onClose: () => void;
}) {
  const words = entriesInWords(props.count);
  return (
    <Dialog
      onClose={props.onClose}
      title={props.seqs === null ? `Empty the trash: ${words}?` : `Delete ${words} for good?`}
      size={400}
    >
      <div className={classes.form}>
        <p className={classes.note}>
          {props.count === 1 ? 'Its image is' : 'Their images are'} removed from the disk. This cannot be
          undone.
        </p>
        <div className={classes.buttons}>
          <Button onClick={props.onClose} data-autofocus="">
            Cancel
          </Button>
          <Button
            className={classes.danger ?? ''}
            onClick={() => {
              props.onClose();
              void purge(props.seqs);
            }}
          >
            Delete {words}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
