import { type HistoryCard, type HistoryChange, LIMITS, toDioramaError } from '@diorama/contracts';
import { notifications } from '@mantine/notifications';
import { createElement } from 'react';
import { client } from '../../app/api.ts';
import { showViewport, useView } from '../../app/view-store.ts';
import { UndoMessage } from '../../ui/UndoMessage.tsx';
import { cards, reloadHistorySoon, removeFromIndexes } from './history-data.ts';

/** What one step changes, besides which entries. */
type Change = Omit<HistoryChange, 'ids'>;

/** Longer work says how far it is. */
const SAYS_PROGRESS_FROM = LIMITS.entriesPerCall;
const UNDO_OFFERED_MS = 10_000;

export const entriesInWords = (count: number) =>
  `${count.toLocaleString('en')} ${count === 1 ? 'entry' : 'entries'}`;

/** The ids of some entries. Those that nobody has looked at are asked for; those that are gone are left out. */
export async function idsOf(seqs: readonly number[]): Promise<string[]> {
  const ids = new Map<number, string>();
  const unknown: number[] = [];
  for (const seq of seqs) {
    const card = cards.get(seq);
    if (card === undefined) unknown.push(seq);
    else if (card !== 'gone') ids.set(seq, card.id);
  }
  for (const part of chunks(unknown, LIMITS.cardsPerCall)) {
    const { items } = await client.readHistoryCards({ query: { seqs: part.join(',') as never } });
    for (const { seq, id } of items) ids.set(seq, id);
  }
  return seqs.flatMap((seq) => ids.get(seq) ?? []);
}

export function* chunks<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < list.length; i += size) yield list.slice(i, i + size);
}

/** Does something with many entries, a thousand at a time. @returns How many it was done with. */
async function inChunks(
  seqs: readonly number[],
  title: string,
  step: (ids: string[]) => Promise<number>,
): Promise<number> {
  const isLong = seqs.length > SAYS_PROGRESS_FROM;
  const message = (done: number) =>
    `${done.toLocaleString('en')} of ${seqs.length.toLocaleString('en')} so far`;
  const notice = isLong
    ? notifications.show({
        title,
        message: message(0),
        loading: true,
        autoClose: false,
        withCloseButton: false,
      })
    : null;
  let done = 0;
  let changed = 0;
  try {
    for (const part of chunks(seqs, LIMITS.entriesPerCall)) {
      const ids = await idsOf(part);
      if (ids.length > 0) changed += await step(ids);
      done += part.length;
      if (notice) notifications.update({ id: notice, title, message: message(done), loading: true });
    }
    return changed;
  } finally {
    if (notice) notifications.hide(notice);
    reloadHistorySoon();
  }
}

function sayFailed(title: string, thrown: unknown): void {
  const { message, hint } = toDioramaError(thrown);
  notifications.show({ color: 'red', title, message: `${message.replace(/\.?$/, '.')} ${hint}` });
}

/**
 * Changes entries and shows it at once; when the server refuses, everything is as it was and says so.
 *
 * @returns Whether it worked.
 */
async function change(
  seqs: readonly number[],
  changes: Change,
  shown: (card: HistoryCard) => Partial<HistoryCard>,
  words: { readonly doing: string; readonly failed: string },
): Promise<boolean> {
  for (const seq of seqs) {
    const card = cards.get(seq);
    if (card && card !== 'gone') cards.patch(seq, shown(card));
  }
  try {
    await inChunks(seqs, words.doing, async (ids) => {
      const { changed } = await client.changeHistory({ body: { ids, ...changes } });
      return changed;
    });
    return true;
  } catch (thrown) {
    cards.invalidate();
    sayFailed(words.failed, thrown);
    return false;
  }
}

export function setFavorite(seqs: readonly number[], favorite: boolean): Promise<boolean> {
  return change(seqs, { favorite }, () => (favorite ? { favorite, rejected: false } : { favorite }), {
    doing: favorite ? 'Starring' : 'Removing stars',
    failed: favorite ? 'The star was not saved' : 'The star was not removed',
  });
}

