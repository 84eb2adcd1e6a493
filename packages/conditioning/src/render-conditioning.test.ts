import { type Camera, CONTROL_MAP_NAMES } from '@diorama/contracts';
import { importModel, readGltf } from '@diorama/gltf';
import { aScene, type SceneBuilder } from '@diorama/testkit';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ConditioningInput, ControlImage } from './conditioning-types.ts';
import { renderConditioning } from './render-conditioning.ts';

const signal = new AbortController().signal;
const STRAIGHT: Camera = { position: [0, 0, 5], target: [0, 0, 0], fovYDegrees: 40 };

async function inputFor(
  builder: SceneBuilder,
  changes: Partial<ConditioningInput> = {},
): Promise<ConditioningInput> {
  const bytes = builder.toGlb();
  const document = importModel(await readGltf(bytes), {
    assetId: `sha256-${'0'.repeat(64)}`,
    name: 'test.glb',
  });
  return {
    document,
    sources: new Map(Object.keys(document.sources).map((id) => [id, bytes])),
    camera: STRAIGHT,
    size: { width: 128, height: 96 },
    maps: [],
    capture: false,
    signal,
    ...changes,
  };
}

async function pixelsOf({ png, size }: ControlImage) {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ ...size, channels: 3 });
  return {
    ...size,
    at: (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)],
    data,
  };
}

/** Where a point of the world lies in the picture, in pixels with centres at whole numbers; written out as three.js does. */
function project(
  point: readonly number[],
  { position, target, fovYDegrees }: Camera,
  size: { width: number; height: number },
): [number, number] {
  const unit = (v: number[]) => v.map((c) => c / Math.hypot(...v));
  const cross = (a: number[], b: number[]) =>
    [0, 1, 2].map((i) => a[(i + 1) % 3]! * b[(i + 2) % 3]! - a[(i + 2) % 3]! * b[(i + 1) % 3]!);
  const dot = (a: number[], b: number[]) => a.reduce((sum, c, i) => sum + c * b[i]!, 0);
  const z = unit(position.map((p, i) => p - target[i]!));
  const x = unit(cross([0, 1, 0], z));
  const y = cross(z, x);
  const offset = point.map((p, i) => p - position[i]!);
  const focal = 1 / Math.tan((fovYDegrees * Math.PI) / 360);
  const ndcX = ((dot(offset, x) / -dot(offset, z)) * focal * size.height) / size.width;
  const ndcY = (dot(offset, y) / -dot(offset, z)) * focal;
  return [((ndcX + 1) / 2) * size.width - 0.5, ((1 - ndcY) / 2) * size.height - 0.5];
}

