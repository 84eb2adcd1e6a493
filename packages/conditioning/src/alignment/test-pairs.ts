import type { GrayPlane } from './gray-plane.ts';

/** What was done to a candidate, in the terms of `Alignment`. */
export interface TrueMove {
  readonly scale: number;
  readonly shiftXPx: number;
  readonly shiftYPx: number;
}

export type Random = () => number;

/** mulberry32 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

const between = (random: Random, low: number, high: number) => low + (high - low) * random();

/** A drawing of rooms, boxes, round things, lines and windows in 0 to 1: every one another composition. */
export function drawScene(width: number, height: number, random: Random): GrayPlane {
  const data = new Float32Array(width * height);
  const [top, bottom] = [random(), random()];
  const horizon = between(random, 0.35, 0.75) * height;
  const floor = random();
  for (let y = 0; y < height; y++)
    data.fill(y < horizon ? top + ((bottom - top) * y) / height / 2 : floor, y * width, (y + 1) * width);
  const plane = { width, height, data };
  const shapes = Math.round(between(random, 8, 22));
  for (let i = 0; i < shapes; i++) {
    const size = between(random, 0.04, 0.32) * width;
    const x = random() * width;
    const y = random() * height;
    const tone = random();
    const kind = random();
    if (kind < 0.35)
      fillShape(plane, ellipse(x, y, size / 2, (size / 2) * between(random, 0.4, 1.4)), tone, random);
    else if (kind < 0.75) fillShape(plane, quad(x, y, size, random), tone, random);
    else if (kind < 0.9) windows(plane, x, y, size, tone, random);
    else
      for (let k = 0; k < 6; k++)
        fillShape(
          plane,
          bar(x, y, x + between(random, -size, size) * 2, y + between(random, -size, size) * 2, 1.3),
          tone,
          random,
        );
  }
  return plane;
}

/** Signed distance in pixels, negative inside. */
type Shape = {
  readonly distance: (x: number, y: number) => number;
  readonly x: number;
  readonly y: number;
  readonly reach: number;
};

function ellipse(cx: number, cy: number, a: number, b: number): Shape {
  const small = Math.min(a, b);
  return {
    x: cx,
    y: cy,
    reach: Math.max(a, b) + 2,
    distance: (x, y) => (Math.sqrt(((x - cx) / a) ** 2 + ((y - cy) / b) ** 2) - 1) * small,
  };
}

function quad(cx: number, cy: number, size: number, random: Random): Shape {
  const turn = random() < 0.5 ? 0 : between(random, -0.6, 0.6);
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const w = size / 2;
  const h = w * between(random, 0.3, 1.6);
  const lean = random() < 0.5 ? 0 : between(random, -0.4, 0.4);
  return {
    x: cx,
    y: cy,
    reach: (w + h) * 1.5 + 2,
    distance: (x, y) => {
      const u = (x - cx) * c + (y - cy) * s;
      const v = (y - cy) * c - (x - cx) * s;
      return Math.max(Math.abs(u + lean * v) - w, Math.abs(v) - h);
    },
  };
}

function bar(x0: number, y0: number, x1: number, y1: number, half: number): Shape {
  const length = Math.max(1, Math.hypot(x1 - x0, y1 - y0));
  return {
    x: (x0 + x1) / 2,
    y: (y0 + y1) / 2,
    reach: length / 2 + half + 2,
    distance: (x, y) => {
      const t = Math.max(0, Math.min(1, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / (length * length)));
      return Math.sqrt((x - x0 - t * (x1 - x0)) ** 2 + (y - y0 - t * (y1 - y0)) ** 2) - half;
    },
  };
}

function fillShape({ width, height, data }: GrayPlane, shape: Shape, tone: number, random: Random): void {
  const slope = random() < 0.5 ? between(random, -0.25, 0.25) / shape.reach : 0;
  const outline = random() < 0.3 ? random() : null;
  for (
    let y = Math.max(0, Math.floor(shape.y - shape.reach));
    y < Math.min(height, shape.y + shape.reach);
    y++
  ) {
    for (
      let x = Math.max(0, Math.floor(shape.x - shape.reach));
      x < Math.min(width, shape.x + shape.reach);
      x++
    ) {
      const d = shape.distance(x, y);
      const cover = Math.max(0, Math.min(1, 0.5 - d));
      if (cover === 0) continue;
      const i = y * width + x;
      const own = outline !== null && d > -1.8 ? outline : tone + slope * (x - shape.x);
      data[i] = data[i]! * (1 - cover) + Math.max(0, Math.min(1, own)) * cover;
    }
  }
}

