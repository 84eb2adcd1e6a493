/** What is denoised. All buffers hold width x height interleaved triples, row by row from the top, and share one camera. */
export interface DenoiseInput {
  /** In pixels, at least 1. */
  readonly width: number;
  /** In pixels, at least 1. */
  readonly height: number;
  /** Linear radiance, not tone mapped. Negative values and not-a-number count as 0; infinity as very bright. */
  readonly color: Float32Array;
  /** Linear reflectance of the first visible surface, 0..1. Follow mirrors and glass to what they show for the sharpest result. */
  readonly albedo: Float32Array;
  /** World-space normal of the same surface, each component -1..1; zero where there is none. */
  readonly normal: Float32Array;
}
