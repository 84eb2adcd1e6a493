export interface JustifiedBox {
  /** Place in the list that was laid out. */
  readonly index: number;
  readonly left: number;
  readonly width: number;
}

export interface JustifiedRow {
  readonly top: number;
  /** Of the pictures, without what stands below them. */
  readonly height: number;
  readonly boxes: readonly JustifiedBox[];
}

export interface JustifiedOptions {
  /** Pixels to fill. */
  readonly width: number;
  /** How high rows are about, pixels. */
  readonly rowHeight: number;
  readonly gap: number;
  /** Below each picture, pixels. */
  readonly caption: number;
}

/** Shapes beyond these would make rows of one thread or a single tower. */
const RATIO_MIN = 0.4;
const RATIO_MAX = 3.2;

/** Shape that a picture is given in a row: its own, but for extremes. */
export function shownRatio(ratio: number): number {
  return Math.min(RATIO_MAX, Math.max(RATIO_MIN, ratio || 1));
}

/**
 * Pictures in rows of equal height that reach from edge to edge, in their order and with their own shapes. The last
 * row keeps the wanted height and stays ragged.
 *
 * @param ratios Width divided by height of each.
 */
export function justifiedRows(
  ratios: readonly number[],
  { width, rowHeight, gap, caption }: JustifiedOptions,
): readonly JustifiedRow[] {
  const rows: JustifiedRow[] = [];
  let top = 0;
  let from = 0;
  let sum = 0;
  const close = (to: number, height: number) => {
    const boxes: JustifiedBox[] = [];
    let left = 0;
    for (let index = from; index < to; index += 1) {
      const boxWidth = Math.min(width, shownRatio(ratios[index]!) * height);
      boxes.push({ index, left, width: boxWidth });
      left += boxWidth + gap;
    }
    rows.push({ top, height, boxes });
    top += height + caption + gap;
    from = to;
    sum = 0;
  };
  for (let index = 0; index < ratios.length; index += 1) {
    const before = sum;
    sum += shownRatio(ratios[index]!);
    const count = index - from + 1;
    const height = (width - gap * (count - 1)) / sum;
    if (height > rowHeight) continue;
    // With one picture less the row is higher than wanted, with it lower: the closer of the two is taken.
    const heightBefore = before > 0 ? (width - gap * (count - 2)) / before : Number.POSITIVE_INFINITY;
    if (count > 1 && heightBefore / rowHeight < rowHeight / height) {
      close(index, heightBefore);
      sum = shownRatio(ratios[index]!);
    } else close(index + 1, height);
  }
  if (from < ratios.length)
    close(ratios.length, Math.min(rowHeight, (width - gap * (ratios.length - from - 1)) / sum));
  return rows;
}
