import type { BuiltinOptions, Quality } from '@diorama/contracts';

/** What a quality stands for. Spp and bounces decide the time; the denoiser makes up for the rest. */
export interface QualitySettings {
  readonly spp: number;
  readonly maxBounces: number;
  readonly denoiser: 'small' | 'base';
  /** Samples of the exposure meter's small film. */
  readonly meterSpp: number;
  /** Long edge that the lines of drawn styles are found at. */
  readonly lineEdge: number;
}

export const QUALITY_SETTINGS: Record<Quality, QualitySettings> = {
  draft: { spp: 8, maxBounces: 4, denoiser: 'small', meterSpp: 3, lineEdge: 1_600 },
  standard: { spp: 40, maxBounces: 6, denoiser: 'small', meterSpp: 4, lineEdge: 2_300 },
  high: { spp: 192, maxBounces: 10, denoiser: 'base', meterSpp: 6, lineEdge: 3_200 },
};

/** Film planes, denoiser and finish hold about 140 bytes a pixel; lines do not need more than this many. */
const GUIDE_PIXELS_MAX = 9_000_000;

export function settingsOf(options: BuiltinOptions): QualitySettings {
  const settings = QUALITY_SETTINGS[options.quality];
  return options.spp === undefined || options.spp === null ? settings : { ...settings, spp: options.spp };
}

/** Guide pixels per picture pixel: fine enough for smooth lines, small enough for memory. */
export function guideFactor(width: number, height: number, lineEdge: number): number {
  const wanted = Math.max(1, Math.round(lineEdge / Math.max(width, height)));
  const affordable = Math.floor(Math.sqrt(GUIDE_PIXELS_MAX / (width * height)));
  return Math.min(4, Math.max(1, Math.min(wanted, affordable)));
}
