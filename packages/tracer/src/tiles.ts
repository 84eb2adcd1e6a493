// How a film is cut into work. The cut decides only the order, never a bit of the result.

export const TILE = 16;
/** Longest pass over a tile, samples: keeps one kernel call to some tens of milliseconds, so that cancel is quick. */
const MAX_PASS = 8;

/** Samples per pass: short ones first, so that a preview of the whole film comes early, then longer. */
export function passSizes(spp: number): number[] {
  const sizes: number[] = [];
  for (let done = 0; done < spp; ) {
    const size = Math.min(MAX_PASS, Math.max(1, done), spp - done);
    sizes.push(size);
    done += size;
  }
  return sizes;
}

export interface TileGrid {
  readonly columns: number;
  readonly count: number;
}

export function tileGrid(width: number, height: number): TileGrid {
  const columns = Math.ceil(width / TILE);
  return { columns, count: columns * Math.ceil(height / TILE) };
}

export interface TileRect {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export function tileRect(tile: number, width: number, height: number): TileRect {
  const { columns } = tileGrid(width, height);
  const x0 = (tile % columns) * TILE;
  const y0 = Math.floor(tile / columns) * TILE;
  return { x0, y0, x1: Math.min(width, x0 + TILE), y1: Math.min(height, y0 + TILE) };
}
