/**
 * Thins lines to one pixel in place, without breaking or shortening them (T. Y. Zhang, C. Y. Suen 1984).
 *
 * @param mask 1 on a line, 0 elsewhere.
 */
export function thin(mask: Uint8Array, width: number, height: number): void {
  // Clockwise from the pixel above.
  const around = [-width, 1 - width, 1, width + 1, width, width - 1, -1, -width - 1];
  let lit: number[] = [];
  for (let y = 1; y < height - 1; y++)
    for (let i = y * width + 1; i < (y + 1) * width - 1; i++) if (mask[i] === 1) lit.push(i);
  const p = new Uint8Array(8);
  for (let changed = true; changed; ) {
    changed = false;
    for (let half = 0; half < 2; half++) {
      const removed: number[] = [];
      for (const i of lit) {
        let neighbours = 0;
        for (let k = 0; k < 8; k++) {
          p[k] = mask[i + around[k]!]!;
          neighbours += p[k]!;
        }
        if (neighbours < 2 || neighbours > 6) continue;
        let crossings = 0;
        for (let k = 0; k < 8; k++) if (p[k] === 0 && p[(k + 1) % 8] === 1) crossings++;
        if (crossings !== 1) continue;
        const [up, right, down, left] = [p[0]!, p[2]!, p[4]!, p[6]!];
        if (
          half === 0 ? up * right * down + right * down * left > 0 : up * right * left + up * down * left > 0
        )
          continue;
        removed.push(i);
      }
      for (const i of removed) mask[i] = 0;
      if (removed.length > 0) {
        changed = true;
        lit = lit.filter((i) => mask[i] === 1);
      }
    }
  }
}
