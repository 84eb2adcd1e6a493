import { type Generation, toDioramaError } from '@diorama/contracts';
import { notifications } from '@mantine/notifications';
import { create } from 'zustand';
import { api } from '../../app/api.ts';
import { forgetGeneration } from '../../app/server-state.ts';
import { titleOf } from '../result/result-words.ts';
import { UndoMessage } from './UndoMessage.tsx';

/** Time to change one's mind. The server deletes for good, so it is asked only afterwards. */
const UNDO_MS = 6_000;

/** Generations that are hidden now and deleted in a moment. */
export const useDeletions = create<{ readonly ids: ReadonlySet<string> }>(() => ({ ids: new Set() }));

const timers = new Map<string, ReturnType<typeof setTimeout>>();

export function deleteLater(generation: Generation): void {
  const { id } = generation;
  useDeletions.setState(({ ids }) => ({ ids: new Set(ids).add(id) }));
  const notice = notifications.show({
    title: 'Deleted from history',
    message: UndoMessage({
      text: titleOf(generation),
      onUndo: () => {
        clearTimeout(timers.get(id));
        timers.delete(id);
        unhide(id);
        notifications.hide(notice);
      },
    }),
    autoClose: UNDO_MS,
  });
  timers.set(
    id,
    setTimeout(() => void deleteNow(id), UNDO_MS),
  );
}

async function deleteNow(id: string): Promise<void> {
  timers.delete(id);
  try {
    await api.deleteGeneration(id);
    forgetGeneration(id);
  } catch (thrown) {
    const error = toDioramaError(thrown);
    if (error.code !== 'not-found')
      notifications.show({
        color: 'red',
        title: 'Not deleted',
        message: `${error.message} It is back in the history.`,
      });
  }
  unhide(id);
}

function unhide(id: string): void {
  useDeletions.setState(({ ids }) => {
    const next = new Set(ids);
    next.delete(id);
    return { ids: next };
  });
}
