/** Triangles of a simple shape: centred at the origin but for the plane and grid, which lie at height 0 facing up. */
export interface Shape {
  readonly positions: Float32Array<ArrayBuffer>;
  readonly normals: Float32Array<ArrayBuffer>;
  readonly uvs: Float32Array<ArrayBuffer>;
  readonly indices: Uint32Array<ArrayBuffer>;
}

/** 24 vertices, 12 triangles, edges of the given lengths. */
export function boxShape([width, height, depth]: readonly [number, number, number] = [1, 1, 1]): Shape {
  const positions: number[] = [];
  const normals: number[] = [];
  const uvs: number[] = [];
  const indices: number[] = [];
  const half = [width / 2, height / 2, depth / 2];
  for (const axis of [0, 1, 2])
    for (const sign of [1, -1]) {
      const u = (axis + 1) % 3;
      const v = (axis + 2) % 3;
      const first = positions.length / 3;
      for (const [a, b] of [
        [-1, -1],
        [1, -1],
        [1, 1],
        [-1, 1],
      ] as const) {
        const corner = [0, 0, 0];
        corner[axis] = sign * half[axis]!;
        corner[u] = a * half[u]!;
        corner[v] = b * half[v]!;
        positions.push(...corner);
        const normal = [0, 0, 0];
        normal[axis] = sign;
        normals.push(...normal);
        uvs.push((a + 1) / 2, (1 - b) / 2);
      }
      const order = sign > 0 ? [0, 1, 2, 0, 2, 3] : [0, 2, 1, 0, 3, 2];
      indices.push(...order.map((corner) => first + corner));
    }
  return pack(positions, normals, uvs, indices);
}

/** Rings and twice as many segments. */
export function sphereShape(radius = 0.5, rings = 12): Shape {
  const segments = rings * 2;
  const positions: number[] = [];
  const normals: number[] = [];
  const uvs: number[] = [];
  const indices: number[] = [];
  for (let ring = 0; ring <= rings; ring += 1)
    for (let segment = 0; segment <= segments; segment += 1) {
      const polar = (ring / rings) * Math.PI;
      const turn = (segment / segments) * 2 * Math.PI;
      const normal = [Math.sin(polar) * Math.cos(turn), Math.cos(polar), Math.sin(polar) * Math.sin(turn)];
      normals.push(...normal);
      positions.push(...normal.map((c) => c * radius));
      uvs.push(segment / segments, ring / rings);
    }
  for (let ring = 0; ring < rings; ring += 1)
    for (let segment = 0; segment < segments; segment += 1) {
      const a = ring * (segments + 1) + segment;
      const b = a + segments + 1;
      if (ring > 0) indices.push(a, a + 1, b);
      if (ring < rings - 1) indices.push(b, a + 1, b + 1);
    }
  return pack(positions, normals, uvs, indices);
}

/** A wavy square of `cells` x `cells` x 2 triangles, for tests that need many. */
export function gridShape(size = 1, cells = 1): Shape {
  const side = cells + 1;
  const positions = new Float32Array(side * side * 3);
  const normals = new Float32Array(side * side * 3);
  const uvs = new Float32Array(side * side * 2);
  const indices = new Uint32Array(cells * cells * 6);
  for (let row = 0, vertex = 0; row < side; row += 1)
    for (let column = 0; column < side; column += 1, vertex += 1) {
      const u = column / cells;
      const v = row / cells;
      positions.set(
        [
          (u - 0.5) * size,
          cells > 1 ? Math.sin(u * 20) * Math.cos(v * 20) * size * 0.02 : 0,
          (v - 0.5) * size,
        ],
        vertex * 3,
      );
      normals[vertex * 3 + 1] = 1;
      uvs.set([u, v], vertex * 2);
    }
  for (let row = 0, at = 0; row < cells; row += 1)
    for (let column = 0; column < cells; column += 1, at += 6) {
      const a = row * side + column;
      indices.set([a, a + side, a + 1, a + 1, a + side, a + side + 1], at);
    }
  return { positions, normals, uvs, indices };
}

function pack(positions: number[], normals: number[], uvs: number[], indices: number[]): Shape {
  return {
    positions: new Float32Array(positions),
    normals: new Float32Array(normals),
    uvs: new Float32Array(uvs),
    indices: new Uint32Array(indices),
  };
}
