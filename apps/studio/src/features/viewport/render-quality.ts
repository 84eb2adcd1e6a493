/**
 * How finely to draw. Nobody looks at detail while the camera moves, and a view that follows the hand late is worse
 * than a coarse one; as soon as it rests, it is drawn in full.
 */

/** Slower than this while moving, and the next frame is drawn coarser. */
const SLOW_FRAME_MS = 40;
/** Faster than this, and the next frame may be finer. */
const FAST_FRAME_MS = 18;
const SCALE_MIN = 0.3;

export class MotionScale {
  #scale: number;
  #lastFrameAt: number | null = null;

  /** @param start Share of the full resolution for the first frames of a motion. */
  constructor(start = 1) {
    this.#scale = start;
  }

  /**
   * The share of the full resolution for this frame.
   *
   * @param now Milliseconds, any origin. @param moving False for a frame that will stay.
   */
  next(now: number, moving: boolean): number {
    if (!moving) {
      this.#lastFrameAt = null;
      return 1;
    }
    if (this.#lastFrameAt !== null) {
      const took = now - this.#lastFrameAt;
      // Cost grows with the area, so the edge follows the root. One slow frame may be chance: go half of the way.
      if (took > SLOW_FRAME_MS)
        this.#scale = Math.max(SCALE_MIN, this.#scale * (0.5 + 0.5 * Math.sqrt(SLOW_FRAME_MS / took)));
      else if (took < FAST_FRAME_MS) this.#scale = Math.min(1, this.#scale * 1.06);
    }
    this.#lastFrameAt = now;
    // In steps: every other resolution means new buffers.
    return Math.min(1, Math.ceil(this.#scale * 8) / 8);
  }
}

/** Whether WebGL is computed on the processor: then antialiasing and refraction cost seconds and are left out. */
export function isSoftwareRendering(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  if (!context) return false;
  const names = context.getExtension('WEBGL_debug_renderer_info');
  const name = String(context.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}
