import { toDioramaError } from '@diorama/contracts';
import { Button, Skeleton, TextInput } from '@mantine/core';
import { useState } from 'react';
import { client } from '../../app/api.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { IconLayoutBoard } from '../../ui/icons.ts';
import { addToBoard, entriesInWords } from './change-history.ts';
import classes from './Dialogs.module.css';
import { reloadHistorySoon, useBoards } from './history-data.ts';

/** Chooses a board for entries, or makes a new one. */
export function BoardDialog({
  seqs,
  onClose,
}: {
  readonly seqs: readonly number[];
  readonly onClose: () => void;
}) {
  const boards = useBoards();
  const [name, setName] = useState('');
  const [error, setError] = useState<string | null>(null);
  const choose = (board: { readonly id: string; readonly name: string }) => {
    onClose();
    void addToBoard(seqs, board);
  };
  const create = async () => {
    try {
      const board = await client.createBoard({ body: { name } });
      reloadHistorySoon('filtered');
      choose(board);
    } catch (thrown) {
      setError(toDioramaError(thrown).message);
    }
  };
  return (
    <Dialog onClose={onClose} title={`Add ${entriesInWords(seqs.length)} to a board`} size={400}>
      <div className={classes.form}>
        {boards.isPending ? (
          <Skeleton height={34} />
        ) : boards.isError ? (
          <p className={classes.note} role="alert">
            The boards could not be loaded. {toDioramaError(boards.error).hint}
          </p>
        ) : (
          boards.data.length > 0 && (
            <ul className={classes.choices} aria-label="Boards">
              {boards.data.map((board, index) => (
                <li key={board.id}>
                  <button
                    type="button"
                    onClick={() => choose(board)}
                    {...(index === 0 ? { 'data-autofocus': '' } : {})}
                  >
                    <IconLayoutBoard size={15} />
                    <span className="ellipsis">{board.name}</span>
                    <span className={classes.number}>{board.entries.toLocaleString('en')}</span>
                  </button>
                </li>
              ))}
            </ul>
          )
        )}
        <form
          className={classes.inline}
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim()) void create();
          }}
        >
          <TextInput
            label="New board"
            placeholder="Kitchen, evening"
            maxLength={80}
            value={name}
            error={error}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" disabled={name.trim() === ''}>
            Make and add
          </Button>
        </form>
      </div>
    </Dialog>
  );
}
