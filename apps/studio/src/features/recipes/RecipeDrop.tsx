import { notifications } from '@mantine/notifications';
import { type DragEvent, lazy, type ReactNode, useRef, useState } from 'react';
import { IconFileImport } from '../../ui/icons.ts';
import { Lazily } from '../../ui/Lazily.tsx';
import { useCommunityViewer } from '../community/use-community-viewer.ts';
import { useRecipeImport } from './import-store.ts';
import classes from './RecipeDrop.module.css';

const ImportRecipeDialog = lazy(() =>
  import('./ImportRecipeDialog.tsx').then((m) => ({ default: m.ImportRecipeDialog })),
);

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');

/** On the pages of the community a dropped file is a recipe; models are dropped on the workspace. */
export function RecipeDrop({ children }: { readonly children: ReactNode }) {
  const { signedIn } = useCommunityViewer();
  const file = useRecipeImport((state) => state.file);
  const [over, setOver] = useState(false);
  // Enter and leave also fire for every element that is crossed: only their balance says whether one is over it.
  const depth = useRef(0);
  const end = () => {
    depth.current = 0;
    setOver(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut for the button Import
    <div
      className={classes.area}
      onDragEnter={(event) => {
        if (!hasFiles(event)) return;
        event.stopPropagation();
        depth.current += 1;
        setOver(signedIn);
      }}
      onDragLeave={(event) => {
        if (!hasFiles(event)) return;
        event.stopPropagation();
        depth.current = Math.max(0, depth.current - 1);
        if (depth.current === 0) setOver(false);
      }}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        event.stopPropagation();
        event.dataTransfer.dropEffect = signedIn ? 'copy' : 'none';
      }}
      onDropCapture={end}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        const dropped = event.dataTransfer.files[0];
        if (!dropped || !signedIn) return;
        if (/\.json$/i.test(dropped.name) || dropped.type === 'application/json')
          useRecipeImport.setState({ file: dropped });
        else
          notifications.show({
            title: 'This is no recipe',
            message: 'Recipes are JSON files. Close this page to drop models and pictures.',
          });
      }}
    >
      {children}
      {over && (
        <div className={classes.veil}>
          <div className={classes.card}>
            <IconFileImport size={28} stroke={1.5} />
            <p>Drop a recipe file to import it</p>
          </div>
        </div>
      )}
      {file && (
        <Lazily>
          <ImportRecipeDialog file={file} onClose={() => useRecipeImport.setState({ file: null })} />
        </Lazily>
      )}
    </div>
  );
}
