import { type Document, type Node, NodeIO, type Primitive } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildSample, SAMPLES } from './index.ts';

const MAX_TRIANGLES = 200_000;

interface Placed {
  readonly node: Node;
  readonly primitive: Primitive;
  readonly matrix: readonly number[];
}

function placedPrimitives(document: Document): Placed[] {
  return document
    .getRoot()
    .listNodes()
    .flatMap((node) =>
      (node.getMesh()?.listPrimitives() ?? []).map((primitive) => ({
        node,
        primitive,
        matrix: node.getWorldMatrix(),
      })),
    );
}

function worldBounds(placed: readonly Placed[]): { min: number[]; max: number[] } {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (const { primitive, matrix: m } of placed) {
    const position = primitive.getAttribute('POSITION')!.getArray()!;
    for (let i = 0; i < position.length; i += 3)
      for (let c = 0; c < 3; c++) {
        const x =
          m[c]! * position[i]! + m[4 + c]! * position[i + 1]! + m[8 + c]! * position[i + 2]! + m[12 + c]!;
        min[c] = Math.min(min[c]!, x);
        max[c] = Math.max(max[c]!, x);
      }
  }
  return { min, max };
}

interface Shell {
  readonly closed: boolean;
  /** Six times the enclosed volume; positive when the triangles face outwards. */
  readonly volume: number;
}

/** The separate pieces of a primitive, joined by position. */
function shellsOf(primitive: Primitive): Shell[] {
  const p = primitive.getAttribute('POSITION')!.getArray()!;
  const indices = primitive.getIndices()!.getArray()!;
  const pointOf = new Map<string, number>();
  const point = Int32Array.from({ length: p.length / 3 }, (_, i) => {
    const key = `${Math.round(p[i * 3]! * 2e5)},${Math.round(p[i * 3 + 1]! * 2e5)},${Math.round(p[i * 3 + 2]! * 2e5)}`;
    const known = pointOf.get(key) ?? pointOf.size;
    pointOf.set(key, known);
    return known;
  });
  const parent = Int32Array.from({ length: pointOf.size }, (_, i) => i);
  const find = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root]!;
    parent[i] = root;
    return root;
  };
  for (let t = 0; t < indices.length; t += 3)
    for (const k of [1, 2]) parent[find(point[indices[t + k]!]!)] = find(point[indices[t]!]!);
  const volumes = new Map<number, number>();
  const open = new Map<number, number>();
  for (let t = 0; t < indices.length; t += 3) {
    const root = find(point[indices[t]!]!);
    const [a, b, c] = [indices[t]! * 3, indices[t + 1]! * 3, indices[t + 2]! * 3];
    const volume =
      p[a]! * (p[b + 1]! * p[c + 2]! - p[b + 2]! * p[c + 1]!) +
      p[a + 1]! * (p[b + 2]! * p[c]! - p[b]! * p[c + 2]!) +
      p[a + 2]! * (p[b]! * p[c + 1]! - p[b + 1]! * p[c]!);
    volumes.set(root, (volumes.get(root) ?? 0) + volume);
    // Every edge of a closed skin is walked once in each direction, so these sums cancel.
    for (let k = 0; k < 3; k++) {
      const from = point[indices[t + k]!]!;
      const to = point[indices[t + ((k + 1) % 3)]!]!;
      if (from === to) continue;
      const [low, high] = from < to ? [from, to] : [to, from];
      const edge = low * pointOf.size + high;
      const sum = (open.get(edge) ?? 0) + (from < to ? 1 : -1);
      if (sum === 0) open.delete(edge);
      else open.set(edge, sum);
    }
  }
  const torn = new Set([...open.keys()].map((edge) => find(Math.floor(edge / pointOf.size))));
  return [...volumes].map(([root, volume]) => ({ closed: !torn.has(root), volume }));
}

