/** How the pictures are looked at, in every pane alike: shares of a pane instead of pixels, so panes may differ in size. */
export interface PaneView {
  /** 1 = fitted into the pane. */
  readonly zoom: number;
  /** Shift of the picture's middle from the pane's, as a share of the pane's width and height. */
  readonly x: number;
  readonly y: number;
}

export const FITTED: PaneView = { zoom: 1, x: 0, y: 0 };
const ZOOM_MAX = 24;

/** Zooms so that the point under the pointer stays under it. The point counts from the pane's middle, in shares. */
export function zoomAt(view: PaneView, factor: number, pointX = 0, pointY = 0): PaneView {
  const zoom = Math.min(ZOOM_MAX, Math.max(1, view.zoom * factor));
  if (zoom === 1) return FITTED;
  const change = zoom / view.zoom;
  return withinPane({
    zoom,
    x: pointX - (pointX - view.x) * change,
    y: pointY - (pointY - view.y) * change,
  });
}

/** Moves the pictures by shares of a pane; no further than until their edge is in the middle of the edge. */
export function panBy(view: PaneView, x: number, y: number): PaneView {
  return withinPane({ ...view, x: view.x + x, y: view.y + y });
}

function withinPane({ zoom, x, y }: PaneView): PaneView {
  const reach = (zoom - 1) / 2;
  const clamp = (value: number) => Math.min(reach, Math.max(-reach, value)) || 0;
  return { zoom, x: clamp(x), y: clamp(y) };
}

/** How many columns show `count` pictures of a shape as large as can be in a box. */
export function columnsFor(
  count: number,
  box: { readonly width: number; readonly height: number },
  ratio: number,
): number {
  let best = 1;
  let largest = 0;
  for (let columns = 1; columns <= count; columns += 1) {
    const width = box.width / columns;
    const height = box.height / Math.ceil(count / columns);
    const shown = Math.min(width, height * ratio);
    if (shown > largest) {
      largest = shown;
      best = columns;
    }
  }
  return best;
}
