/**
 * Where a picture lies over another: a point of the reference, measured from its centre, is found in the candidate
 * at `scale` times itself plus the shift. Lengths are shares of the picture's width, so that they hold at any size.
 */
export interface Placement {
  readonly scale: number;
  readonly shiftX: number;
  readonly shiftY: number;
}

export const IN_PLACE: Placement = { scale: 1, shiftX: 0, shiftY: 0 };

/** How far a corner of the picture moves, in shares of its width; no other point moves further. */
export function farthestMove(placement: Placement, ratio: number, from: Placement = IN_PLACE): number {
  const zoom = Math.abs(placement.scale - from.scale) / 2;
  return Math.hypot(
    zoom + Math.abs(placement.shiftX - from.shiftX),
    zoom / ratio + Math.abs(placement.shiftY - from.shiftY),
  );
}
