import type { TraceMesh, TraceTexture } from '@diorama/tracer';
import { decodePicture } from '../../kit/images/decode-picture.ts';

const TEXTURE_EDGE = 1024;

/** A reference picture as a texture. Mirrored at its borders, since hardly any photograph repeats without a seam. */
export async function referenceTexture(bytes: Uint8Array): Promise<TraceTexture> {
  const { width, height, rgba } = await decodePicture(bytes, TEXTURE_EDGE);
  return { width, height, rgba, wrapS: 'mirror', wrapT: 'mirror', filter: 'linear' };
}

/**
 * The same mesh with texture coordinates from its place in space: each triangle is mapped along the axis it faces
 * most, so that a picture lies on any object without stretching.
 *
 * @param pictureM Metres that one width of the picture covers.
 */
export function withBoxMapping(mesh: TraceMesh, pictureM: number, pictureRatio: number): TraceMesh {
  const count = mesh.indices.length;
  const positions = new Float32Array(count * 3);
  const uv0 = new Float32Array(count * 2);
  const normals = mesh.normals ? new Float32Array(count * 3) : null;
  const colors = mesh.colors ? new Float32Array(count * 4) : null;
  for (let t = 0; t + 2 < count; t += 3) {
    const [a, b, c] = [mesh.indices[t]! * 3, mesh.indices[t + 1]! * 3, mesh.indices[t + 2]! * 3];
    const p = mesh.positions;
    const ux = p[b]! - p[a]!;
    const uy = p[b + 1]! - p[a + 1]!;
    const uz = p[b + 2]! - p[a + 2]!;
    const vx = p[c]! - p[a]!;
    const vy = p[c + 1]! - p[a + 1]!;
    const vz = p[c + 2]! - p[a + 2]!;
    const nx = Math.abs(uy * vz - uz * vy);
    const ny = Math.abs(uz * vx - ux * vz);
    const nz = Math.abs(ux * vy - uy * vx);
    const axis = ny >= nx && ny >= nz ? 1 : nx >= nz ? 0 : 2;
    for (let corner = 0; corner < 3; corner++) {
      const from = mesh.indices[t + corner]!;
      const to = t + corner;
      const [x, y, z] = [p[from * 3]!, p[from * 3 + 1]!, p[from * 3 + 2]!];
      positions.set([x, y, z], to * 3);
      if (normals) for (let k = 0; k < 3; k++) normals[to * 3 + k] = mesh.normals![from * 3 + k]!;
      if (colors) for (let k = 0; k < 4; k++) colors[to * 4 + k] = mesh.colors![from * 4 + k]!;
      const [u, v] = axis === 1 ? [x, z] : axis === 0 ? [z, -y] : [x, -y];
      uv0[to * 2] = u / pictureM;
      uv0[to * 2 + 1] = (v / pictureM) * pictureRatio;
    }
  }
  return {
    ...mesh,
    positions,
    normals,
    tangents: null,
    uv0,
    uv1: null,
    colors,
    indices: Uint32Array.from({ length: count }, (_, i) => i),
  };
}
