import { lazy, Suspense } from 'react';
import { useLineageDialogs } from './open-lineage.ts';

const LineageDialog = lazy(() => import('./LineageDialog.tsx').then((m) => ({ default: m.LineageDialog })));
const ChangesDialog = lazy(() => import('./ChangesDialog.tsx').then((m) => ({ default: m.ChangesDialog })));

/** Holds the place of the lineage and of what changed; they are loaded when they are first opened. */
export function LineageHost() {
  const open = useLineageDialogs((state) => state.open);
  return (
    <Suspense fallback={null}>
      {open.map((dialog) =>
        dialog.kind === 'tree' ? (
          <LineageDialog key={dialog.id} id={dialog.id} />
        ) : (
          <ChangesDialog
            key={`${dialog.before} ${dialog.after}`}
            before={dialog.before}
            after={dialog.after}
          />
        ),
      )}
    </Suspense>
  );
}
