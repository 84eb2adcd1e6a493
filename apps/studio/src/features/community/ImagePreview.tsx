import type { Output } from '@diorama/contracts';
import { assetUrl } from '../../app/api.ts';
import classes from './ImagePreview.module.css';

const WIDTH_PX = 640;

/** The image that a dialog is about. */
export function ImagePreview({ output, alt }: { readonly output: Output; readonly alt: string }) {
  return (
    <div className={classes.frame}>
      <img
        src={assetUrl(output.asset, WIDTH_PX)}
        alt={alt}
        width={output.width}
        height={output.height}
        className={classes.picture}
      />
    </div>
  );
}
