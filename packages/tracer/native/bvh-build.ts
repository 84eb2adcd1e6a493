// Bounding volume hierarchy: a binary tree by binned surface area heuristic (Wald 2007), then four-wide nodes and
// blocks of four triangles laid out for 128-bit lanes.
import { FLAG_SEE_THROUGH, MATERIAL_STRIDE, MESH_STRIDE } from './scene';

const BINS: i32 = 16;
const BIN_BYTES: usize = 48;
const LEAF_TRIANGLES: i32 = 4;
/** Below this depth the split is at the median, so that the traversal stack has a bound whatever the geometry. */
const SAH_DEPTH: i32 = 64;

export const NODE2_BYTES: usize = 32;
export const NODE4_BYTES: usize = 128;
export const BLOCK_BYTES: usize = 160;
const REF_BYTES: usize = 32;

let leafCount: i32 = 0;
let node4Count: i32 = 0;

@inline function halfArea(lo: v128, hi: v128): f32 {
  const d = f32x4.sub(hi, lo);
  const x = f32x4.extract_lane(d, 0), y = f32x4.extract_lane(d, 1), z = f32x4.extract_lane(d, 2);
  return x * (y + z) + y * z;
}
@inline function blocksFor(triangles: i32): f32 { return <f32>((triangles + LEAF_TRIANGLES - 1) / LEAF_TRIANGLES); }

// A reference: low corner and triangle number, high corner and 0. The number is kept as a float (exact below 2^24),
// because its bits as an integer would be a denormal, and denormals are slow in every min and max below.
function makeReferences(count: i32, positions: usize, indices: usize, refs: usize): void {
  for (let i = 0; i < count; i++) {
    const tri = indices + <usize>i * 12;
    const a = positions + <usize>load<u32>(tri) * 12;
    const b = positions + <usize>load<u32>(tri, 4) * 12;
    const c = positions + <usize>load<u32>(tri, 8) * 12;
    const ref = refs + <usize>i * REF_BYTES;
    for (let axis: usize = 0; axis < 12; axis += 4) {
      const pa = load<f32>(a + axis), pb = load<f32>(b + axis), pc = load<f32>(c + axis);
      store<f32>(ref + axis, min<f32>(pa, min<f32>(pb, pc)));
      store<f32>(ref + axis, max<f32>(pa, max<f32>(pb, pc)), 16);
    }
    store<f32>(ref, <f32>i, 12);
    store<f32>(ref, 0, 28);
  }
}

@inline function growBin(bin: usize, lo: v128, hi: v128): void {
  v128.store(bin, f32x4.pmin(v128.load(bin), lo));
  v128.store(bin, f32x4.pmax(v128.load(bin, 16), hi), 16);
  store<i32>(bin, load<i32>(bin, 32) + 1, 32);
}

let splitAxis: i32 = -1;
let splitBin: i32 = 0;

function fillBins(from: usize, to: usize, bins: usize, centreLo: v128, scale: v128): void {
  const inf = f32x4.splat(1e30), minusInf = f32x4.splat(-1e30);
  for (let b = bins, end = bins + <usize>(3 * BINS) * BIN_BYTES; b < end; b += BIN_BYTES) {
    v128.store(b, inf);
    v128.store(b, minusInf, 16);
    store<i32>(b, 0, 32);
  }
  for (let ref = from; ref < to; ref += REF_BYTES) {
    const lo = v128.load(ref), hi = v128.load(ref, 16);
    const slot = i32x4.trunc_sat_f32x4_s(f32x4.mul(f32x4.sub(f32x4.add(lo, hi), centreLo), scale));
    growBin(bins + <usize>i32x4.extract_lane(slot, 0) * BIN_BYTES, lo, hi);
    growBin(bins + <usize>(BINS + i32x4.extract_lane(slot, 1)) * BIN_BYTES, lo, hi);
    growBin(bins + <usize>(2 * BINS + i32x4.extract_lane(slot, 2)) * BIN_BYTES, lo, hi);
  }
}

/** Cheapest of the 3 x 15 splits into `splitAxis` and `splitBin`; axis -1 where nothing separates the centres. */
function chooseSplit(bins: usize, rightCost: usize): void {
  const inf = f32x4.splat(1e30), minusInf = f32x4.splat(-1e30);
  let best: f32 = 1e30;
  splitAxis = -1;
  for (let axis = 0; axis < 3; axis++) {
    const row = bins + <usize>(axis * BINS) * BIN_BYTES;
    let lo = inf, hi = minusInf;
    let n = 0;
    for (let b = BINS - 1; b > 0; b--) {
      const bin = row + <usize>b * BIN_BYTES;
      lo = f32x4.pmin(lo, v128.load(bin));
      hi = f32x4.pmax(hi, v128.load(bin, 16));
      n += load<i32>(bin, 32);
      store<f32>(rightCost + (<usize>b << 2), n > 0 ? halfArea(lo, hi) * blocksFor(n) : <f32>1e30);
    }
    lo = inf; hi = minusInf; n = 0;
    for (let b = 0; b < BINS - 1; b++) {
      const bin = row + <usize>b * BIN_BYTES;
      lo = f32x4.pmin(lo, v128.load(bin));
      hi = f32x4.pmax(hi, v128.load(bin, 16));
      n += load<i32>(bin, 32);
      if (n == 0) continue;
      const cost = halfArea(lo, hi) * blocksFor(n) + load<f32>(rightCost + (<usize>(b + 1) << 2));
      if (cost < best) { best = cost; splitAxis = axis; splitBin = b; }
    }
  }
}

