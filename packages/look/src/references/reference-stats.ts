import { chromaOf, clamp, hexFromOklab, type Oklab, oklabFromBytes } from '../color/oklab.ts';

/** What the built-in engine knows about a reference picture: colours and tone, no contents. */
export interface ReferenceStats {
  width: number;
  height: number;
  /** Strongest first; weights are shares of the picture and add up to about 1. */
  palette: { colorSrgb: string; weight: number }[];
  /** Mean and standard deviation in OKLab. */
  mean: Oklab;
  deviation: Oklab;
  /** OKLab lightness below which 2, 10, 25, 50, 75, 90 and 98 percent of the pixels lie. */
  lightnessPercentiles: [number, number, number, number, number, number, number];
  /** Mean colours of the darkest and the brightest quarter. */
  shadowsSrgb: string;
  highlightsSrgb: string;
  /** 0 = one tone, 1 = from black to white. */
  contrast: number;
  /** Mean chroma, 0 to 1 (1 = about the most sRGB has). */
  saturation: number;
  /** Spread of hues and chroma, 0 = grey, 1 = many strong colours. */
  colourfulness: number;
  /** Mean lightness of the upper and the lower third. */
  topLightness: number;
  bottomLightness: number;
  /** Share of neighbouring pixels that differ visibly. */
  edgeDensity: number;
  /** How alike the parts of the picture are in tone and detail, 0 to 1: high for textures. */
  evenness: number;
  /** How well opposite borders meet, 0 to 1: high for tileable textures. */
  tileability: number;
  /** Share of the picture in large areas of one colour, 0 to 1: high for swatches and flat graphics. */
  flatness: number;
}

/** Long edge that is looked at; more pixels change none of the numbers noticeably. */
const SAMPLE_EDGE = 96;
const PALETTE_SIZE = 6;
const MAX_CHROMA = 0.32;

/**
 * Measures a picture. Deterministic: same pixels, same numbers.
 *
 * @param image 8-bit sRGB with straight alpha; transparent pixels are left out.
 * @throws {RangeError} when the buffer is smaller than its size says or the size is not positive.
 */
export function referenceStats(image: { width: number; height: number; rgba: Uint8Array }): ReferenceStats {
  const { width, height, rgba } = image;
  if (!(width >= 1 && height >= 1) || rgba.length < Math.floor(width) * Math.floor(height) * 4) {
    throw new RangeError(`${rgba.length} bytes are no ${width} x ${height} picture`);
  }
  const scale = Math.min(1, SAMPLE_EDGE / Math.max(width, height));
  const columns = Math.max(1, Math.round(width * scale));
  const rows = Math.max(1, Math.round(height * scale));
  const grid = sampleGrid(image, columns, rows);
  const pixels = grid.filter((pixel) => pixel !== null);
  if (pixels.length === 0) pixels.push({ l: 1, a: 0, b: 0 });

  const mean = average(pixels);
  const deviation = {
    l: deviationOf(pixels, 'l', mean.l),
    a: deviationOf(pixels, 'a', mean.a),
    b: deviationOf(pixels, 'b', mean.b),
  };
  const byLightness = [...pixels].sort((a, b) => a.l - b.l);
  const at = (share: number) =>
    byLightness[Math.min(byLightness.length - 1, Math.floor(share * byLightness.length))]!.l;
  const quarter = Math.max(1, Math.floor(byLightness.length / 4));
  const third = Math.max(1, Math.floor(rows / 3));
  const rowsOf = (from: number, to: number) =>
    grid.slice(from * columns, to * columns).filter((pixel) => pixel !== null);
  const palette = paletteOf(pixels);
  return {
    width,
    height,
    palette: palette.map(({ lab, weight }) => ({ colorSrgb: hexFromOklab(lab), weight })),
    mean,
    deviation,
    lightnessPercentiles: [at(0.02), at(0.1), at(0.25), at(0.5), at(0.75), at(0.9), at(0.98)],
    shadowsSrgb: hexFromOklab(average(byLightness.slice(0, quarter))),
    highlightsSrgb: hexFromOklab(average(byLightness.slice(-quarter))),
    contrast: clamp(at(0.95) - at(0.05), 0, 1),
    saturation: clamp(
      pixels.reduce((sum, pixel) => sum + chromaOf(pixel), 0) / pixels.length / MAX_CHROMA,
      0,
      1,
    ),
    colourfulness: clamp(
      (Math.hypot(deviation.a, deviation.b) + 0.3 * Math.hypot(mean.a, mean.b)) / 0.2,
      0,
      1,
    ),
    topLightness: average(rowsOf(0, third), mean).l,
    bottomLightness: average(rowsOf(rows - third, rows), mean).l,
    edgeDensity: edgeDensityOf(grid, columns, rows),
    evenness: evennessOf(grid, columns, rows, deviation.l),
    tileability: tileabilityOf(grid, columns, rows),
    flatness: flatnessOf(grid, columns, rows, palette),
  };
}

