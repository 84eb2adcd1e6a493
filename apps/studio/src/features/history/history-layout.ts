import { type Generation, outputSize } from '@diorama/contracts';

/** A day heading or a card, placed. CSS pixels from the list's upper left. */
export type HistoryBox = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
} & (
  | { readonly kind: 'day'; readonly key: string; readonly label: string }
  | { readonly kind: 'card'; readonly key: string; readonly generation: Generation; readonly index: number }
);

export interface HistoryLayout {
  readonly boxes: readonly HistoryBox[];
  readonly height: number;
}

const GAP_PX = 8;
const DAY_HEIGHT_PX = 30;
/** A story or a cinema strip would otherwise fill the panel or shrink to a line. */
const CARD_RATIO_MIN = 0.5;
const CARD_RATIO_MAX = 2.4;

/** Width divided by height of a generation's picture, also before it is there. */
function ratioOfGeneration(generation: Generation): number {
  const [output] = generation.outputs;
  if (output) return output.width / output.height;
  const { request } = generation;
  const size = outputSize(request.aspectRatio, request.size, request.canvas?.viewportRatio ?? undefined);
  return size.width / size.height;
}

/**
 * Two columns under a heading for each day. Every picture keeps its shape; the next one goes to the shorter column,
 * so the order stays newest first from top to bottom.
 */
export function layoutHistory(items: readonly Generation[], width: number, now: Date): HistoryLayout {
  const columnWidth = Math.max(40, (width - GAP_PX) / 2);
  const boxes: HistoryBox[] = [];
  let columns: [number, number] = [0, 0];
  let day = '';
  items.forEach((generation, index) => {
    const label = dayLabel(new Date(generation.createdAt), now);
    if (label !== day) {
      day = label;
      const y = Math.max(...columns);
      boxes.push({ kind: 'day', key: `day ${label}`, label, x: 0, y, width, height: DAY_HEIGHT_PX });
      columns = [y + DAY_HEIGHT_PX, y + DAY_HEIGHT_PX];
    }
    const column = columns[1] < columns[0] ? 1 : 0;
    const ratio = Math.min(CARD_RATIO_MAX, Math.max(CARD_RATIO_MIN, ratioOfGeneration(generation)));
    const height = Math.round(columnWidth / ratio);
    boxes.push({
      kind: 'card',
      key: generation.id,
      generation,
      index,
      x: column * (columnWidth + GAP_PX),
      y: columns[column]!,
      width: columnWidth,
      height,
    });
    columns[column]! += height + GAP_PX;
  });
  return { boxes, height: Math.max(...columns) };
}

/** What lies in or near the visible part of the list. */
export function visibleBoxes(
  layout: HistoryLayout,
  scrollTop: number,
  viewHeight: number,
  overscan = 400,
): HistoryBox[] {
  return layout.boxes.filter(
    (box) => box.y + box.height > scrollTop - overscan && box.y < scrollTop + viewHeight + overscan,
  );
}

export function dayLabel(day: Date, now: Date): string {
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((midnight(now) - midnight(day)) / 86_400_000);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return day.toLocaleDateString('en', {
    weekday: days < 7 ? 'long' : undefined,
    day: 'numeric',
    month: 'long',
    year: day.getFullYear() === now.getFullYear() ? undefined : 'numeric',
  });
}
