import { FRAME_MARGIN } from './frame.ts';
import type { Kernel } from './kernel.ts';
import { INPUT, LAST_LAYER, LAYERS } from './network.ts';
import type { PackedModel } from './packed-model.ts';
import {
  type KernelLayout,
  LEFT_MARGIN,
  layOut,
  type MapPlan,
  planStrip,
  type Strip,
  type StripPlan,
} from './strip-plan.ts';

/** Consecutive rows of the frame, columns `plan.inputStart` to `plan.inputEnd`. */
export interface InputRows {
  readonly firstRow: number;
  readonly rowCount: number;
  /** Row after row: its colour, then its albedo, then its normals, each as interleaved triples. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** Consecutive rows of the image: interleaved linear colour of the core's columns. */
export interface ResultRows {
  readonly firstRow: number;
  readonly rowCount: number;
  /** May be longer than the rows it holds. */
  readonly color: Float32Array<ArrayBuffer>;
}

const PAGE_BYTES = 65_536;

/**
 * Denoises one strip while its rows arrive: each call of `push` takes the next rows and gives back those of the result that became
 * final. All layers advance together, about 90 rows apart from first to last, so memory grows with the width of the strip and not with
 * its height.
 */
export class StripRunner {
  readonly plan: StripPlan;
  readonly #exposure: number;
  readonly #kernel: Kernel;
  readonly #layout: KernelLayout;
  #nextStep = 0;

  /** The kernel's memory grows to what the strip needs and belongs to this runner until the next one is made with it. */
  constructor(kernel: Kernel, model: PackedModel, strip: Strip, exposure: number) {
    this.plan = planStrip(strip, model.layers);
    this.#exposure = exposure;
    this.#layout = layOut(this.plan);
    this.#kernel = kernel;
    const { memory } = kernel;
    const { totalBytes, weights } = this.#layout;
    const pages = Math.ceil(totalBytes / PAGE_BYTES) - memory.buffer.byteLength / PAGE_BYTES;
    if (pages > 0) memory.grow(pages);
    // Margins and the row of zeros are read but never written: what an earlier strip left there would be seen.
    new Uint8Array(memory.buffer, weights, totalBytes - weights).fill(0);
    new Float32Array(memory.buffer, weights, model.values.length).set(model.values);
    this.#writeRecords();
  }

  /**
   * Takes the next rows, in order and without gaps. The rows given back may be none.
   *
   * @param spare Used for the rows given back if it is large enough.
   */
  push(input: InputRows, spare?: ArrayBuffer): ResultRows {
    const { steps, strip } = this.plan;
    const rowFloats = 3 * (strip.coreEnd - strip.coreStart);
    const endRow = input.firstRow + input.rowCount;

    let ready = this.#nextStep;
    let emitted = 0;
    for (; ready < steps.length; ready++) {
      const step = steps[ready]!;
      if (step.kind === 'row' && step.row >= endRow) break;
      if (step.kind === 'emit') emitted++;
    }
    const bytes = 4 * 2 * emitted * rowFloats;
    const color = new Float32Array(
      spare !== undefined && spare.byteLength >= bytes ? spare : new ArrayBuffer(bytes),
    );
    let firstRow = 0;
    let rowCount = 0;
    for (; this.#nextStep < ready; this.#nextStep++) {
      const step = steps[this.#nextStep]!;
      if (step.kind === 'row') this.#encode(input, step.row);
      else if (step.kind === 'pair') this.#convolve(step.layer, step.pair);
      else {
        const row = 2 * step.pair - FRAME_MARGIN;
        if (rowCount === 0) firstRow = row;
        for (let k = 0; k < 2 && row + k < strip.imageHeight; k++) {
          color.set(this.#decode(row + k), rowCount * rowFloats);
          rowCount++;
        }
      }
    }
    return { firstRow, rowCount, color };
  }

  /** Fields in the order of `ConvLayer` in `native/winograd.ts`. */
  #writeRecords(): void {
    const { layers, maps } = this.plan;
    const { weights, records, v, m } = this.#layout;
    const strideBytes = (map: string | undefined): number =>
      map === undefined ? 0 : 4 * maps.get(map)!.stride;
    layers.forEach((layer, index) => {
      const { packed } = layer;
      new Int32Array(this.#kernel.memory.buffer, records[index]!).set([
        packed.upChannels,
        strideBytes(layer.up),
        packed.directChannels,
        strideBytes(layer.direct),
        packed.outChannels,
        packed.wideBlocks,
        packed.narrowBlocks,
        layer.tiles,
        layer.pooled ? 1 : 0,
        strideBytes(packed.name),
        layer.validColumns,
        weights + 4 * packed.weightsAt,
        weights + 4 * packed.biasAt,
        v,
        m,
      ]);
    });
  }