/** Moves references of bins up to `splitBin` to the front and says where the back begins. */
function partition(from: usize, to: usize, centreLo: f32, scale: f32): usize {
  const axis = <usize>splitAxis << 2;
  let left = from, right = to;
  while (left < right) {
    const bin = <i32>((load<f32>(left + axis) + load<f32>(left + axis, 16) - centreLo) * scale);
    if (bin <= splitBin) { left += REF_BYTES; continue; }
    right -= REF_BYTES;
    const lo = v128.load(left), hi = v128.load(left, 16);
    v128.store(left, v128.load(right));
    v128.store(left, v128.load(right, 16), 16);
    v128.store(right, lo);
    v128.store(right, hi, 16);
  }
  return left;
}

@inline function lane(v: v128, scratch: usize, index: i32): f32 {
  v128.store(scratch, v);
  return load<f32>(scratch + (<usize>index << 2));
}

/**
 * Builds the binary tree and returns how many four-wide nodes and blocks it needs: blocks, with the nodes bound by
 * `innerCount()`. Node: low corner and first child (or first reference), high corner and count (0 for an inner node).
 */
export function buildBinary(count: i32, positions: usize, indices: usize, refs: usize, nodes: usize, scratch: usize): i32 {
  makeReferences(count, positions, indices, refs);
  const bins = scratch;
  const rightCost = bins + <usize>(3 * BINS) * BIN_BYTES;
  const lanes = rightCost + 128;
  const base = lanes + 64;
  const inf = f32x4.splat(1e30), minusInf = f32x4.splat(-1e30);
  let nodeCount = 1;
  leafCount = 0;
  let top = base;
  store<i32>(top, 0); store<i32>(top, 0, 4); store<i32>(top, count, 8); store<i32>(top, 0, 12);
  top += 16;
  while (top > base) {
    top -= 16;
    const self = load<i32>(top), first = load<i32>(top, 4), n = load<i32>(top, 8), depth = load<i32>(top, 12);
    const from = refs + <usize>first * REF_BYTES, to = from + <usize>n * REF_BYTES;
    let lo = inf, hi = minusInf, centreLo = inf, centreHi = minusInf;
    for (let ref = from; ref < to; ref += REF_BYTES) {
      const l = v128.load(ref), h = v128.load(ref, 16), c = f32x4.add(l, h);
      lo = f32x4.pmin(lo, l);
      hi = f32x4.pmax(hi, h);
      centreLo = f32x4.pmin(centreLo, c);
      centreHi = f32x4.pmax(centreHi, c);
    }
    const node = nodes + <usize>self * NODE2_BYTES;
    v128.store(node, lo);
    v128.store(node, hi, 16);
    if (n <= LEAF_TRIANGLES) {
      store<i32>(node, first, 12);
      store<i32>(node, n, 28);
      leafCount++;
      continue;
    }
    let middle = first + (n >> 1);
    if (depth < SAH_DEPTH) {
      const scale = f32x4.div(f32x4.splat(<f32>BINS * <f32>0.9999), f32x4.max(f32x4.sub(centreHi, centreLo), f32x4.splat(1e-20)));
      fillBins(from, to, bins, centreLo, scale);
      chooseSplit(bins, rightCost);
      if (splitAxis >= 0) {
        const at = partition(from, to, lane(centreLo, lanes, splitAxis), lane(scale, lanes, splitAxis));
        const m = <i32>((at - refs) / REF_BYTES);
        if (m > first && m < first + n) middle = m;
      }
    }
    const child = nodeCount;
    nodeCount += 2;
    store<i32>(node, child, 12);
    store<i32>(node, 0, 28);
    store<i32>(top, child + 1); store<i32>(top, middle, 4); store<i32>(top, first + n - middle, 8); store<i32>(top, depth + 1, 12);
    store<i32>(top, child, 16); store<i32>(top, first, 20); store<i32>(top, middle - first, 24); store<i32>(top, depth + 1, 28);
    top += 32;
  }
  return leafCount;
}

@inline function boxArea(node: usize): f32 { return halfArea(v128.load(node), v128.load(node, 16)); }

