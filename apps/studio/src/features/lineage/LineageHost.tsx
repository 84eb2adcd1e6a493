import { lazy } from 'react';
import { Lazily } from '../../ui/Lazily.tsx';
import { type LineageDialog as LineageDialogState, useLineageDialogs } from './open-lineage.ts';

const LineageDialog = lazy(() => import('./LineageDialog.tsx').then((m) => ({ default: m.LineageDialog })));
const ChangesDialog = lazy(() => import('./ChangesDialog.tsx').then((m) => ({ default: m.ChangesDialog })));

/** Holds the place of the lineage and of what changed; they are loaded when they are first opened. */
export function LineageHost() {
  const open = useLineageDialogs((state) => state.open);
  return open.map((dialog) => (
    // Each on its own: while one is loading, the one below it must neither be hidden nor lose the focus.
    <Lazily key={keyOf(dialog)}>
      {dialog.kind === 'tree' ? (
        <LineageDialog id={dialog.id} />
      ) : (
        <ChangesDialog before={dialog.before} after={dialog.after} />
      )}
    </Lazily>
  ));
}

function keyOf(dialog: LineageDialogState): string {
  return dialog.kind === 'tree' ? dialog.id : `${dialog.before} ${dialog.after}`;
}
