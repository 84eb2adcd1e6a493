import { FRAME_MARGIN, type Frame, frameOf } from './frame.ts';
import {
  BLOCK_TILES,
  COMPONENT_GAP,
  COMPONENTS,
  LAYER_FIELDS,
  TILE_MULTIPLE,
  WIDE,
} from './kernel-layout.ts';
import { INPUT, INPUT_CHANNELS, LAST_LAYER, LAYERS } from './network.ts';
import type { PackedLayer } from './packed-model.ts';

/** A strip: columns `coreStart` (inclusive) to `coreEnd` (exclusive) of the image, all rows. */
export interface Strip {
  readonly imageWidth: number;
  readonly imageHeight: number;
  readonly coreStart: number;
  readonly coreEnd: number;
}

/** Strips are cut at multiples of this: whole vectors for the kernel. */
export const STRIP_ALIGNMENT = 2 * TILE_MULTIPLE;

/** A feature map of which only `ringRows` rows exist at a time: row r lies in slot r % ringRows. */
export interface MapPlan {
  readonly channels: number;
  /** Columns that hold meaningful values, in columns of the map's level. `columnStart` is even. */
  readonly columnStart: number;
  readonly columnEnd: number;
  /** Rows of the map inside the frame; all others read as zero. */
  readonly rows: number;
  readonly ringRows: number;
  /** Floats from one channel of a row to the next. */
  readonly stride: number;
}

/** What one layer computes within the strip. */
interface LayerPlan {
  readonly packed: PackedLayer;
  readonly up: string | undefined;
  readonly direct: string | undefined;
  readonly pooled: boolean;
  /** First column computed (even) and number of tiles of two columns. */
  readonly columnStart: number;
  readonly tiles: number;
  /** Columns of the result, counted from its start, that lie inside the frame. */
  readonly validColumns: number;
}

/**
 * One step of the schedule. `row`: the next row of the frame is encoded. `pair`: layer `layer` computes rows 2p and 2p+1 of its level
 * (one row of the next level when pooled). `emit`: rows 2p and 2p+1 of the frame are final.
 */
type Step =
  | { readonly kind: 'row'; readonly row: number }
  | { readonly kind: 'pair'; readonly layer: number; readonly pair: number }
  | { readonly kind: 'emit'; readonly pair: number };

export interface StripPlan {
  readonly strip: Strip;
  readonly frame: Frame;
  /** Columns of the frame the strip reads. */
  readonly inputStart: number;
  readonly inputEnd: number;
  readonly layers: readonly LayerPlan[];
  readonly maps: ReadonlyMap<string, MapPlan>;
  readonly steps: readonly Step[];
  /** Memory the kernel needs for this strip, weights included. */
  readonly kernelBytes: number;
}

/** Columns left of a map's first one: a tile reads one column to the left (four keep rows aligned). */
export const LEFT_MARGIN = 4;
/** Columns read past the last tile by whole-vector loads. */
const RIGHT_MARGIN = 8;

const evenFloor = (x: number): number => x - (x & 1);
const roundUp = (x: number, multiple: number): number => Math.ceil(x / multiple) * multiple;

interface Range {
  start: number;
  end: number;
}

/** Columns every map must hold so that the core is exact: from the result back to the input, one column more per convolution. */
function demandedColumns(
  strip: Strip,
  frameWidth: number,
): { produced: Map<string, Range>; computed: Range[] } {
  const produced = new Map<string, Range>();
  const computed: Range[] = [];
  const demand = (map: string, start: number, end: number, width: number): void => {
    const known = produced.get(map) ?? { start: width, end: 0 };
    produced.set(map, {
      start: Math.min(known.start, evenFloor(Math.max(0, start))),
      end: Math.max(known.end, Math.min(width, end)),
    });
  };
  demand(LAST_LAYER, FRAME_MARGIN + strip.coreStart, FRAME_MARGIN + strip.coreEnd, frameWidth);
  for (let index = LAYERS.length - 1; index >= 0; index--) {
    const layer = LAYERS[index]!;
    const wanted = produced.get(layer.name)!;
    const scale = layer.pooled ? 2 : 1;
    const range = { start: wanted.start * scale, end: wanted.end * scale };
    computed[index] = range;
    const width = frameWidth >> layer.level;
    if (layer.direct !== undefined) demand(layer.direct, range.start - 1, range.end + 1, width);
    if (layer.up !== undefined)
      demand(layer.up, (range.start >> 1) - 1, ((range.end + 1) >> 1) + 1, width >> 1);
  }
  return { produced, computed };
}

