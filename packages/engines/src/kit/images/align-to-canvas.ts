import { repairAlignment } from '@diorama/conditioning';
import type { OutputAlignment, PixelSize, Warning } from '@diorama/contracts';
import type { PreparedInput } from '../remote/adapter.ts';
import type { RawPicture } from './fit-output.ts';

/** Moves and zooms a picture back over the canvas where an edit model let it drift. */
export async function alignToCanvas(
  picture: RawPicture,
  canvas: PreparedInput,
  engineName: string,
): Promise<{ picture: RawPicture; alignment: OutputAlignment; warnings: Warning[] }> {
  const { image, alignment: found } = await repairAlignment({
    image: { data: picture.rgb, width: picture.width, height: picture.height, channels: 3 },
    canvas: canvas.bytes,
  });
  const alignment: OutputAlignment = {
    scale: found.scale,
    shiftXPx: found.shiftXPx,
    shiftYPx: found.shiftYPx,
    confidence: found.confidence,
    outcome: image ? 'repaired' : found.isAligned ? 'aligned' : 'unclear',
  };
  if (!image) return { picture, alignment, warnings: [] };
  const shift = `${Math.round(found.shiftXPx)}, ${Math.round(found.shiftYPx)} pixels`;
  return {
    picture: { rgb: image.data, width: image.width, height: image.height },
    alignment,
    warnings: [
      {
        code: 'image-aligned',
        message: `${engineName} had moved the picture by ${shift} and zoomed it by ${found.scale.toFixed(3)}; it was put back over the canvas. The raw file is kept.`,
      },
    ],
  };
}

/** A picture of another shape does not lie over the canvas anyhow; cutting it to shape is all that can be done. */
export function haveSameShape(a: PixelSize, b: PixelSize): boolean {
  return Math.abs((a.width * b.height) / (a.height * b.width) - 1) < 0.02;
}