/** Means of blocks of pixels; null where the picture is transparent. */
function sampleGrid(
  image: { width: number; height: number; rgba: Uint8Array },
  columns: number,
  rows: number,
): (Oklab | null)[] {
  const { width, height, rgba } = image;
  const grid: (Oklab | null)[] = [];
  for (let row = 0; row < rows; row++) {
    const y0 = Math.floor((row * height) / rows);
    const y1 = Math.max(y0 + 1, Math.floor(((row + 1) * height) / rows));
    for (let column = 0; column < columns; column++) {
      const x0 = Math.floor((column * width) / columns);
      const x1 = Math.max(x0 + 1, Math.floor(((column + 1) * width) / columns));
      // At most 4 x 4 samples a block: enough against aliasing, and a 40 megapixel photo stays quick.
      const stepX = Math.max(1, Math.floor((x1 - x0) / 4));
      const stepY = Math.max(1, Math.floor((y1 - y0) / 4));
      let red = 0;
      let green = 0;
      let blue = 0;
      let alpha = 0;
      let count = 0;
      for (let y = y0; y < y1; y += stepY) {
        for (let x = x0; x < x1; x += stepX) {
          const offset = (y * width + x) * 4;
          const opacity = rgba[offset + 3]!;
          red += rgba[offset]! * opacity;
          green += rgba[offset + 1]! * opacity;
          blue += rgba[offset + 2]! * opacity;
          alpha += opacity;
          count += 1;
        }
      }
      grid.push(alpha < 32 * count ? null : oklabFromBytes(red / alpha, green / alpha, blue / alpha));
    }
  }
  return grid;
}

function average(pixels: readonly Oklab[], empty: Oklab = { l: 1, a: 0, b: 0 }): Oklab {
  if (pixels.length === 0) return empty;
  let l = 0;
  let a = 0;
  let b = 0;
  for (const pixel of pixels) {
    l += pixel.l;
    a += pixel.a;
    b += pixel.b;
  }
  return { l: l / pixels.length, a: a / pixels.length, b: b / pixels.length };
}

function deviationOf(pixels: readonly Oklab[], key: keyof Oklab, mean: number): number {
  return Math.sqrt(pixels.reduce((sum, pixel) => sum + (pixel[key] - mean) ** 2, 0) / pixels.length);
}

// Chroma counts more than lightness: two shades of one colour are one entry of a palette.
const distance = (x: Oklab, y: Oklab): number =>
  (x.l - y.l) ** 2 + 2.5 * ((x.a - y.a) ** 2 + (x.b - y.b) ** 2);

/** K-means; the first centres are the pixels farthest from those before, so no chance is involved. */
function paletteOf(pixels: readonly Oklab[]): { lab: Oklab; weight: number }[] {
  const step = Math.max(1, Math.floor(pixels.length / 3000));
  const points = pixels.filter((_, i) => i % step === 0);
  const centers: Oklab[] = [average(points)];
  const nearest = points.map((point) => distance(point, centers[0]!));
  while (centers.length < PALETTE_SIZE) {
    let best = 0;
    for (let i = 1; i < points.length; i++) if (nearest[i]! > nearest[best]!) best = i;
    if (nearest[best]! < 1e-4) break;
    const center = points[best]!;
    centers.push(center);
    for (let i = 0; i < points.length; i++) nearest[i] = Math.min(nearest[i]!, distance(points[i]!, center));
  }
  let counts: number[] = [];
  for (let round = 0; round < 10; round++) {
    const sums = centers.map(() => ({ l: 0, a: 0, b: 0 }));
    counts = centers.map(() => 0);
    for (const point of points) {
      let best = 0;
      let bestDistance = Number.POSITIVE_INFINITY;
      for (let k = 0; k < centers.length; k++) {
        const d = distance(point, centers[k]!);
        if (d < bestDistance) {
          bestDistance = d;
          best = k;
        }
      }
      const sum = sums[best]!;
      sum.l += point.l;
      sum.a += point.a;
      sum.b += point.b;
      counts[best]! += 1;
    }
    for (let k = 0; k < centers.length; k++) {
      const count = counts[k]!;
      if (count > 0) centers[k] = { l: sums[k]!.l / count, a: sums[k]!.a / count, b: sums[k]!.b / count };
    }
  }
  return centers
    .map((lab, k) => ({ lab, weight: counts[k]! / points.length }))
    .filter(({ weight }) => weight > 0.004)
    .sort((a, b) => b.weight - a.weight);
}