/** Steps from the first row of the frame to the last row of the image, each as late as possible, so that the rings stay short. */
function schedule(imageHeight: number): Step[] {
  const frameHeight = frameOf({ width: 1, height: imageHeight }).height;
  const endRow = FRAME_MARGIN + imageHeight;
  const steps: Step[] = [];
  const indexOf = new Map(LAYERS.map((layer, index) => [layer.name, index]));
  const nextPair = LAYERS.map(() => 0);
  let nextInputRow = 0;

  const requireRow = (map: string, row: number): void => {
    if (map === INPUT) {
      for (const last = Math.min(row, frameHeight - 1); nextInputRow <= last; nextInputRow++) {
        steps.push({ kind: 'row', row: nextInputRow });
      }
      return;
    }
    const index = indexOf.get(map)!;
    const layer = LAYERS[index]!;
    const rows = frameHeight >> (layer.level + (layer.pooled ? 1 : 0));
    const last = Math.min(row, rows - 1);
    requirePair(index, layer.pooled ? last : last >> 1);
  };
  const requirePair = (index: number, pair: number): void => {
    const layer = LAYERS[index]!;
    while (nextPair[index]! <= pair) {
      const p = nextPair[index]!;
      if (layer.up !== undefined) requireRow(layer.up, p + 1);
      if (layer.direct !== undefined) requireRow(layer.direct, 2 * p + 2);
      steps.push({ kind: 'pair', layer: index, pair: p });
      nextPair[index] = p + 1;
    }
  };
  const last = indexOf.get(LAST_LAYER)!;
  for (let pair = FRAME_MARGIN >> 1; 2 * pair < endRow; pair++) {
    requirePair(last, pair);
    steps.push({ kind: 'emit', pair });
  }
  return steps;
}

/** Rows of `map` that layer `layer` reads for a pair. May lie outside the image. */
function rowsRead(layer: number, map: string, pair: number): { first: number; last: number } | undefined {
  const { up, direct } = LAYERS[layer]!;
  if (map === direct) return { first: 2 * pair - 1, last: 2 * pair + 2 };
  if (map === up) return { first: pair - 1, last: pair + 1 };
  return undefined;
}

/** Rows of every map that are in use at the same time at the worst moment of the schedule. */
function ringSizes(steps: readonly Step[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const map of [INPUT, ...LAYERS.map((layer) => layer.name)]) {
    // Backwards through the schedule: the oldest row some later step still reads.
    let oldestNeeded = Number.POSITIVE_INFINITY;
    let size = 1;
    for (let at = steps.length - 1; at >= 0; at--) {
      const step = steps[at]!;
      let newest = -1;
      if (step.kind === 'row') {
        if (map === INPUT) newest = step.row;
      } else if (step.kind === 'emit') {
        if (map === LAST_LAYER) oldestNeeded = Math.min(oldestNeeded, 2 * step.pair);
      } else {
        const layer = LAYERS[step.layer]!;
        const read = rowsRead(step.layer, map, step.pair);
        if (read !== undefined) oldestNeeded = Math.min(oldestNeeded, Math.max(0, read.first));
        if (map === layer.name) newest = layer.pooled ? step.pair : 2 * step.pair + 1;
      }
      if (newest >= 0 && oldestNeeded <= newest) size = Math.max(size, newest - oldestNeeded + 1);
    }
    // Pairs of rows start at even slots, and both rows of a pair are written even if the second is outside the image.
    sizes.set(map, map === INPUT ? size : roundUp(Math.max(size, 2), 2));
  }
  return sizes;
}

interface Schedule {
  readonly imageHeight: number;
  readonly steps: readonly Step[];
  readonly rings: ReadonlyMap<string, number>;
}

// Strips of one image differ in width only, and finding a layout plans many of them.
let lastSchedule: Schedule | undefined;

function scheduleFor(imageHeight: number): Schedule {
  if (lastSchedule?.imageHeight !== imageHeight) {
    const steps = schedule(imageHeight);
    lastSchedule = { imageHeight, steps, rings: ringSizes(steps) };
  }
  return lastSchedule;
}

/**
 * Plans the denoising of one strip with exactly the work its core needs.
 *
 * Every value of the core comes from the same operations in the same order as without strips, so cutting the image otherwise, or not
 * at all, changes no bit of the result.
 */
