import type { Generation } from '@diorama/contracts';
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { titleOf } from '../features/result/result-words.ts';
import { showPage, usePageRoute } from './page-route.ts';
import { onGenerationFinished } from './server-state.ts';
import { showGeneration, useView } from './view-store.ts';

const READY_ID = 'images-ready';

/** Says when an image is finished that one is not looking at. */
export function useOutcomeNotices(): void {
  useEffect(() => {
    /** Those that the open notice speaks of: many images in a row are one notice, not a pile of them. */
    let ready: Generation[] = [];
    return onGenerationFinished((generation) => {
      if (isSeen(generation)) return;
      if (generation.status === 'failed') {
        notifications.show({
          color: 'red',
          title: generation.error?.message ?? 'An image could not be made',
          message: wordsOf(generation),
          onClick: () => showGeneration(generation.id),
          style: { cursor: 'pointer' },
        });
        return;
      }
      ready = [...ready, generation];
      const isFirst = ready.length === 1;
      const notice = {
        id: READY_ID,
        title: isFirst ? 'The image is ready' : `${ready.length} images are ready`,
        message: wordsOf(generation),
        onClick: () => {
          notifications.hide(READY_ID);
          if (isFirst) showGeneration(generation.id);
          else showPage('history');
        },
        onClose: () => {
          ready = [];
        },
        style: { cursor: 'pointer' },
      };
      if (isFirst) notifications.show(notice);
      else notifications.update(notice);
    });
  }, []);
}

/** Shown already, or given up by the person. */
function isSeen({ id, status }: Generation): boolean {
  const { stage, tab, rightOpen } = useView.getState();
  if (status === 'canceled') return true;
  const page = usePageRoute.getState().route?.page ?? null;
  if (page === null && stage.kind === 'generation' && stage.id === id) return true;
  return status === 'succeeded' && (page === 'history' || (page === null && tab === 'history' && rightOpen));
}

function wordsOf(generation: Generation): string {
  return titleOf(generation).slice(0, 120);
}
