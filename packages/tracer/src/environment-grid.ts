import type { TraceEnvironment } from './trace-scene-types.ts';

const GRID_WIDTH = 256;
const GRID_HEIGHT = 128;
/**
 * Share of the mean radiance taken off before sampling: what is even everywhere is found better by BSDF sampling, so
 * light sampling concentrates on what sticks out (MIS compensation, Karlik et al. 2019).
 */
const COMPENSATION = 0.7;
/** With less contrast than this light sampling only costs shadow rays. */
const MIN_CONTRAST = 0.02;

/** Cells of an equirect picture with the chance of each: cumulative per row, and rows cumulative. */
export interface EnvironmentGrid {
  readonly width: number;
  readonly height: number;
  /** Per cell: cumulative chance within the row, and density per steradian. */
  readonly cells: Float32Array;
  /** Cumulative chance of rows. */
  readonly rows: Float32Array;
}

/** The picture averaged down to the sampling grid, or null where it is no larger than that. */
export function coarsenEnvironment(
  environment: TraceEnvironment,
): { readonly width: number; readonly height: number; readonly rgb: Float32Array } | null {
  const { width: fullWidth, height: fullHeight, rgb: full } = environment;
  if (fullWidth <= GRID_WIDTH && fullHeight <= GRID_HEIGHT) return null;
  const width = Math.min(GRID_WIDTH, fullWidth);
  const height = Math.min(GRID_HEIGHT, fullHeight);
  const sums = new Float64Array(width * height * 3);
  const counts = new Float64Array(width * height);
  for (let y = 0; y < fullHeight; y++) {
    const row = Math.floor((y * height) / fullHeight) * width;
    for (let x = 0; x < fullWidth; x++) {
      const cell = row + Math.floor((x * width) / fullWidth);
      const i = (y * fullWidth + x) * 3;
      counts[cell] = (counts[cell] as number) + 1;
      for (let c = 0; c < 3; c++) {
        const v = full[i + c] as number;
        if (v > 0) sums[cell * 3 + c] = (sums[cell * 3 + c] as number) + Math.min(v, 1e6);
      }
    }
  }
  return {
    width,
    height,
    rgb: Float32Array.from(sums, (sum, i) => sum / (counts[Math.floor(i / 3)] as number)),
  };
}

/**
 * Gives each cell's neighbours the share that blending between texels spills into them; a cell without any chance
 * would leave that light to be found by accident.
 */
function spill(
  cells: Float64Array,
  width: number,
  height: number,
  cellsPerTexelX: number,
  cellsPerTexelY: number,
): void {
  const across = cellsPerTexelX / 8;
  const down = cellsPerTexelY / 8;
  const before = cells.slice();
  const at = (x: number, y: number) =>
    before[Math.min(height - 1, Math.max(0, y)) * width + ((x + width) % width)] as number;
  const row = (x: number, y: number) => at(x, y) * (1 - 2 * across) + (at(x - 1, y) + at(x + 1, y)) * across;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      cells[y * width + x] = row(x, y) * (1 - 2 * down) + (row(x, y - 1) + row(x, y + 1)) * down;
  }
}

/** Prepares importance sampling of an environment, or null where it is too even (or dark) to gain from it. */
export function buildEnvironmentGrid(environment: TraceEnvironment): EnvironmentGrid | null {
  const width = Math.min(GRID_WIDTH, environment.width);
  const height = Math.min(GRID_HEIGHT, environment.height);
  const sums = new Float64Array(width * height);
  const counts = new Float64Array(width * height);
  for (let y = 0; y < environment.height; y++) {
    const row = Math.floor((y * height) / environment.height) * width;
    for (let x = 0; x < environment.width; x++) {
      const i = (y * environment.width + x) * 3;
      const r = environment.rgb[i] as number;
      const g = environment.rgb[i + 1] as number;
      const b = environment.rgb[i + 2] as number;
      const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      const cell = row + Math.floor((x * width) / environment.width);
      if (luminance > 0 && luminance < Infinity) sums[cell] = (sums[cell] as number) + luminance;
      counts[cell] = (counts[cell] as number) + 1;
    }
  }
  const solidAngles = new Float64Array(height);
  let mean = 0;
  for (let y = 0; y < height; y++) {
    const angle =
      ((2 * Math.PI) / width) * (Math.cos((Math.PI * y) / height) - Math.cos((Math.PI * (y + 1)) / height));
    solidAngles[y] = angle;
    for (let x = 0; x < width; x++) {
      const cell = y * width + x;
      sums[cell] = (sums[cell] as number) / Math.max(1, counts[cell] as number);
      mean += ((sums[cell] as number) * angle) / (4 * Math.PI);
    }
  }
  if (!(mean > 0) || environment.intensity === 0) return null;
  spill(sums, width, height, width / environment.width, height / environment.height);
  const weights = new Float64Array(width * height);
  let total = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = y * width + x;
      weights[cell] = Math.max(0, (sums[cell] as number) - COMPENSATION * mean) * (solidAngles[y] as number);
      total += weights[cell] as number;
    }
  }
  const contrast = total / (mean * 4 * Math.PI) - (1 - COMPENSATION);
  if (contrast < MIN_CONTRAST) return null;
  const cells = new Float32Array(width * height * 2);
  const rows = new Float32Array(height);
  let above = 0;
  for (let y = 0; y < height; y++) {
    let rowTotal = 0;
    for (let x = 0; x < width; x++) rowTotal += weights[y * width + x] as number;
    let left = 0;
    for (let x = 0; x < width; x++) {
      const cell = y * width + x;
      left += weights[cell] as number;
      cells[cell * 2] = rowTotal > 0 ? left / rowTotal : (x + 1) / width;
      cells[cell * 2 + 1] = (weights[cell] as number) / total / (solidAngles[y] as number);
    }
    above += rowTotal;
    rows[y] = above / total;
  }
  return { width, height, cells, rows };
}