  /** Address of a column of a row; rows outside the frame are the row of zeros. */
  #rowAt(name: string, map: MapPlan, row: number, column: number): number {
    const offset = 4 * (LEFT_MARGIN + column - map.columnStart);
    if (row < 0 || row >= map.rows) return this.#layout.zeroRow + offset;
    return this.#slot(name, map, row) + offset;
  }

  #slot(name: string, map: MapPlan, row: number): number {
    return this.#layout.maps.get(name)! + 4 * map.channels * map.stride * (row % map.ringRows);
  }

  #encode(input: InputRows, row: number): void {
    const { inputStart, inputEnd, maps } = this.plan;
    const { rowInput } = this.#layout;
    const map = maps.get(INPUT)!;
    const columns = inputEnd - inputStart;
    const at = (row - input.firstRow) * 9 * columns;
    new Float32Array(this.#kernel.memory.buffer, rowInput, 9 * columns).set(
      input.values.subarray(at, at + 9 * columns),
    );
    this.#kernel.encodeRow(
      rowInput,
      columns,
      this.#exposure,
      this.#rowAt(INPUT, map, row, inputStart),
      4 * map.stride,
    );
  }

  #convolve(index: number, pair: number): void {
    const { maps, layers } = this.plan;
    const { up, direct, pooled, columnStart, packed } = layers[index]!;
    let above = 0;
    let here = 0;
    let below = 0;
    if (up !== undefined) {
      const map = maps.get(up)!;
      above = this.#rowAt(up, map, pair - 1, columnStart >> 1);
      here = this.#rowAt(up, map, pair, columnStart >> 1);
      below = this.#rowAt(up, map, pair + 1, columnStart >> 1);
    }
    let r0 = 0;
    let r1 = 0;
    let r2 = 0;
    let r3 = 0;
    if (direct !== undefined) {
      const map = maps.get(direct)!;
      r0 = this.#rowAt(direct, map, 2 * pair - 1, columnStart);
      r1 = this.#rowAt(direct, map, 2 * pair, columnStart);
      r2 = this.#rowAt(direct, map, 2 * pair + 1, columnStart);
      r3 = this.#rowAt(direct, map, 2 * pair + 2, columnStart);
    }
    const result = maps.get(packed.name)!;
    const firstRow = pooled ? pair : 2 * pair;
    const offset = 4 * LEFT_MARGIN;
    const out0 = this.#slot(packed.name, result, firstRow) + offset;
    const out1 = pooled ? 0 : this.#slot(packed.name, result, firstRow + 1) + offset;
    this.#kernel.convolvePair(this.#layout.records[index]!, above, here, below, r0, r1, r2, r3, out0, out1);
  }

  #decode(row: number): Float32Array {
    const { maps, strip } = this.plan;
    const map = maps.get(LAST_LAYER)!;
    const width = strip.coreEnd - strip.coreStart;
    const { rowResult } = this.#layout;
    this.#kernel.decodeRow(
      this.#rowAt(LAST_LAYER, map, FRAME_MARGIN + row, FRAME_MARGIN + strip.coreStart),
      4 * map.stride,
      width,
      this.#exposure,
      rowResult,
    );
    return new Float32Array(this.#kernel.memory.buffer, rowResult, 3 * width);
  }
}

/** Multiply-adds the strip's layers do after Winograd's saving; for benchmarks. */
export function countMultiplyAdds(plan: StripPlan): number {
  const pairs = LAYERS.map(() => 0);
  for (const step of plan.steps) if (step.kind === 'pair') pairs[step.layer]!++;
  return plan.layers.reduce((sum, { packed, tiles }, index) => {
    const perTile = (9 * packed.upChannels + 16 * packed.directChannels) * packed.outChannels;
    return sum + perTile * tiles * pairs[index]!;
  }, 0);
}
