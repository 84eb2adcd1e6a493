import { addTriangle, addVertex, emptySurface, type Surface } from './surface.ts';
import type { Vec2 } from './vector.ts';

/**
 * A small single-line alphabet. Letters are strokes on a grid of cap height 1, drawn as ribbons of geometry, so print on
 * labels stays crisp however near the camera comes.
 */
interface Letter {
  readonly advance: number;
  readonly strokes: readonly (readonly Vec2[])[];
}

function arc(cx: number, cy: number, rx: number, ry: number, fromDegrees: number, toDegrees: number): Vec2[] {
  const steps = Math.max(4, Math.round(Math.abs(toDegrees - fromDegrees) / 12));
  return Array.from({ length: steps + 1 }, (_, i) => {
    const a = ((fromDegrees + ((toDegrees - fromDegrees) * i) / steps) * Math.PI) / 180;
    return [cx + rx * Math.cos(a), cy + ry * Math.sin(a)];
  });
}

const LETTERS: Readonly<Record<string, Letter>> = {
  A: {
    advance: 0.78,
    strokes: [
      [
        [0, 0],
        [0.36, 1],
        [0.72, 0],
      ],
      [
        [0.12, 0.33],
        [0.6, 0.33],
      ],
    ],
  },
  B: {
    advance: 0.62,
    strokes: [
      [[0.04, 0], [0.04, 1], [0.28, 1], ...arc(0.28, 0.76, 0.22, 0.24, 90, -90), [0.04, 0.52]],
      [[0.28, 0.52], ...arc(0.3, 0.26, 0.25, 0.26, 90, -90), [0.04, 0]],
    ],
  },
  C: { advance: 0.82, strokes: [arc(0.46, 0.5, 0.43, 0.5, 50, 310)] },
  D: {
    advance: 0.78,
    strokes: [[[0.04, 0], [0.04, 1], [0.26, 1], ...arc(0.26, 0.5, 0.44, 0.5, 90, -90), [0.04, 0]]],
  },
  E: {
    advance: 0.58,
    strokes: [
      [
        [0.5, 1],
        [0.04, 1],
        [0.04, 0],
        [0.5, 0],
      ],
      [
        [0.04, 0.52],
        [0.42, 0.52],
      ],
    ],
  },
  F: {
    advance: 0.54,
    strokes: [
      [
        [0.5, 1],
        [0.04, 1],
        [0.04, 0],
      ],
      [
        [0.04, 0.52],
        [0.42, 0.52],
      ],
    ],
  },
  I: {
    advance: 0.16,
    strokes: [
      [
        [0.06, 0],
        [0.06, 1],
      ],
    ],
  },
  L: {
    advance: 0.52,
    strokes: [
      [
        [0.04, 1],
        [0.04, 0],
        [0.48, 0],
      ],
    ],
  },
  M: {
    advance: 0.9,
    strokes: [
      [
        [0.04, 0],
        [0.1, 1],
        [0.43, 0.2],
        [0.76, 1],
        [0.82, 0],
      ],
    ],
  },
  N: {
    advance: 0.78,
    strokes: [
      [
        [0.04, 0],
        [0.04, 1],
        [0.68, 0],
        [0.68, 1],
      ],
    ],
  },
  O: { advance: 1, strokes: [arc(0.48, 0.5, 0.45, 0.5, 0, 360)] },
  P: {
    advance: 0.6,
    strokes: [[[0.04, 0], [0.04, 1], [0.28, 1], ...arc(0.28, 0.73, 0.24, 0.27, 90, -90), [0.04, 0.46]]],
  },
  R: {
    advance: 0.66,
    strokes: [
      [[0.04, 0], [0.04, 1], [0.28, 1], ...arc(0.28, 0.73, 0.24, 0.27, 90, -90), [0.04, 0.46]],
      [
        [0.28, 0.46],
        [0.56, 0],
      ],
    ],
  },
  S: {
    advance: 0.6,
    strokes: [[...arc(0.28, 0.75, 0.22, 0.25, 40, 270), ...arc(0.28, 0.25, 0.24, 0.25, 90, -140)]],
  },
  T: {
    advance: 0.64,
    strokes: [
      [
        [0, 1],
        [0.6, 1],
      ],
      [
        [0.3, 1],
        [0.3, 0],
      ],
    ],
  },
  U: {
    advance: 0.74,
    strokes: [[[0.04, 1], [0.04, 0.34], ...arc(0.34, 0.34, 0.3, 0.34, 180, 360), [0.64, 1]]],
  },
  V: {
    advance: 0.72,
    strokes: [
      [
        [0, 1],
        [0.34, 0],
        [0.68, 1],
      ],
    ],
  },
  '5': {
    advance: 0.6,
    strokes: [[[0.48, 1], [0.12, 1], [0.08, 0.56], ...arc(0.27, 0.31, 0.25, 0.31, 120, -150)]],
  },
  '0': { advance: 0.68, strokes: [arc(0.32, 0.5, 0.28, 0.5, 0, 360)] },
  '7': {
    advance: 0.58,
    strokes: [
      [
        [0.02, 1],
        [0.5, 1],
        [0.18, 0],
      ],
    ],
  },
  '.': {
    advance: 0.18,
    strokes: [
      [
        [0.06, 0.01],
        [0.07, 0.02],
      ],
    ],
  },
  '-': {
    advance: 0.42,
    strokes: [
      [
        [0.04, 0.46],
        [0.34, 0.46],
      ],
    ],
  },
  ' ': { advance: 0.42, strokes: [] },
};