describe('control maps of a sphere before a wall', () => {
  const size = { width: 160, height: 120 };
  const scene = aScene('Sphere')
    .withSphere({ name: 'Ball', radius: 1, rings: 96, color: [0.8, 0.1, 0.1] })
    .withBox({ name: 'Wall', at: [0, 0, -3.5], size: [6, 4, 1] });
  const result = inputFor(scene, { size, maps: CONTROL_MAP_NAMES }).then(renderConditioning);
  const mapOf = async (name: (typeof CONTROL_MAP_NAMES)[number]) => pixelsOf((await result).maps.get(name)!);

  /** The hit of a pixel's centre with the sphere, computed by hand. */
  function hit(px: number, py: number): { normal: number[]; depth: number } | null {
    const tan = Math.tan((20 * Math.PI) / 180);
    const d = [
      ((2 * (px + 0.5)) / size.width - 1) * tan * (size.width / size.height),
      (1 - (2 * (py + 0.5)) / size.height) * tan,
      -1,
    ];
    const [a, b, c] = [d[0]! ** 2 + d[1]! ** 2 + 1, -5, 24];
    const root = b * b - a * c;
    if (root < 0) return null;
    const t = (-b - Math.sqrt(root)) / a;
    return { normal: [d[0]! * t, d[1]! * t, 5 - t], depth: t };
  }

  it('gives every map at the asked size', async () => {
    const { maps } = await result;
    expect([...maps.keys()]).toEqual([...CONTROL_MAP_NAMES]);
    for (const image of maps.values()) {
      expect(image.size).toEqual(size);
      expect((await sharp(image.png).metadata()).icc?.length).toBeGreaterThan(100);
    }
  });

  it('points normals right in red, up in green, to the viewer in blue', async () => {
    const normal = await mapOf('normal');
    for (const [x, y] of [
      [80, 60],
      [95, 55],
      [70, 70],
      [80, 40],
      [100, 65],
    ] as const) {
      const expected = hit(x, y)!.normal.map((n) => (n * 0.5 + 0.5) * 255);
      for (const [c, value] of normal.at(x, y).entries())
        expect(Math.abs(value - expected[c]!)).toBeLessThan(3);
    }
    expect(normal.at(2, 2)).toEqual([128, 128, 255]);
  });

  it('shows inverse depth: near white, far dark, nothing black', async () => {
    const depth = await mapOf('depth');
    const [near, far] = [1 / 4, 1 / 8];
    for (const [x, y] of [
      [80, 60],
      [95, 55],
      [70, 70],
      [80, 40],
    ] as const) {
      const expected = 255 * (0.02 + (0.98 * (1 / hit(x, y)!.depth - far)) / (near - far));
      expect(Math.abs(depth.at(x, y)[0]! - expected)).toBeLessThan(1.6);
    }
    const wall = depth.at(30, 60)[0]!;
    expect(wall).toBeGreaterThan(0);
    expect(wall).toBeLessThan(16);
    expect(depth.at(2, 2)).toEqual([0, 0, 0]);
  });

  it('keeps to pure colours in maps of objects, one for each object, and tells their share', async () => {
    const segmentation = await mapOf('segmentation');
    const { objects } = await result;
    expect(objects.map(({ name }) => name)).toEqual(['Wall', 'Ball']);
    const counts = new Map<string, number>();
    for (let i = 0; i < size.width * size.height; i++) {
      const hex = `#${segmentation.data.subarray(i * 3, i * 3 + 3).toString('hex')}`;
      counts.set(hex, (counts.get(hex) ?? 0) + 1);
    }
    expect(counts.size).toBe(3);
    for (const { colorSrgb, coverage } of objects)
      expect(counts.get(colorSrgb)! / (size.width * size.height)).toBeCloseTo(coverage, 9);
  });

  it('draws canny edges of one pixel in white where the form ends and nowhere on its smooth sides', async () => {
    const canny = await mapOf('canny');
    expect(new Set(canny.data)).toEqual(new Set([0, 255]));
    const row = Array.from({ length: size.width }, (_, x) => canny.at(x, 60)[0]! > 0).flatMap((lit, x) =>
      lit ? [x] : [],
    );
    // Wall's outline, ball's outline, ball's, wall's.
    const rim = Array.from({ length: size.width }, (_, x) => x).filter((x) => hit(x, 60));
    expect(row).toHaveLength(4);
    expect(Math.abs(row[1]! - rim[0]!)).toBeLessThanOrEqual(1);
    expect(Math.abs(row[2]! - rim.at(-1)!)).toBeLessThanOrEqual(1);
  });

  it('draws soft white lines on black for line art', async () => {
    const lineart = await mapOf('lineart');
    const values = new Set(lineart.data);
    expect(values.size).toBeGreaterThan(3);
    expect(lineart.at(80, 60)).toEqual([0, 0, 0]);
    const rim = Array.from({ length: size.width }, (_, x) => x).find((x) => hit(x, 60))!;
    expect(Math.max(...[-1, 0, 1].map((d) => lineart.at(rim + d, 60)[0]!))).toBeGreaterThan(120);
  });
});