const VISIBLE_STEP = 0.0016;

function edgeDensityOf(grid: readonly (Oklab | null)[], columns: number, rows: number): number {
  let edges = 0;
  let pairs = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const here = grid[row * columns + column];
      const right = column + 1 < columns ? grid[row * columns + column + 1] : null;
      const below = row + 1 < rows ? grid[(row + 1) * columns + column] : null;
      for (const other of [right, below]) {
        if (!here || !other) continue;
        pairs += 1;
        if (distance(here, other) > VISIBLE_STEP) edges += 1;
      }
    }
  }
  return pairs === 0 ? 0 : edges / pairs;
}

function evennessOf(
  grid: readonly (Oklab | null)[],
  columns: number,
  rows: number,
  deviation: number,
): number {
  const parts = 4;
  const means: Oklab[] = [];
  for (let py = 0; py < parts; py++) {
    for (let px = 0; px < parts; px++) {
      const inside: Oklab[] = [];
      for (let row = Math.floor((py * rows) / parts); row < Math.floor(((py + 1) * rows) / parts); row++) {
        for (
          let column = Math.floor((px * columns) / parts);
          column < Math.floor(((px + 1) * columns) / parts);
          column++
        ) {
          const pixel = grid[row * columns + column];
          if (pixel) inside.push(pixel);
        }
      }
      if (inside.length > 0) means.push(average(inside));
    }
  }
  const center = average(means);
  const between = Math.sqrt(
    means.reduce((sum, mean) => sum + distance(mean, center), 0) / Math.max(1, means.length),
  );
  return clamp(1 - between / Math.max(0.06, 1.2 * deviation) / 1.1, 0, 1) * clamp(1 - between / 0.14, 0, 1);
}

function tileabilityOf(grid: readonly (Oklab | null)[], columns: number, rows: number): number {
  let across = 0;
  let inside = 0;
  let count = 0;
  const add = (
    edgeA: Oklab | null | undefined,
    edgeB: Oklab | null | undefined,
    next: Oklab | null | undefined,
  ) => {
    if (!edgeA || !edgeB || !next) return;
    across += Math.sqrt(distance(edgeA, edgeB));
    inside += Math.sqrt(distance(edgeA, next));
    count += 1;
  };
  for (let row = 0; row < rows; row++)
    add(
      grid[row * columns],
      grid[row * columns + columns - 1],
      grid[row * columns + Math.min(1, columns - 1)],
    );
  for (let column = 0; column < columns; column++)
    add(grid[column], grid[(rows - 1) * columns + column], grid[Math.min(1, rows - 1) * columns + column]);
  if (count === 0) return 0;
  return clamp(1.6 - across / count / Math.max(0.015, (inside / count) * 1.6), 0, 1);
}

function flatnessOf(
  grid: readonly (Oklab | null)[],
  columns: number,
  rows: number,
  palette: readonly { lab: Oklab }[],
): number {
  let flat = 0;
  let count = 0;
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const here = grid[row * columns + column];
      const right = grid[row * columns + column + 1];
      const below = grid[(row + 1) * columns + column];
      if (!here || !right || !below) continue;
      count += 1;
      const isSame = distance(here, right) < 1e-8 && distance(here, below) < 1e-8;
      if (isSame && palette.some(({ lab }) => distance(here, lab) < 2e-3)) flat += 1;
    }
  }
  return count === 0 ? 1 : flat / count;
}
