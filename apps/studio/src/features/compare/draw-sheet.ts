import { inDeltaE } from './difference.ts';
import { heatOf } from './heat-scale.ts';
import type { MeasuredDifference } from './measure-difference.ts';
import { layOutSheet, SHEET_FONTS, type SheetCell } from './sheet-layout.ts';
import type { ComparedPicture } from './use-pictures.ts';

const FAMILY = '"Inter Variable", system-ui, sans-serif';

export interface SheetColours {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
}

/**
 * The comparison as one PNG: every picture with what it is, and the heat map when one is looked at.
 *
 * @throws when a picture cannot be read.
 */
export async function drawSheet(
  pictures: readonly ComparedPicture[],
  options: {
    readonly colours: SheetColours;
    readonly columns?: number | undefined;
    readonly difference?: { readonly measured: MeasuredDifference; readonly of: string } | undefined;
  },
): Promise<Blob> {
  const { colours, difference } = options;
  const bitmaps: (ImageBitmap | HTMLImageElement)[] = await Promise.all(
    pictures.map(({ url }) => {
      if (url === null) throw new Error('A picture is not there yet.');
      return loadImage(url);
    }),
  );
  const cells: SheetCell[] = pictures.map(({ letter, label, prompt, facts }, index) => ({
    width: bitmaps[index]!.width,
    height: bitmaps[index]!.height,
    title: `${letter}  ${label}`,
    prompt,
    facts,
  }));
  if (difference) {
    const { figures, width, height, heat } = difference.measured;
    bitmaps.push(heat);
    cells.push({
      width,
      height,
      title: `Difference of ${difference.of}`,
      prompt: `Mean ${inDeltaE(figures.mean)}, largest ${inDeltaE(figures.max)}, ${Math.round(figures.visibleShare * 100)} % visibly different`,
      facts: `CIEDE2000, dark = 0, light = ${figures.scaleMax} or more`,
    });
  }
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser gives no 2-D canvas.');
  const layout = layOutSheet(
    cells,
    (text, style) => {
      context.font = `${SHEET_FONTS[style]} ${FAMILY}`;
      return context.measureText(text).width;
    },
    options.columns,
  );
  canvas.width = layout.width;
  canvas.height = layout.height;
  context.fillStyle = colours.background;
  context.fillRect(0, 0, layout.width, layout.height);
  context.imageSmoothingQuality = 'high';
  layout.pictures.forEach(({ x, y, width, height }, index) => {
    context.drawImage(bitmaps[index]!, x, y, width, height);
  });
  for (const { text, x, y, style } of layout.texts) {
    context.font = `${SHEET_FONTS[style]} ${FAMILY}`;
    context.fillStyle = style === 'facts' ? colours.muted : colours.text;
    context.fillText(text, x, y);
  }
  if (difference) drawLegend(context, layout.pictures.at(-1)!);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser could not encode the sheet.');
  return blob;
}

/** The scale along the lower edge of the heat map. */
function drawLegend(
  context: CanvasRenderingContext2D,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): void {
  const height = Math.max(6, Math.round(box.height * 0.012));
  for (let x = 0; x < box.width; x += 1) {
    context.fillStyle = `rgb(${heatOf(x / box.width).join(' ')})`;
    context.fillRect(box.x + x, box.y + box.height - height, 1, height);
  }
}

async function loadImage(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