function windows(plane: GrayPlane, cx: number, cy: number, size: number, tone: number, random: Random): void {
  fillShape(plane, { ...quad(cx, cy, size, () => 0.1), reach: size }, tone, random);
  const glass = random();
  const step = size / Math.round(between(random, 3, 6));
  for (let y = cy - size / 2 + step / 2; y < cy + size / 2; y += step)
    for (let x = cx - size / 2 + step / 2; x < cx + size / 2; x += step)
      fillShape(plane, ellipse(x, y, step * 0.3, step * 0.3), glass, () => 0.9);
}

function cubic(t: number): number {
  const a = Math.abs(t);
  return a < 1 ? 1 - 2.5 * a * a + 1.5 * a ** 3 : a < 2 ? 2 - 4 * a + 2.5 * a * a - 0.5 * a ** 3 : 0;
}

function mirror(i: number, size: number): number {
  const place = ((i % (2 * size)) + 2 * size) % (2 * size);
  return place < size ? place : 2 * size - 1 - place;
}

/** Moves a picture; what comes into sight is its mirror image, or `beyond`. */
export function move(
  plane: GrayPlane,
  { scale, shiftXPx, shiftYPx }: TrueMove,
  beyond: GrayPlane | null,
): GrayPlane {
  const { width, height } = plane;
  const across = cubicTaps(width, scale, shiftXPx);
  const down = cubicTaps(height, scale, shiftYPx);
  const rows = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let k = 4 * x; k < 4 * x + 4; k++)
        rows[y * width + x]! += across.weight[k]! * plane.data[y * width + across.index[k]!]!;
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (beyond && (across.outside[x] || down.outside[y])) data[i] = beyond.data[i]!;
      else
        for (let k = 4 * y; k < 4 * y + 4; k++)
          data[i]! += down.weight[k]! * rows[down.index[k]! * width + x]!;
    }
  }
  return { width, height, data };
}

/** Catmull-Rom, mirrored beyond the edges. */
function cubicTaps(size: number, scale: number, shiftPx: number) {
  const index = new Int32Array(size * 4);
  const weight = new Float32Array(size * 4);
  const outside = new Uint8Array(size);
  for (let to = 0; to < size; to++) {
    const from = (to + 0.5 - size / 2 - shiftPx) / scale + size / 2 - 0.5;
    outside[to] = from < -0.5 || from > size - 0.5 ? 1 : 0;
    for (let k = 0; k < 4; k++) {
      const at = Math.floor(from) - 1 + k;
      index[to * 4 + k] = mirror(at, size);
      weight[to * 4 + k] = cubic(from - at);
    }
  }
  return { index, weight, outside };
}

/** What an image model does to a picture that it keeps the composition of. */
export interface Restyle {
  /** Dark becomes bright. */
  readonly inverted: boolean;
  readonly gamma: number;
  /** Bends the tones so that some change places, 0 to 1. */
  readonly toneFold: number;
  readonly blurPx: number;
  readonly noise: number;
  /** Contrast of a new material on everything. */
  readonly texture: number;
  readonly lightSlope: number;
  /** Share of the picture that new things cover. */
  readonly added: number;
}

export function anyRestyle(random: Random): Restyle {
  const chance = (share: number, value: number) => (random() < share ? value : 0);
  return {
    inverted: random() < 0.3,
    gamma: 2 ** between(random, -1, 1),
    toneFold: chance(0.4, between(random, 0.2, 0.8)),
    blurPx: chance(0.6, between(random, 0.4, 1.8)),
    noise: chance(0.6, between(random, 0.01, 0.08)),
    texture: chance(0.6, between(random, 0.03, 0.14)),
    lightSlope: chance(0.5, between(random, -0.5, 0.5)),
    added: chance(0.6, between(random, 0.02, 0.15)),
  };
}

/** Steps of a tone curve: finer than the 8 bits that a picture has in the end. */
const TONES = 4_096;

