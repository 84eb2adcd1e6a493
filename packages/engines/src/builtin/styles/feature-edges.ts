import type { TraceMesh } from '@diorama/tracer';

/** Edges where a surface ends or bends: xyz of both ends, world space. */
export interface FeatureEdges {
  readonly ends: Float32Array;
  readonly count: number;
}

const CREASE_COSINE = Math.cos((30 * Math.PI) / 180);
/** Beyond this many triangles a drawing of all edges is a grey mass, and finding them takes too long. */
const TRIANGLES_MAX = 250_000;

/** @returns No edges when the scene is too fine for a line drawing of hidden edges. */
export function findFeatureEdges(meshes: readonly TraceMesh[], weldM: number): FeatureEdges {
  const triangles = meshes.reduce((sum, mesh) => sum + mesh.indices.length / 3, 0);
  if (triangles > TRIANGLES_MAX) return { ends: new Float32Array(0), count: 0 };
  const found: number[] = [];
  for (const mesh of meshes) collect(mesh, weldM, found);
  return { ends: Float32Array.from(found), count: found.length / 6 };
}

function collect({ positions, indices }: TraceMesh, weldM: number, found: number[]): void {
  // Vertices are split at seams and hard edges; by position they belong together again.
  const ids = new Map<string, number>();
  const welded = new Uint32Array(positions.length / 3);
  for (let v = 0; v < welded.length; v++) {
    const key = `${Math.round(positions[v * 3]! / weldM)},${Math.round(positions[v * 3 + 1]! / weldM)},${Math.round(positions[v * 3 + 2]! / weldM)}`;
    const known = ids.get(key);
    welded[v] = known ?? v;
    if (known === undefined) ids.set(key, v);
  }
  const open = new Map<number, { nx: number; ny: number; nz: number; a: number; b: number; keep: boolean }>();
  const vertices = welded.length;
  for (let t = 0; t + 2 < indices.length; t += 3) {
    const corner = [welded[indices[t]!]!, welded[indices[t + 1]!]!, welded[indices[t + 2]!]!] as const;
    const at = (v: number, axis: number) => positions[v * 3 + axis]!;
    const [a, b, c] = corner;
    const ux = at(b, 0) - at(a, 0);
    const uy = at(b, 1) - at(a, 1);
    const uz = at(b, 2) - at(a, 2);
    const vx = at(c, 0) - at(a, 0);
    const vy = at(c, 1) - at(a, 1);
    const vz = at(c, 2) - at(a, 2);
    let nx = uy * vz - uz * vy;
    let ny = uz * vx - ux * vz;
    let nz = ux * vy - uy * vx;
    const length = Math.hypot(nx, ny, nz);
    if (!(length > 0)) continue;
    nx /= length;
    ny /= length;
    nz /= length;
    for (let e = 0; e < 3; e++) {
      const from = corner[e]!;
      const to = corner[(e + 1) % 3]!;
      if (from === to) continue;
      const key = Math.min(from, to) * vertices + Math.max(from, to);
      const other = open.get(key);
      if (!other) open.set(key, { nx, ny, nz, a: from, b: to, keep: true });
      else other.keep = other.nx * nx + other.ny * ny + other.nz * nz < CREASE_COSINE;
    }
  }
  for (const { a, b, keep } of open.values()) {
    if (keep)
      found.push(
        positions[a * 3]!,
        positions[a * 3 + 1]!,
        positions[a * 3 + 2]!,
        positions[b * 3]!,
        positions[b * 3 + 1]!,
        positions[b * 3 + 2]!,
      );
  }
}