/** Opens the largest inner child until there are four (or only leaves) and leaves their numbers at `picked`. */
function pickChildren(nodes: usize, root: i32, picked: usize): i32 {
  let n = 1;
  store<i32>(picked, root);
  while (n < 4) {
    let widest = -1;
    let widestArea: f32 = -1;
    for (let i = 0; i < n; i++) {
      const node = nodes + <usize>load<i32>(picked + (<usize>i << 2)) * NODE2_BYTES;
      if (load<i32>(node, 28) != 0) continue;
      const area = boxArea(node);
      if (area > widestArea) { widestArea = area; widest = i; }
    }
    if (widest < 0) break;
    const child = load<i32>(nodes + <usize>load<i32>(picked + (<usize>widest << 2)) * NODE2_BYTES, 12);
    store<i32>(picked + (<usize>widest << 2), child);
    store<i32>(picked + (<usize>n << 2), child + 1);
    n++;
  }
  return n;
}

/** How many four-wide nodes `widen` will write, so that the host can make room for exactly these. */
export function countWide(nodes: usize, scratch: usize): i32 {
  const base = scratch + 64;
  let top = base, total = 0;
  store<i32>(top, 0);
  top += 4;
  while (top > base) {
    top -= 4;
    total++;
    const n = pickChildren(nodes, load<i32>(top), scratch);
    for (let i = 0; i < n; i++) {
      const c = load<i32>(scratch + (<usize>i << 2));
      if (load<i32>(nodes + <usize>c * NODE2_BYTES, 28) == 0) { store<i32>(top, c); top += 4; }
    }
  }
  return total;
}

function writeBlock(block: usize, refs: usize, first: i32, n: i32, positions: usize, indices: usize, triangleMesh: usize, meshes: usize, materials: usize): void {
  memory.fill(block, 0, BLOCK_BYTES);
  for (let t = 0; t < n; t++) {
    const id = <i32>load<f32>(refs + <usize>(first + t) * REF_BYTES, 12);
    const tri = indices + <usize>id * 12;
    const a = positions + <usize>load<u32>(tri) * 12;
    const b = positions + <usize>load<u32>(tri, 4) * 12;
    const c = positions + <usize>load<u32>(tri, 8) * 12;
    const at = block + (<usize>t << 2);
    for (let axis: usize = 0; axis < 3; axis++) {
      const origin = load<f32>(a + (axis << 2));
      store<f32>(at + (axis << 4), origin);
      store<f32>(at + (axis << 4), load<f32>(b + (axis << 2)) - origin, 48);
      store<f32>(at + (axis << 4), load<f32>(c + (axis << 2)) - origin, 96);
    }
    const mesh = meshes + <usize>load<u32>(triangleMesh + (<usize>id << 2)) * MESH_STRIDE;
    const flags = load<u32>(materials + <usize>load<u32>(mesh) * MATERIAL_STRIDE, 48);
    // The sign bit marks a see-through triangle, which a shadow ray must not take for an obstacle.
    store<u32>(at, (flags & FLAG_SEE_THROUGH) != 0 ? <u32>id | 0x80000000 : <u32>id, 144);
  }
}

/** Writes four-wide nodes (three low lanes, three high lanes, child offsets) and blocks; a leaf is the complement of its block's offset. */
export function widen(nodes2: usize, refs: usize, positions: usize, indices: usize, triangleMesh: usize, meshes: usize, materials: usize, nodes4: usize, blocks: usize, scratch: usize): void {
  const base = scratch + 64;
  let top = base;
  let blockCount: usize = 0;
  node4Count = 1;
  store<i32>(top, 0); store<i32>(top, 0, 4);
  top += 8;
  while (top > base) {
    top -= 8;
    const root = load<i32>(top);
    const out = nodes4 + <usize>load<i32>(top, 4) * NODE4_BYTES;
    const n = pickChildren(nodes2, root, scratch);
    for (let i = 0; i < 4; i++) {
      const at = out + (<usize>i << 2);
      if (i >= n) {
        for (let axis: usize = 0; axis < 48; axis += 16) {
          store<f32>(at + axis, 1e30);
          store<f32>(at + axis, -1e30, 48);
        }
        store<i32>(at, 0, 96);
        continue;
      }
      const child = load<i32>(scratch + (<usize>i << 2));
      const node = nodes2 + <usize>child * NODE2_BYTES;
      for (let axis: usize = 0; axis < 3; axis++) {
        store<f32>(at + (axis << 4), load<f32>(node + (axis << 2)));
        store<f32>(at + (axis << 4), load<f32>(node + (axis << 2), 16), 48);
      }
      const triangles = load<i32>(node, 28);
      if (triangles > 0) {
        const offset = blockCount * BLOCK_BYTES;
        blockCount++;
        writeBlock(blocks + offset, refs, load<i32>(node, 12), triangles, positions, indices, triangleMesh, meshes, materials);
        store<u32>(at, ~<u32>offset, 96);
      } else {
        store<u32>(at, <u32>node4Count * <u32>NODE4_BYTES, 96);
        store<i32>(top, child); store<i32>(top, node4Count, 4);
        top += 8;
        node4Count++;
      }
    }
  }
}
