// What the host and `native/winograd.ts` must agree on.

/** Tiles the kernel works on at a time (BLOCK there). */
export const BLOCK_TILES = 40;
/** Floats between the components of the input patches (COMPONENT_GAP there). */
export const COMPONENT_GAP = 16;
/** Tiles per row are a multiple of this. */
export const TILE_MULTIPLE = 8;
/** Output channels of the wide and narrow register blocks. */
export const WIDE = 6;
export const NARROW = 4;
/** Products per pair of channels and tile. */
export const COMPONENTS = 16;
/** 32-bit fields of the layer record. */
export const LAYER_FIELDS = 15;

/** Splits output channels into as many wide blocks as possible with the least padding (at most 3 unused channels). */
export function splitOutputChannels(outChannels: number): { wideBlocks: number; narrowBlocks: number } {
  let best = { wideBlocks: 0, narrowBlocks: Math.ceil(outChannels / NARROW) };
  let bestPadded = best.narrowBlocks * NARROW;
  for (let wideBlocks = 1; wideBlocks <= Math.ceil(outChannels / WIDE); wideBlocks++) {
    const narrowBlocks = Math.max(0, Math.ceil((outChannels - wideBlocks * WIDE) / NARROW));
    const padded = wideBlocks * WIDE + narrowBlocks * NARROW;
    if (padded <= bestPadded) {
      best = { wideBlocks, narrowBlocks };
      bestPadded = padded;
    }
  }
  return best;
}