export function restyle(plane: GrayPlane, style: Restyle, random: Random): GrayPlane {
  const { width, height } = plane;
  const out: GrayPlane = { width, height, data: plane.data.slice() };
  const { data } = out;
  const phase = random() * 6;
  const curve = Float32Array.from({ length: TONES + 1 }, (_, tone) => {
    let v = (tone / TONES) ** style.gamma;
    v += style.toneFold * 0.35 * (Math.sin(v * 9 + phase) - Math.sin(phase));
    return style.inverted ? 1 - v : v;
  });
  for (let i = 0; i < data.length; i++)
    data[i] = curve[Math.round(Math.max(0, Math.min(1, data[i]!)) * TONES)]!;
  const covered = style.added * width * height;
  for (let area = 0; area < covered; ) {
    const size = Math.min(0.35 * width, Math.sqrt(covered - area) * between(random, 0.6, 1.1));
    const [x, y] = [random() * width, random() * height];
    fillShape(
      out,
      random() < 0.5 ? ellipse(x, y, size / 2, size / 2) : quad(x, y, size, random),
      random(),
      random,
    );
    area += Math.max(40, size * size * 0.8);
  }
  if (style.texture > 0) {
    const grain = between(random, 3, 14);
    const [turnX, turnY] = [random() * 6, random() * 6];
    const cells = Float32Array.from({ length: 4096 }, () => random() - 0.5);
    const striped = random() < 0.4;
    const [acrossStep, downStep] = [(Math.cos(turnX) * 4) / grain, (Math.sin(turnX) * 4) / grain];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        data[y * width + x]! +=
          style.texture *
          (striped
            ? Math.sin(x * acrossStep + y * downStep + turnY) * 0.5
            : valueNoise(cells, x / grain, y / grain));
  }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data[y * width + x]! += style.lightSlope * (x / width - y / height);
  if (style.blurPx > 0) blurBy(out, style.blurPx);
  exposeWell(data);
  if (style.noise > 0)
    for (let i = 0; i < data.length; i++) data[i]! += style.noise * (random() + random() - 1) * 2.4;
  // As a file would hold it.
  for (let i = 0; i < data.length; i++) data[i] = Math.round(Math.max(0, Math.min(1, data[i]!)) * 255) / 255;
  return out;
}

/** Nobody gives out a picture that is mostly clipped. */
function exposeWell(data: Float32Array): void {
  let [low, high] = [0, 1];
  for (const value of data) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  for (let i = 0; i < data.length; i++) data[i] = (data[i]! - low) / (high - low);
}

function valueNoise(cells: Float32Array, x: number, y: number): number {
  const [ix, iy] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - ix, y - iy];
  const [left, right] = [(ix & 63) * 64, ((ix + 1) & 63) * 64];
  const [top, bottom] = [iy & 63, (iy + 1) & 63];
  const upper = cells[left + top]! + (cells[right + top]! - cells[left + top]!) * fx;
  const lower = cells[left + bottom]! + (cells[right + bottom]! - cells[left + bottom]!) * fx;
  return 2 * (upper + (lower - upper) * fy);
}

function blurBy({ width, height, data }: GrayPlane, sigma: number): void {
  const reach = Math.ceil(3 * sigma);
  const kernel = Float32Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-((k - reach) ** 2) / (2 * sigma * sigma)),
  );
  const total = kernel.reduce((sum, k) => sum + k, 0);
  const rows = new Float32Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = -reach; k <= reach; k++)
        sum += kernel[k + reach]! * data[y * width + Math.max(0, Math.min(width - 1, x + k))]!;
      rows[y * width + x] = sum / total;
    }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = -reach; k <= reach; k++)
        sum += kernel[k + reach]! * rows[Math.max(0, Math.min(height - 1, y + k)) * width + x]!;
      data[y * width + x] = sum / total;
    }
}

/** The most that any corner lies off, pixels. */
export function cornerError({ width, height }: GrayPlane, a: TrueMove, b: TrueMove): number {
  const zoom = Math.abs(a.scale - b.scale);
  return Math.hypot(
    (zoom * width) / 2 + Math.abs(a.shiftXPx - b.shiftXPx),
    (zoom * height) / 2 + Math.abs(a.shiftYPx - b.shiftYPx),
  );
}