export function planStrip(strip: Strip, packedLayers: readonly PackedLayer[]): StripPlan {
  const frame = frameOf({ width: strip.imageWidth, height: strip.imageHeight });
  const { produced, computed } = demandedColumns(strip, frame.width);
  const { steps, rings } = scheduleFor(strip.imageHeight);

  const layers = LAYERS.map((spec, index): LayerPlan => {
    const range = computed[index]!;
    const resultWidth = frame.width >> (spec.level + (spec.pooled ? 1 : 0));
    return {
      packed: packedLayers[index]!,
      up: spec.up,
      direct: spec.direct,
      pooled: spec.pooled,
      columnStart: range.start,
      tiles: roundUp(Math.ceil((range.end - range.start) / 2), TILE_MULTIPLE),
      validColumns: resultWidth - (spec.pooled ? range.start >> 1 : range.start),
    };
  });

  const maps = new Map<string, MapPlan>();
  const addMap = (name: string, channels: number, rows: number, writtenColumns: number): void => {
    const { start, end } = produced.get(name)!;
    let columns = Math.max(end - start, writtenColumns);
    for (const layer of layers) {
      if (layer.direct === name) columns = Math.max(columns, layer.columnStart - start + 2 * layer.tiles);
      if (layer.up === name) columns = Math.max(columns, (layer.columnStart >> 1) - start + layer.tiles);
    }
    // An odd number of cache lines: channels a power of two apart would compete for the same cache sets.
    const lines = Math.ceil((LEFT_MARGIN + columns + RIGHT_MARGIN) / 16);
    maps.set(name, {
      channels,
      columnStart: start,
      columnEnd: end,
      rows,
      ringRows: rings.get(name)!,
      stride: (lines | 1) * 16,
    });
  };
  addMap(INPUT, INPUT_CHANNELS, frame.height, 0);
  LAYERS.forEach((spec, index) => {
    const { packed, tiles } = layers[index]!;
    const rows = frame.height >> (spec.level + (spec.pooled ? 1 : 0));
    addMap(spec.name, packed.outChannels, rows, spec.pooled ? tiles : 2 * tiles);
  });

  const input = produced.get(INPUT)!;
  const plan = {
    strip,
    frame,
    inputStart: input.start,
    inputEnd: input.end,
    layers,
    maps,
    steps,
  };
  return { ...plan, kernelBytes: layOut(plan).totalBytes };
}

/** Where everything lies in the kernel's memory. Byte addresses, 64-byte aligned. */
export interface KernelLayout {
  readonly records: readonly number[];
  readonly weights: number;
  readonly maps: ReadonlyMap<string, number>;
  readonly zeroRow: number;
  readonly v: number;
  readonly m: number;
  /** One row as it comes in (colour, albedo, normal) and one row of result. */
  readonly rowInput: number;
  readonly rowResult: number;
  readonly totalBytes: number;
}

/** The kernel's own static data (tables of its math functions) ends below this. */
const KERNEL_STATIC_BYTES = 65_536;

export function layOut(plan: Omit<StripPlan, 'kernelBytes'>): KernelLayout {
  let end = KERNEL_STATIC_BYTES;
  const allocate = (bytes: number): number => {
    const at = end;
    end = roundUp(at + bytes, 64);
    return at;
  };
  const records = plan.layers.map(() => allocate(4 * LAYER_FIELDS));
  const last = plan.layers.at(-1)!.packed;
  const weights = allocate(4 * (last.biasAt + last.wideBlocks * WIDE + last.narrowBlocks * 4));
  const maps = new Map<string, number>();
  let longestRow = 0;
  for (const [name, map] of plan.maps) {
    const rowFloats = map.channels * map.stride;
    longestRow = Math.max(longestRow, rowFloats);
    maps.set(name, allocate(4 * rowFloats * map.ringRows));
  }
  const zeroRow = allocate(4 * longestRow);
  const channels = Math.max(...plan.layers.map(({ packed }) => packed.upChannels + packed.directChannels));
  const v = allocate(4 * COMPONENTS * (BLOCK_TILES * channels + COMPONENT_GAP));
  const m = allocate(4 * COMPONENTS * BLOCK_TILES * WIDE);
  const tripleRowBytes = 12 * (plan.inputEnd - plan.inputStart);
  const rowInput = allocate(3 * tripleRowBytes);
  const rowResult = allocate(tripleRowBytes);
  return {
    records,
    weights,
    maps,
    zeroRow,
    v,
    m,
    rowInput,
    rowResult,
    totalBytes: end,
  };
}
