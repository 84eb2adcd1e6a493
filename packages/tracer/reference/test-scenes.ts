// Small scenes in code, for tests and benchmarks.
import type {
  TraceCamera,
  TraceEnvironment,
  TraceMaterial,
  TraceMesh,
  TraceScene,
  Vec3,
} from '../src/trace-scene-types.ts';

/** A dull white material; change what matters. */
export function aMaterial(changes: Partial<TraceMaterial> = {}): TraceMaterial {
  return {
    baseColor: [0.8, 0.8, 0.8],
    alpha: 1,
    baseColorTexture: null,
    metallic: 0,
    roughness: 1,
    metallicRoughnessTexture: null,
    normalTexture: null,
    normalScale: 1,
    occlusionTexture: null,
    occlusionStrength: 1,
    emissive: [0, 0, 0],
    emissiveTexture: null,
    alphaMode: 'opaque',
    alphaCutoff: 0.5,
    doubleSided: false,
    ior: 1.5,
    specular: 1,
    transmission: 0,
    thinWalled: false,
    attenuationColor: [1, 1, 1],
    attenuationDistanceM: Number.POSITIVE_INFINITY,
    clearcoat: 0,
    clearcoatRoughness: 0,
    sheenColor: [0, 0, 0],
    sheenRoughness: 0,
    unlit: false,
    procedural: null,
    wetness: 0,
    puddleSizeM: 1.8,
    ...changes,
  };
}

function mesh(
  positions: readonly number[],
  normals: readonly number[],
  uvs: readonly number[] | null,
  indices: readonly number[],
  material: number,
  objectId: number,
): TraceMesh {
  return {
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    tangents: null,
    uv0: uvs === null ? null : Float32Array.from(uvs),
    uv1: null,
    colors: null,
    indices: Uint32Array.from(indices),
    material,
    objectId,
  };
}

/** Level square of half size `half` at height `y`, facing up; its texture's top left lies at (-x, -z). */
export function aFloor(half: number, material: number, objectId = 1, y = 0): TraceMesh {
  return mesh(
    [-half, y, -half, -half, y, half, half, y, half, half, y, -half],
    [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0],
    [0, 0, 0, 1, 1, 1, 1, 0],
    [0, 1, 2, 0, 2, 3],
    material,
    objectId,
  );
}

/** Latitude-longitude sphere with smooth normals; `segments` x `segments` x 1 triangles. */
export function aSphere(
  centre: Vec3,
  radius: number,
  material: number,
  objectId = 1,
  segments = 48,
): TraceMesh {
  const positions: number[] = [];
  const normals: number[] = [];
  const uvs: number[] = [];
  const indices: number[] = [];
  const rows = segments / 2;
  for (let row = 0; row <= rows; row++) {
    for (let column = 0; column <= segments; column++) {
      const theta = (Math.PI * row) / rows;
      const phi = (2 * Math.PI * column) / segments;
      const n: Vec3 = [Math.sin(theta) * Math.sin(phi), Math.cos(theta), Math.sin(theta) * Math.cos(phi)];
      positions.push(centre[0] + n[0] * radius, centre[1] + n[1] * radius, centre[2] + n[2] * radius);
      normals.push(...n);
      uvs.push(column / segments, row / rows);
    }
  }
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < segments; column++) {
      const a = row * (segments + 1) + column;
      const b = a + segments + 1;
      indices.push(a, b, a + 1, a + 1, b, b + 1);
    }
  }
  return mesh(positions, normals, uvs, indices, material, objectId);
}

