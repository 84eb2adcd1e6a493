import { type DifferenceFigures, differenceOf } from './difference.ts';

export interface DifferenceRequest {
  readonly first: Blob;
  readonly second: Blob;
}

export type DifferenceResponse =
  | {
      readonly figures: DifferenceFigures;
      readonly heat: ImageBitmap;
      /** Size of the first picture as it was compared, pixels. */
      readonly width: number;
      readonly height: number;
    }
  | { readonly failed: true };

/** More pixels tell no more about two pictures, and take seconds. */
const LONG_EDGE_MAX_PX = 2048;

self.onmessage = async ({ data }: MessageEvent<DifferenceRequest>) => {
  try {
    const [first, second] = await Promise.all([
      createImageBitmap(data.first),
      createImageBitmap(data.second),
    ]);
    const scale = Math.min(1, LONG_EDGE_MAX_PX / Math.max(first.width, first.height));
    const width = Math.max(1, Math.round(first.width * scale));
    const height = Math.max(1, Math.round(first.height * scale));
    const { heat, ...figures } = differenceOf(
      pixelsOf(first, width, height),
      pixelsOf(second, width, height),
    );
    const bitmap = await createImageBitmap(new ImageData(heat, width, height));
    const response: DifferenceResponse = { figures, heat: bitmap, width, height };
    self.postMessage(response, { transfer: [bitmap] });
  } catch {
    const response: DifferenceResponse = { failed: true };
    self.postMessage(response);
  }
};

/** A picture fitted into the middle of a frame, as the panes show it; around it nothing. */
function pixelsOf(picture: ImageBitmap, width: number, height: number): Uint8ClampedArray {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('The browser gives no 2-D canvas.');
  const scale = Math.min(width / picture.width, height / picture.height);
  const isSameSize = picture.width === width && picture.height === height;
  context.imageSmoothingEnabled = !isSameSize;
  context.imageSmoothingQuality = 'high';
  context.drawImage(
    picture,
    (width - picture.width * scale) / 2,
    (height - picture.height * scale) / 2,
    picture.width * scale,
    picture.height * scale,
  );
  picture.close();
  return context.getImageData(0, 0, width, height).data;
}
