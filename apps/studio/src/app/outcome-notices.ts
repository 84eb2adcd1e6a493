import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { titleOf } from '../features/result/result-words.ts';
import { onGenerationFinished } from './server-state.ts';
import { showGeneration, useView } from './view-store.ts';

/** Says when an image is finished that one is not looking at. */
export function useOutcomeNotices(): void {
  useEffect(
    () =>
      onGenerationFinished((generation) => {
        const { stage, tab } = useView.getState();
        if (stage.kind === 'generation' && stage.id === generation.id) return;
        if (tab === 'history' && generation.status === 'succeeded') return;
        if (generation.status === 'canceled') return;
        const failed = generation.status === 'failed';
        notifications.show({
          ...(failed ? { color: 'red' } : {}),
          title: failed ? (generation.error?.message ?? 'An image could not be made') : 'The image is ready',
          message: titleOf(generation).slice(0, 120),
          onClick: () => showGeneration(generation.id),
          style: { cursor: 'pointer' },
        });
      }),
    [],
  );
}