describe.each(SAMPLES)('sample $id', ({ id, views }) => {
  let glb: Uint8Array;
  let document: Document;
  let placed: Placed[];

  beforeAll(async () => {
    glb = await buildSample(id);
    document = await new NodeIO().registerExtensions(ALL_EXTENSIONS).readBinary(glb);
    placed = placedPrimitives(document);
  });

  it('builds the same bytes every time', async () => {
    expect(Buffer.compare(await buildSample(id), glb)).toBe(0);
  });

  it('stays within the triangle budget', () => {
    const triangles = placed.reduce((n, { primitive }) => n + primitive.getIndices()!.getCount() / 3, 0);
    expect(triangles).toBeGreaterThan(10_000);
    expect(triangles).toBeLessThanOrEqual(MAX_TRIANGLES);
  });

  it('names every node, mesh and material in words', () => {
    const root = document.getRoot();
    const names = [...root.listNodes(), ...root.listMeshes(), ...root.listMaterials()].map((x) =>
      x.getName(),
    );
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9 -]+$/i);
    const materials = root.listMaterials().map((x) => x.getName());
    expect(new Set(materials).size).toBe(materials.length);
    const nodes = root.listNodes().map((x) => x.getName());
    expect(nodes.filter((name, i) => nodes.indexOf(name) !== i)).toEqual([]);
  });

  it('has finite geometry with unit normals and indices in range', () => {
    for (const { node, primitive } of placed) {
      const position = primitive.getAttribute('POSITION')!.getArray()!;
      const normal = primitive.getAttribute('NORMAL')!.getArray()!;
      expect(normal.length, node.getName()).toBe(position.length);
      let worst = 0;
      for (let i = 0; i < normal.length; i += 3)
        worst = Math.max(worst, Math.abs(Math.hypot(normal[i]!, normal[i + 1]!, normal[i + 2]!) - 1));
      expect(worst, node.getName()).toBeLessThan(1e-3);
      expect(position.every(Number.isFinite), node.getName()).toBe(true);
      const uv = primitive.getAttribute('TEXCOORD_0')?.getArray() ?? [];
      expect([...uv].every(Number.isFinite), node.getName()).toBe(true);
      const count = position.length / 3;
      expect(
        primitive
          .getIndices()!
          .getArray()!
          .every((i) => i < count),
        node.getName(),
      ).toBe(true);
    }
  });

  it('faces every closed solid outwards, and glass that refracts is closed', () => {
    let solids = 0;
    const checked = new Set<Primitive>();
    for (const { node, primitive } of placed) {
      if (checked.has(primitive)) continue;
      checked.add(primitive);
      const refracts = primitive.getMaterial()!.getExtension('KHR_materials_volume') !== null;
      for (const shell of shellsOf(primitive)) {
        if (refracts) expect(shell.closed, node.getName()).toBe(true);
        if (!shell.closed) continue;
        solids++;
        expect(shell.volume, node.getName()).toBeGreaterThan(0);
      }
    }
    expect(solids).toBeGreaterThan(10);
  });

  it('agrees between triangle winding and normals', () => {
    for (const { node, primitive } of placed) {
      const p = primitive.getAttribute('POSITION')!.getArray()!;
      const n = primitive.getAttribute('NORMAL')!.getArray()!;
      const indices = primitive.getIndices()!.getArray()!;
      let against = 0;
      for (let t = 0; t < indices.length; t += 3) {
        const [a, b, c] = [indices[t]! * 3, indices[t + 1]! * 3, indices[t + 2]! * 3];
        const e = [0, 1, 2].map((k) => p[b + k]! - p[a + k]!);
        const f = [0, 1, 2].map((k) => p[c + k]! - p[a + k]!);
        const face = [
          e[1]! * f[2]! - e[2]! * f[1]!,
          e[2]! * f[0]! - e[0]! * f[2]!,
          e[0]! * f[1]! - e[1]! * f[0]!,
        ];
        const mean = [0, 1, 2].map((k) => n[a + k]! + n[b + k]! + n[c + k]!);
        if (face[0]! * mean[0]! + face[1]! * mean[1]! + face[2]! * mean[2]! < 0) against++;
      }
      expect(against / (indices.length / 3), node.getName()).toBeLessThan(0.01);
    }
  });

  it('has real-world size and stands on the floor', () => {
    const { min, max } = worldBounds(placed);
    const size = max.map((x, i) => x - min[i]!);
    const [low, high] = { perfume: [1, 5], 'reading-corner': [2.5, 16], pavilion: [50, 250] }[id] as [
      number,
      number,
    ];
    expect(Math.max(...size)).toBeGreaterThan(low);
    expect(Math.max(...size)).toBeLessThan(high);
    expect(min[1]).toBeLessThanOrEqual(0.01);
    expect(min[1]).toBeGreaterThan(id === 'pavilion' ? -2 : -0.1);
  });

  it('saves two views that look at the objects and tell where they focus', () => {
    const cameras = document
      .getRoot()
      .listNodes()
      .filter((node) => node.getCamera());
    expect(cameras.map((node) => node.getName())).toEqual(views.map((view) => view.name));
    expect(cameras.length).toBe(2);
    for (const node of cameras) {
      const m = node.getWorldMatrix();
      const tangent = Math.tan((node.getCamera()!.getYFov() ?? 0) / 2);
      let inside = 0;
      for (const { matrix } of placed) {
        const d = [0, 1, 2].map((k) => matrix[12 + k]! - m[12 + k]!);
        const along = (axis: number): number =>
          d[0]! * m[axis * 4]! + d[1]! * m[axis * 4 + 1]! + d[2]! * m[axis * 4 + 2]!;
        const depth = -along(2);
        if (depth > 0 && Math.abs(along(1)) < tangent * depth && Math.abs(along(0)) < tangent * depth * 1.78)
          inside++;
      }
      expect(inside, node.getName()).toBeGreaterThan(10);
      const extras = node.getExtras() as { focusDistanceM: number; targetDistanceM: number };
      expect(extras.focusDistanceM).toBeGreaterThan(extras.targetDistanceM * 0.4);
      expect(extras.focusDistanceM).toBeLessThan(extras.targetDistanceM * 1.6);
    }
  });

  it('keeps every texture at 512 pixels or less', () => {
    const textures = document.getRoot().listTextures();
    expect(textures.length).toBeGreaterThan(0);
    for (const texture of textures)
      expect(Math.max(...texture.getSize()!), texture.getName()).toBeLessThanOrEqual(512);
  });
});