/** Tube wound into a (2, 3) torus knot: many small triangles at all angles. */
export function aTorusKnot(
  centre: Vec3,
  size: number,
  along: number,
  around: number,
  material: number,
  objectId = 1,
): TraceMesh {
  const curve = (t: number): Vec3 => {
    const r = size * (2 + Math.cos(3 * t)) * 0.5;
    return [r * Math.cos(2 * t), size * 0.5 * Math.sin(3 * t), r * Math.sin(2 * t)];
  };
  const positions: number[] = [];
  const normals: number[] = [];
  const indices: number[] = [];
  for (let i = 0; i <= along; i++) {
    const t = (2 * Math.PI * i) / along;
    const p = curve(t);
    const q = curve(t + 1e-3);
    const tangent = [q[0] - p[0], q[1] - p[1], q[2] - p[2]] as const;
    const l = Math.hypot(...tangent);
    const [tx, ty, tz] = [tangent[0] / l, tangent[1] / l, tangent[2] / l];
    const side: Vec3 = [-tz / Math.hypot(tx, tz), 0, tx / Math.hypot(tx, tz)];
    const up: Vec3 = [ty * side[2] - tz * side[1], tz * side[0] - tx * side[2], tx * side[1] - ty * side[0]];
    for (let j = 0; j <= around; j++) {
      const a = (2 * Math.PI * j) / around;
      const n = [0, 1, 2].map((c) => (side[c] as number) * Math.cos(a) + (up[c] as number) * Math.sin(a));
      for (const c of [0, 1, 2]) {
        positions.push((centre[c] as number) + (p[c] as number) + (n[c] as number) * size * 0.33);
        normals.push(n[c] as number);
      }
    }
  }
  for (let i = 0; i < along; i++) {
    for (let j = 0; j < around; j++) {
      const a = i * (around + 1) + j;
      const b = a + around + 1;
      indices.push(a, a + 1, b, b, a + 1, b + 1);
    }
  }
  return mesh(positions, normals, null, indices, material, objectId);
}

/** The same radiance from everywhere. */
export function aConstantSky(r = 1, g = r, b = r): TraceEnvironment {
  const rgb = new Float32Array(16 * 8 * 3);
  for (let i = 0; i < rgb.length; i += 3) rgb.set([r, g, b], i);
  return { width: 16, height: 8, rgb, rotationDegrees: 0, intensity: 1 };
}

export function aCamera(position: Vec3, target: Vec3, changes: Partial<TraceCamera> = {}): TraceCamera {
  return {
    position,
    target,
    up: [0, 1, 0],
    fovYDegrees: 30,
    apertureRadiusM: 0,
    focusDistanceM: 1,
    ...changes,
  };
}

/** A scene with nothing in it under a constant sky of 1. */
export function aScene(changes: Partial<TraceScene> = {}): TraceScene {
  return {
    meshes: [],
    materials: [aMaterial()],
    textures: [],
    lights: [],
    environment: aConstantSky(),
    background: { kind: 'environment' },
    ...changes,
  };
}

/** Small fast generator for tests, so that a seed in a title replays the case (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The benchmark's scene: floor, ball, mirror knot; about 51,000 triangles, or 1.05 million when `fine`. */
export function aBenchmarkScene(fine: boolean): TraceScene {
  return aScene({
    meshes: [
      aFloor(10, 0, 1),
      aSphere([-1.1, 0.7, 0], 0.7, 1, 2, fine ? 724 : 136),
      aTorusKnot([0.9, 0.75, 0], 0.45, fine ? 2048 : 256, fine ? 128 : 64, 2, 3),
    ],
    materials: [
      aMaterial({ baseColor: [0.3, 0.25, 0.2], roughness: 0.6 }),
      aMaterial({ baseColor: [0.6, 0.03, 0.03], roughness: 0.2 }),
      aMaterial({ baseColor: [1, 1, 1], roughness: 0.05, metallic: 1 }),
    ],
    lights: [
      {
        kind: 'directional',
        direction: [-0.295, -0.788, -0.541],
        irradiance: [3, 3, 3],
        angularDiameterDegrees: 0.53,
      },
    ],
    environment: aConstantSky(0.5, 0.6, 0.8),
  });
}
export const BENCHMARK_CAMERA = aCamera([3, 2.2, 4.5], [0, 0.6, 0], { fovYDegrees: 40 });
