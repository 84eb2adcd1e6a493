/** What one Gemini image model takes. */
export interface GoogleModel {
  readonly id: string;
  readonly aspectRatios: readonly string[];
  /** Empty: `imageSize` is not supported. */
  readonly imageSizes: readonly string[];
  readonly inputImagesMax: number;
}

const TEN_RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const EXTREME_RATIOS = ['1:8', '8:1', '1:4', '4:1'];

/** The image models of the published table, newest first. */
export const GOOGLE_IMAGE_MODELS: readonly GoogleModel[] = [
  {
    id: 'gemini-nano-banana-2.1',
    aspectRatios: [...TEN_RATIOS, ...EXTREME_RATIOS],
    imageSizes: ['512', '1K', '2K', '4K'],
    inputImagesMax: 14,
  },
  { id: 'gemini-3-pro-image', aspectRatios: TEN_RATIOS, imageSizes: ['1K', '2K', '4K'], inputImagesMax: 14 },
  {
    id: 'gemini-3.1-flash-image',
    aspectRatios: [...TEN_RATIOS, ...EXTREME_RATIOS],
    imageSizes: ['512', '1K', '2K', '4K'],
    inputImagesMax: 14,
  },
  { id: 'gemini-2.5-flash-image', aspectRatios: TEN_RATIOS, imageSizes: [], inputImagesMax: 3 },
];
