export interface ZoomView {
  /** 1 = fitted into the stage. */
  readonly zoom: number;
  /** Shift of the picture's middle from the stage's, CSS pixels. */
  readonly x: number;
  readonly y: number;
}

export const FITTED: ZoomView = { zoom: 1, x: 0, y: 0 };
const ZOOM_MAX = 12;

/** Zooms so that the point under the pointer stays under it. Pointer coordinates count from the stage's middle. */
export function zoomTowards(view: ZoomView, factor: number, pointerX: number, pointerY: number): ZoomView {
  const zoom = Math.min(ZOOM_MAX, Math.max(1, view.zoom * factor));
  if (zoom === 1) return FITTED;
  const change = zoom / view.zoom;
  return {
    zoom,
    x: pointerX - (pointerX - view.x) * change,
    y: pointerY - (pointerY - view.y) * change,
  };
}
