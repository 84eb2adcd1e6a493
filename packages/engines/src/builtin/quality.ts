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

const QUALITY_SETTINGS: Record<Quality, QualitySettings> = {
  draft: { spp: 4, maxBounces: 4, denoiser: 'small', meterSpp: 3, lineEdge: 1_600 },
  standard: { spp: 12, maxBounces: 6, denoiser: 'base', meterSpp: 4, lineEdge: 2_300 },
  high: { spp: 48, maxBounces: 10, denoiser: 'base', meterSpp: 6, lineEdge: 3_200 },
};

/** Scenes with fewer triangles than this are traced so much faster that they may have twice the samples. */
const LIGHT_SCENE_TRIANGLES = 80_000;

/** Film planes, denoiser and finish hold about 140 bytes a pixel; lines do not need more than this many. */
const GUIDE_PIXELS_MAX = 9_000_000;

/** Depends on the request alone and never on the clock, so the same request stays the same picture. */
export function settingsOf(options: BuiltinOptions, triangles: number): QualitySettings {
  const settings = QUALITY_SETTINGS[options.quality];
  if (options.spp !== undefined && options.spp !== null) return { ...settings, spp: options.spp };
  return triangles < LIGHT_SCENE_TRIANGLES ? { ...settings, spp: settings.spp * 2 } : settings;
}

/** Guide pixels per picture pixel: fine enough for smooth lines, small enough for memory. */
export function guideFactor(width: number, height: number, lineEdge: number): number {
  const wanted = Math.max(1, Math.round(lineEdge / Math.max(width, height)));
  const affordable = Math.floor(Math.sqrt(GUIDE_PIXELS_MAX / (width * height)));
  return Math.min(4, Math.max(1, Math.min(wanted, affordable)));
}
