/** Draws antialiased strokes into one plane; overlapping strokes do not add up. */
export class StrokeCanvas {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Float32Array(width * height);
  }

  /**
   * A straight stroke with round ends.
   *
   * @param lineWidth Pixels.
   * @param alpha 0 to 1.
   * @param visible Asked at places along the stroke (0 to 1); where it says no nothing is drawn.
   */
  line(
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    lineWidth: number,
    alpha: number,
    visible: (t: number) => boolean = () => true,
  ): void {
    const dx = x1 - x0;
    const dy = y1 - y0;
    const length = Math.hypot(dx, dy);
    if (!Number.isFinite(length) || length > 40_000) return;
    const reach = lineWidth / 2 + 1;
    const steps = Math.max(1, Math.ceil(length));
    for (let step = 0; step <= steps; step++) {
      const t = step / steps;
      const px = x0 + dx * t;
      const py = y0 + dy * t;
      if (px < -reach || py < -reach || px > this.width + reach || py > this.height + reach || !visible(t))
        continue;
      const left = Math.max(0, Math.floor(px - reach));
      const right = Math.min(this.width - 1, Math.ceil(px + reach));
      const top = Math.max(0, Math.floor(py - reach));
      const bottom = Math.min(this.height - 1, Math.ceil(py + reach));
      for (let y = top; y <= bottom; y++) {
        for (let x = left; x <= right; x++) {
          // Distance to the stroke itself, not to the dot, so that it has straight sides.
          const rx = x + 0.5 - px;
          const ry = y + 0.5 - py;
          const along = length > 0 ? (rx * dx + ry * dy) / length : 0;
          const beyond = Math.max(0, Math.abs(along) - 0.75);
          const across = length > 0 ? Math.abs(rx * dy - ry * dx) / length : Math.hypot(rx, ry);
          const cover = (lineWidth / 2 + 0.5 - Math.hypot(across, beyond)) * Math.min(1, lineWidth + 0.35);
          const value = Math.min(1, cover) * alpha;
          const i = y * this.width + x;
          if (value > this.data[i]!) this.data[i] = value;
        }
      }
    }
  }
}