export function setRejected(seqs: readonly number[], rejected: boolean): Promise<boolean> {
  return change(seqs, { rejected }, () => (rejected ? { rejected, favorite: false } : { rejected }), {
    doing: rejected ? 'Rejecting' : 'Taking rejections back',
    failed: 'The rejection was not saved',
  });
}

export function changeTags(
  seqs: readonly number[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<boolean> {
  return change(
    seqs,
    {
      ...(add.length > 0 ? { addTags: [...add] } : {}),
      ...(remove.length > 0 ? { removeTags: [...remove] } : {}),
    },
    ({ tags }) => ({ tags: [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])] }),
    { doing: 'Changing tags', failed: 'The tags were not saved' },
  );
}

export async function addToBoard(
  seqs: readonly number[],
  board: { readonly id: string; readonly name: string },
): Promise<void> {
  const done = await change(seqs, { addToBoard: board.id }, () => ({}), {
    doing: `Adding to ${board.name}`,
    failed: 'Not added to the board',
  });
  if (done) notifications.show({ message: `${entriesInWords(seqs.length)} added to ${board.name}.` });
}

export async function removeFromBoard(
  seqs: readonly number[],
  board: { readonly id: string; readonly name: string },
): Promise<void> {
  const done = await change(seqs, { removeFromBoard: board.id }, () => ({}), {
    doing: `Taking off ${board.name}`,
    failed: 'Not taken off the board',
  });
  if (done) notifications.show({ message: `${entriesInWords(seqs.length)} taken off ${board.name}.` });
}

export async function moveToProject(
  seqs: readonly number[],
  project: { readonly id: string; readonly name: string } | null,
): Promise<void> {
  const done = await change(seqs, { project: project?.id ?? null }, () => ({ project }), {
    doing: 'Moving',
    failed: 'Not moved',
  });
  if (done)
    notifications.show({
      message: `${entriesInWords(seqs.length)} ${project ? `moved to ${project.name}` : 'taken out of their projects'}.`,
    });
}

/** Puts entries into the trash, where they stay until it is emptied, and offers to bring them back. */
export async function moveToTrash(seqs: readonly number[]): Promise<void> {
  leaveResultOf(seqs);
  removeFromIndexes(new Set(seqs), 'all-but-trash');
  const done = await change(seqs, { deleted: true }, () => ({ deletedAt: new Date().toISOString() }), {
    doing: 'Moving to the trash',
    failed: 'Not deleted',
  });
  if (!done) return;
  const notice = notifications.show({
    title: 'Moved to the trash',
    message: createElement(UndoMessage, {
      text: entriesInWords(seqs.length),
      onUndo: () => {
        notifications.hide(notice);
        void restoreFromTrash(seqs);
      },
    }),
    autoClose: UNDO_OFFERED_MS,
  });
}

export async function restoreFromTrash(seqs: readonly number[]): Promise<void> {
  removeFromIndexes(new Set(seqs), 'trash');
  const done = await change(seqs, { deleted: false }, () => ({ deletedAt: null }), {
    doing: 'Restoring',
    failed: 'Not restored',
  });
  if (done) notifications.show({ message: `${entriesInWords(seqs.length)} restored.` });
}

/** Deletes what is in the trash for good: some entries, or (null) all of it. */
export async function purge(seqs: readonly number[] | null): Promise<void> {
  try {
    const deleted =
      seqs === null
        ? (await client.purgeHistory({ body: { ids: null } })).deleted
        : await inChunks(
            seqs,
            'Deleting',
            async (ids) => (await client.purgeHistory({ body: { ids } })).deleted,
          );
    if (seqs !== null) {
      removeFromIndexes(new Set(seqs), 'all');
      for (const seq of seqs) cards.drop(seq);
    }
    notifications.show({ message: `${entriesInWords(deleted)} deleted for good.` });
  } catch (thrown) {
    sayFailed('Not everything was deleted', thrown);
  }
  reloadHistorySoon();
}

/** An image that goes to the trash is not to stay on the stage. */
function leaveResultOf(seqs: readonly number[]): void {
  const { stage } = useView.getState();
  if (stage.kind !== 'generation') return;
  const seq = cards.seqOf(stage.id);
  if (seq !== undefined && seqs.includes(seq)) showViewport();
}