describe('renderConditioning', () => {
  it.each([
    { position: [3, 2, 4], target: [0.2, 0.4, 0], fovYDegrees: 35 },
    { position: [-2, 5, 1], target: [0.5, 0, -0.5], fovYDegrees: 70 },
  ] satisfies Camera[])('puts points where the viewport puts them', async (camera) => {
    const points = Array.from(
      { length: 12 },
      (_, i) => [((i * 0.61) % 2) - 1, (i * 0.37) % 1, ((i * 0.83) % 2) - 1] as const,
    );
    let builder = aScene('Points');
    for (const [i, at] of points.entries())
      builder = builder.withSphere({ name: `P${i}`, at, radius: 0.03, rings: 16 });
    const size = { width: 800, height: 450 };
    const { maps, objects } = await renderConditioning(
      await inputFor(builder, { camera, size, maps: ['segmentation'] }),
    );
    const picture = await pixelsOf(maps.get('segmentation')!);
    const sums = new Map<string, { x: number; y: number; count: number }>();
    for (let i = 0; i < size.width * size.height; i++) {
      if (picture.data[i * 3]! + picture.data[i * 3 + 1]! + picture.data[i * 3 + 2]! === 0) continue;
      const color = `#${picture.data.subarray(i * 3, i * 3 + 3).toString('hex')}`;
      const sum = sums.get(color) ?? { x: 0, y: 0, count: 0 };
      sum.x += i % size.width;
      sum.y += Math.floor(i / size.width);
      sum.count++;
      sums.set(color, sum);
    }
    const off = { x: 0, y: 0 };
    for (const [i, point] of points.entries()) {
      const { x: sx, y: sy, count } = sums.get(objects.find(({ name }) => name === `P${i}`)!.colorSrgb)!;
      const [x, y] = project(point, camera, size);
      expect(Math.abs(sx / count - x)).toBeLessThan(0.5);
      expect(Math.abs(sy / count - y)).toBeLessThan(0.5);
      off.x += (sx / count - x) / points.length;
      off.y += (sy / count - y) / points.length;
    }
    // Half a pixel off, the usual mistake, would show.
    expect(Math.abs(off.x)).toBeLessThan(0.12);
    expect(Math.abs(off.y)).toBeLessThan(0.12);
  });

  it('finds edges between colours of one surface', async () => {
    const half = await sharp({ create: { width: 32, height: 64, channels: 3, background: '#ffffff' } })
      .png()
      .toBuffer();
    const texture = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#202020' } })
      .composite([{ input: half, left: 0, top: 0 }])
      .png()
      .toBuffer();
    const card = aScene('Card').withBox({ name: 'Card', size: [2, 2, 0.1], texture });
    const { maps } = await renderConditioning(await inputFor(card, { maps: ['canny'] }));
    const canny = await pixelsOf(maps.get('canny')!);
    const row = Array.from({ length: 128 }, (_, x) => canny.at(x, 48)[0]! > 0).flatMap((lit, x) =>
      lit ? [x] : [],
    );
    expect(row.some((x) => Math.abs(x - 63.5) < 2)).toBe(true);
  });

  it('makes a mask of the named objects and of what is below them', async () => {
    const builder = aScene('Group')
      .withGroup({ name: 'Pair' })
      .withBox({ name: 'Left', at: [-1, 0, 0], size: [0.8, 0.8, 0.8], under: 'Pair' })
      .withBox({ name: 'Right', at: [1, 0, 0], size: [0.8, 0.8, 0.8] });
    const input = await inputFor(builder, { maps: ['object-mask'] });
    const pair = Object.values(input.document.nodes).find(({ name }) => name === 'Pair')!.id;
    const sideOf = async (objects: readonly string[] | undefined) => {
      const { maps } = await renderConditioning(objects ? { ...input, objects } : input);
      const mask = await pixelsOf(maps.get('object-mask')!);
      return [mask.at(38, 48)[0], mask.at(89, 48)[0], mask.at(64, 5)[0]];
    };
    expect(await sideOf([pair])).toEqual([255, 0, 0]);
    expect(await sideOf(undefined)).toEqual([255, 255, 0]);
    expect(await sideOf([])).toEqual([0, 0, 0]);
  });

  it('gives the same maps with and without a capture, and lights the capture', async () => {
    const scene = aScene('Ball').withSphere({ name: 'Ball', color: [0.8, 0.1, 0.1] });
    const input = await inputFor(scene, {
      size: { width: 64, height: 64 },
      maps: ['normal', 'canny'],
      camera: null,
    });
    const plain = await renderConditioning(input);
    const reports: number[] = [];
    const lit = await renderConditioning({
      ...input,
      capture: true,
      onProgress: (fraction) => reports.push(fraction),
    });
    expect(plain.capture).toBeNull();
    for (const [name, { png }] of plain.maps) expect(Buffer.compare(png, lit.maps.get(name)!.png)).toBe(0);
    const capture = await pixelsOf(lit.capture!);
    const [r, g, b] = capture.at(32, 32);
    expect(r!).toBeGreaterThan(130);
    expect(r! - Math.max(g!, b!)).toBeGreaterThan(60);
    expect(Math.min(...capture.at(1, 1))).toBeGreaterThan(150);
    expect(reports.at(-1)).toBe(1);
    expect([...reports].sort((x, y) => x - y)).toEqual(reports);
  });

  it('looks through window panes but not through glasses', async () => {
    const input = await inputFor(
      aScene('Window')
        .withBox({ name: 'Back', at: [0, 0, -2], size: [1, 1, 1] })
        .withBox({ name: 'Pane', material: 'glass', color: [1, 1, 1], size: [3, 3, 0.02] })
        .withSphere({ name: 'Bubble', material: 'glass', at: [0, 0, 0.5], radius: 0.15 }),
      { maps: ['segmentation'] },
    );
    const document = structuredClone(input.document);
    for (const [id, material] of Object.entries(document.materials))
      document.materials[id] = { ...material, transmission: material.name === 'glass' ? 1 : 0 };
    const namesOf = async (objects?: readonly string[]) =>
      (await renderConditioning({ ...input, document, ...(objects && { objects }) })).objects.map(
        ({ name }) => name,
      );
    expect((await namesOf()).sort()).toEqual(['Back', 'Bubble']);
    const pane = Object.values(document.nodes).find(({ name }) => name === 'Pane')!.id;
    expect(await namesOf([pane])).toContain('Pane');
  });

  it('frames the scene when no camera is given, and tells the camera', async () => {
    const { camera, objects } = await renderConditioning(
      await inputFor(aScene('Far').withBox({ name: 'Box', at: [40, 3, -20] }), {
        camera: null,
        maps: ['depth'],
      }),
    );
    expect(camera.fovYDegrees).toBeGreaterThan(5);
    expect(objects[0]!.coverage).toBeGreaterThan(0.1);
  });

  it('draws an empty scene as nothing', async () => {
    const { maps, objects } = await renderConditioning(
      await inputFor(aScene('Empty').withGroup({ name: 'Nothing' }), {
        camera: null,
        maps: CONTROL_MAP_NAMES,
      }),
    );
    expect(objects).toEqual([]);
    for (const [name, image] of maps)
      expect((await pixelsOf(image)).at(64, 48), name).toEqual(
        name === 'normal' ? [128, 128, 255] : [0, 0, 0],
      );
  });

  it('stops when it is canceled, before and in the middle', async () => {
    const input = await inputFor(aScene('Ball').withSphere(), { maps: CONTROL_MAP_NAMES, capture: true });
    await expect(renderConditioning({ ...input, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'canceled',
    });
    const abort = new AbortController();
    const reports: number[] = [];
    const running = renderConditioning({
      ...input,
      size: { width: 512, height: 512 },
      signal: abort.signal,
      onProgress: (fraction) => {
        reports.push(fraction);
        abort.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'canceled' });
    expect(reports).toHaveLength(1);
  });

  it.each([
    ['no width', { size: { width: 0, height: 64 } }, 'invalid-size'],
    ['half pixels', { size: { width: 64.5, height: 64 } }, 'invalid-size'],
    ['a size that is no number', { size: { width: Number.NaN, height: 64 } }, 'invalid-size'],
    ['a size beyond all limits', { size: { width: 1e6, height: 64 } }, 'invalid-size'],
    ['a camera nowhere', { camera: { ...STRAIGHT, position: [Number.NaN, 0, 0] } }, 'invalid-camera'],
    ['a camera on its target', { camera: { ...STRAIGHT, position: [0, 0, 0] } }, 'invalid-camera'],
    ['a camera without angle', { camera: { ...STRAIGHT, fovYDegrees: 0 } }, 'invalid-camera'],
    ['a scene without its model', { sources: new Map() }, 'invalid-scene'],
  ] satisfies [string, Partial<ConditioningInput>, string][])('refuses %s', async (_, changes, code) => {
    const input = await inputFor(aScene('Ball').withSphere(), { maps: ['depth'] });
    await expect(renderConditioning({ ...input, ...changes })).rejects.toMatchObject({ code });
  });

  it('refuses transforms that are no place', async () => {
    const input = await inputFor(aScene('Ball').withSphere(), { maps: ['depth'] });
    const document = structuredClone(input.document);
    const node = Object.values(document.nodes).find(({ mesh }) => mesh)!;
    document.nodes[node.id] = { ...node, translation: [Number.NaN, 0, 0] };
    await expect(renderConditioning({ ...input, document })).rejects.toMatchObject({ code: 'invalid-scene' });
  });
});