export interface LetteringOptions {
  readonly capHeightM: number;
  readonly strokeM: number;
  /** Extra space between letters, in cap heights. Default 0.12. */
  readonly tracking?: number;
}

/**
 * A line of capitals in the xy plane facing +Z, centred on the origin.
 *
 * @throws {RangeError} for a character that has no drawing.
 */
export function lettering(text: string, options: LetteringOptions): Surface {
  const tracking = options.tracking ?? 0.12;
  const s = emptySurface();
  let width = -tracking;
  for (const character of text) width += letterOf(character).advance + tracking;
  let x = -width / 2;
  for (const character of text) {
    const letter = letterOf(character);
    for (const stroke of letter.strokes)
      addRibbon(
        s,
        stroke.map(([px, py]): Vec2 => [(x + px) * options.capHeightM, (py - 0.5) * options.capHeightM]),
        options.strokeM / 2,
      );
    x += letter.advance + tracking;
  }
  return s;
}

function letterOf(character: string): Letter {
  const letter = LETTERS[character];
  if (!letter) throw new RangeError(`No drawing for the character ${JSON.stringify(character)}.`);
  return letter;
}

/** A flat band along a polyline in the xy plane, mitred at the bends, facing +Z. */
function addRibbon(s: Surface, points: readonly Vec2[], halfWidth: number): void {
  const path = points.filter(
    (p, i) => i === 0 || Math.hypot(p[0] - points[i - 1]![0], p[1] - points[i - 1]![1]) > 1e-7,
  );
  const last = path.length - 1;
  if (last < 1) return;
  const closed = Math.hypot(path[0]![0] - path[last]![0], path[0]![1] - path[last]![1]) < 1e-7;
  const direction = (i: number): Vec2 => {
    const a = path[i]!;
    const b = path[i + 1]!;
    const l = Math.hypot(b[0] - a[0], b[1] - a[1]);
    return [(b[0] - a[0]) / l, (b[1] - a[1]) / l];
  };
  let previous: [number, number] | null = null;
  for (let i = 0; i <= last; i++) {
    const before = i > 0 ? direction(i - 1) : closed ? direction(last - 1) : direction(0);
    const after = i < last ? direction(i) : closed ? direction(0) : direction(last - 1);
    const nx = -(before[1] + after[1]);
    const ny = before[0] + after[0];
    const l = Math.hypot(nx, ny) || 1;
    const cosine = Math.max(0.35, (nx / l) * -after[1] + (ny / l) * after[0]);
    const w = halfWidth / cosine;
    const p = path[i]!;
    const left = addVertex(s, [p[0] + (nx / l) * w, p[1] + (ny / l) * w, 0], p[0], p[1], [0, 0, 1]);
    const right = addVertex(s, [p[0] - (nx / l) * w, p[1] - (ny / l) * w, 0], p[0], p[1], [0, 0, 1]);
    if (previous) {
      addTriangle(s, previous[1], right, left);
      addTriangle(s, previous[1], left, previous[0]);
    }
    previous = [left, right];
  }
}

/** The outline of a rectangle as a band, facing +Z. */
export function frameRibbon(width: number, height: number, strokeM: number): Surface {
  const s = emptySurface();
  const [x, y] = [width / 2, height / 2];
  addRibbon(
    s,
    [
      [-x, -y],
      [x, -y],
      [x, y],
      [-x, y],
      [-x, -y],
    ],
    strokeM / 2,
  );
  return s;
}
