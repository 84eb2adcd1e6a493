import { lazy } from 'react';
import { Lazily } from '../../ui/Lazily.tsx';
import { useRecall } from './recall-state.ts';

const RecallDialog = lazy(() => import('./RecallDialog.tsx').then((m) => ({ default: m.RecallDialog })));

/** Holds the place of the dialog about a dropped image; it is loaded when it is first needed. */
export function RecallHost() {
  const image = useRecall((state) => state.image);
  if (!image) return null;
  return (
    <Lazily>
      <RecallDialog image={image} />
    </Lazily>
  );
}
