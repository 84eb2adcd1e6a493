import type { TraceMaterial, TraceMesh } from '@diorama/tracer';

/** Lets at least this much light through. */
const CLEAR = 0.5;
/** Share of the surface that must face one way or its opposite; the rest are the thin sides of a sheet. */
const FLAT_SHARE = 0.9;
const PARALLEL = 0.99;

/** Whether a mesh is a flat sheet of clear glass, as in a window. A drinking glass is none, nor is water. */
export function isPane(mesh: TraceMesh, { transmission, thinWalled }: TraceMaterial): boolean {
  return thinWalled && transmission >= CLEAR && isFlat(mesh);
}

function isFlat({ positions, indices }: TraceMesh): boolean {
  const count = Math.floor(indices.length / 3);
  // Crosswise products: as long as twice the triangle's area, across its plane.
  const across = new Float64Array(count * 3);
  const areas = new Float64Array(count);
  let largest = 0;
  let total = 0;
  for (let t = 0; t < count; t++) {
    const [a, b, c] = [indices[t * 3]! * 3, indices[t * 3 + 1]! * 3, indices[t * 3 + 2]! * 3];
    const [ux, uy, uz] = [0, 1, 2].map((k) => positions[b + k]! - positions[a + k]!) as [
      number,
      number,
      number,
    ];
    const [vx, vy, vz] = [0, 1, 2].map((k) => positions[c + k]! - positions[a + k]!) as [
      number,
      number,
      number,
    ];
    across[t * 3] = uy * vz - uz * vy;
    across[t * 3 + 1] = uz * vx - ux * vz;
    across[t * 3 + 2] = ux * vy - uy * vx;
    areas[t] = Math.hypot(across[t * 3]!, across[t * 3 + 1]!, across[t * 3 + 2]!);
    total += areas[t]!;
    if (areas[t]! > areas[largest]!) largest = t;
  }
  let parallel = 0;
  for (let t = 0; t < count; t++) {
    let dot = 0;
    for (let k = 0; k < 3; k++) dot += across[t * 3 + k]! * across[largest * 3 + k]!;
    if (Math.abs(dot) >= PARALLEL * areas[t]! * areas[largest]!) parallel += areas[t]!;
  }
  return total > 0 && parallel >= FLAT_SHARE * total;
}
