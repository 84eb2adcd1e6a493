import { showGeneration } from '../../app/view-store.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import classes from './LineageDialog.module.css';
import { LineageTree, useLineage } from './LineageTree.tsx';
import { closeLineageDialog, closeLineageDialogs, openChanges } from './open-lineage.ts';

/** The family of an entry, as large as the window. */
export function LineageDialog({ id }: { readonly id: string }) {
  const { data } = useLineage(id);
  return (
    <Dialog
      onClose={closeLineageDialog}
      title="Lineage"
      size="min(1200px, calc(100vw - 48px))"
      transitionProps={{ duration: 0 }}
    >
      <div className={classes.tree}>
        <LineageTree
          id={id}
          size="large"
          onOpen={(opened) => {
            closeLineageDialogs();
            showGeneration(opened);
          }}
          onChanges={openChanges}
        />
      </div>
      <p className={classes.hint}>
        {data?.nodes.length === 1
          ? 'This image was begun from nothing, and nothing has come of it yet. Restore, remix or run it again, and it grows.'
          : 'Click a picture to open it, or the words on a line to see what changed. Arrow keys walk through the tree.'}
      </p>
    </Dialog>
  );
}
