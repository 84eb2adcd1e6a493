/**
 * The gate is the frame in the viewport that the output will show. It is always centred, so the projection inside it
 * is the output's own and only the field of view differs from the whole viewport's.
 *
 * All lengths are CSS pixels, all angles vertical fields of view in degrees.
 */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

/** Room around the gate for its caption (above) and the tool bar (below), and a strip to look past its sides. */
const GATE_MARGIN_X_PX = 24;
const GATE_MARGIN_Y_PX = 56;

/** Below this the margins give way: a small gate with margins would show less than one without. */
const MIN_GATE_EDGE_PX = 96;

/**
 * The largest centred rectangle of the given shape that leaves the margins free.
 *
 * @param ratio Width divided by height.
 */
export function gateRect(viewport: Size, ratio: number): Rect {
  const roomX = Math.max(Math.min(viewport.width, MIN_GATE_EDGE_PX), viewport.width - 2 * GATE_MARGIN_X_PX);
  const roomY = Math.max(Math.min(viewport.height, MIN_GATE_EDGE_PX), viewport.height - 2 * GATE_MARGIN_Y_PX);
  const width = Math.min(roomX, roomY * ratio);
  const height = width / ratio;
  return { x: (viewport.width - width) / 2, y: (viewport.height - height) / 2, width, height };
}

const halfTan = (fovDegrees: number) => Math.tan((fovDegrees * Math.PI) / 360);
const fromHalfTan = (tangent: number) => (Math.atan(tangent) * 360) / Math.PI;

/** The field of view of the whole viewport when the gate has `gateFovYDegrees`. */
export function viewportFovYDegrees(gateFovYDegrees: number, viewport: Size, gate: Size): number {
  return fromHalfTan((halfTan(gateFovYDegrees) * viewport.height) / gate.height);
}

/**
 * The gate's field of view after its height has changed over a picture that stays as it is: choosing another shape
 * moves the frame, the camera does not jump.
 */
export function gateFovAfterReshape(
  gateFovYDegrees: number,
  before: Size,
  after: Size,
  limits: { min: number; max: number } = { min: 1, max: 150 },
): number {
  const fov = fromHalfTan((halfTan(gateFovYDegrees) * after.height) / before.height);
  return Math.min(limits.max, Math.max(limits.min, fov));
}

/** The gate in device pixels of the canvas, clipped to it: the part that the Canvas slot copies. */
export function gateInPixels(gate: Rect, viewport: Size, canvas: Size): Rect {
  const scaleX = canvas.width / viewport.width;
  const scaleY = canvas.height / viewport.height;
  const x = Math.max(0, Math.round(gate.x * scaleX));
  const y = Math.max(0, Math.round(gate.y * scaleY));
  return {
    x,
    y,
    width: Math.max(1, Math.min(canvas.width - x, Math.round(gate.width * scaleX))),
    height: Math.max(1, Math.min(canvas.height - y, Math.round(gate.height * scaleY))),
  };
}
