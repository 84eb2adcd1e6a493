import { useEffect, useState } from 'react';
import { IconFileImport } from '../../ui/icons.ts';
import { fillSlot, nextFreeSlot } from '../generate/reference-upload.ts';
import { recallImage } from '../recall/recall-state.ts';
import classes from './DropTarget.module.css';
import { filesOfTransfer } from './dropped-files.ts';
import { importFiles } from './import-files.ts';

/** The whole window takes models; pictures that are pasted outside a slot go to the first free one. */
export function DropTarget() {
  const [over, setOver] = useState(false);

  useEffect(() => {
    // Enter and leave also fire for every element that is crossed: only their balance says whether one is over it.
    let depth = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const onEnter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth += 1;
      setOver(true);
    };
    const onLeave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const onOver = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    };
    // First in line: a slot that takes the drop stops it, and the veil must go all the same.
    const onAnyDrop = () => {
      depth = 0;
      setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      if (!event.dataTransfer || !hasFiles(event)) return;
      event.preventDefault();
      void filesOfTransfer(event.dataTransfer).then(importFiles);
    };
    const onPaste = (event: ClipboardEvent) => {
      const image = [...(event.clipboardData?.files ?? [])].find((file) => file.type.startsWith('image/'));
      if (!image || event.defaultPrevented) return;
      event.preventDefault();
      void recallImage(image).then((found) => {
        if (!found) void fillSlot(nextFreeSlot(), image);
      });
    };
    window.addEventListener('dragenter', onEnter);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('dragover', onOver);
    window.addEventListener('drop', onAnyDrop, { capture: true });
    window.addEventListener('drop', onDrop);
    window.addEventListener('paste', onPaste);
    return () => {
      window.removeEventListener('dragenter', onEnter);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('drop', onAnyDrop, { capture: true });
      window.removeEventListener('drop', onDrop);
      window.removeEventListener('paste', onPaste);
    };
  }, []);

  if (!over) return null;
  return (
    <div className={classes.veil}>
      <div className={classes.card}>
        <IconFileImport size={28} stroke={1.5} />
        <p className={classes.title}>Drop to import</p>
        <p className={classes.text}>
          GLB, glTF with its files, or a folder. Pictures become references; those made here bring their
          settings.
        </p>
      </div>
    </div>
  );
}
