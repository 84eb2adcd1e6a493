// Writes the scene into the kernel's memory. Offsets are a contract with native/scene.ts, word by word.
import { buildEnvironmentGrid, coarsenEnvironment } from './environment-grid.ts';
import type {
  ProceduralKind,
  TextureSlot,
  TraceCamera,
  TraceEnvironment,
  TraceMaterial,
  TraceOptions,
  TraceScene,
  Vec3,
} from './trace-scene-types.ts';
import { TracerError } from './tracer-error.ts';

/** The kernel's own constants lie below. */
const DATA_START = 65_536;
const HEADER_BYTES = 256;
const STACK_BYTES = 16_384;
const BUILD_SCRATCH_BYTES = 65_536;
const MESH_WORDS = 8;
const MATERIAL_WORDS = 84;
const TEXTURE_WORDS = 8;
const LIGHT_WORDS = 16;
const PIXEL_BYTES = 64;
const PAGE_BYTES = 65_536;
const MAX_PAGES = 65_536;

const PROCEDURAL_KINDS: readonly ProceduralKind[] = [
  'wood',
  'planks',
  'marble',
  'concrete',
  'brick',
  'tiles',
  'checker',
  'fabric',
  'leather',
  'terrazzo',
  'noise',
  'grass',
  'sand',
  'snow',
  'asphalt',
  'water',
];
const WRAP = { repeat: 0, clamp: 1, mirror: 2 } as const;
const LIGHT = { directional: 0, point: 1, spot: 2 } as const;
const BACKGROUND = { environment: 0, equirect: 1, color: 2, gradient: 3, image: 4 } as const;

/** Numbers that a worker needs to build the tree and to trace; plain, so that it can be posted. */
export interface KernelPlan {
  readonly header: number;
  readonly stacks: number;
  readonly stackBytes: number;
  readonly triangles: number;
  readonly positions: number;
  readonly indices: number;
  readonly triangleMesh: number;
  readonly meshes: number;
  readonly materials: number;
  readonly materialCount: number;
  readonly bsdfTable: number;
  readonly film: number;
  readonly width: number;
  readonly height: number;
  readonly spp: number;
  /** End of what the host writes; the film and everything after it are the kernel's. */
  readonly dataEnd: number;
  readonly scratch: number;
  readonly references: number;
  readonly binaryNodes: number;
  /** Where four-wide nodes begin; their number is known only after the build. */
  readonly wideNodes: number;
  /** Enough for any outcome of the build. */
  readonly maxPages: number;
  readonly initialPages: number;
}

/** A scene measured and ready to be written into any memory, shared or not. */
export interface PackedScene {
  readonly plan: KernelPlan;
  readonly write: (buffer: ArrayBufferLike) => void;
}

function luminance([r, g, b]: Vec3): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const SRGB_TO_LINEAR = Float32Array.from({ length: 256 }, (_, i) => {
  const c = i / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

/** Mean of the slot's image, linear; a few thousand texels are enough for a sampling weight. */
function meanOfTexture(scene: TraceScene, slot: TextureSlot | null): Vec3 {
  const texture = slot === null ? undefined : scene.textures[slot.texture];
  if (texture === undefined) return [1, 1, 1];
  const texels = texture.width * texture.height;
  const step = Math.max(1, Math.floor(texels / 4096));
  const sum = [0, 0, 0];
  let n = 0;
  for (let i = 0; i < texels; i += step, n++) {
    for (let c = 0; c < 3; c++)
      sum[c] = (sum[c] as number) + (SRGB_TO_LINEAR[texture.rgba[i * 4 + c] as number] as number);
  }
  return [(sum[0] as number) / n, (sum[1] as number) / n, (sum[2] as number) / n];
}

interface Emitters {
  readonly triangles: Uint32Array;
  readonly cumulative: Float32Array;
  /** Chance per square metre of each material's triangles; 0 for those that do not glow. */
  readonly density: Float64Array;
}

/** Glowing triangles with the chance of each by its power. */
function collectEmitters(scene: TraceScene): Emitters {
  const glow = scene.materials.map((m) => {
    if (m.unlit) return 0;
    const mean = meanOfTexture(scene, m.emissiveTexture);
    return luminance([m.emissive[0] * mean[0], m.emissive[1] * mean[1], m.emissive[2] * mean[2]]);
  });
  const triangles: number[] = [];
  const power: number[] = [];
  let total = 0;
  let first = 0;
  for (const mesh of scene.meshes) {
    const strength = glow[mesh.material] as number;
    const { positions: p, indices } = mesh;
    if (strength > 0) {
      for (let i = 0; i < indices.length; i += 3) {
        const a = (indices[i] as number) * 3;
        const b = (indices[i + 1] as number) * 3;
        const c = (indices[i + 2] as number) * 3;
        const at = (v: number, k: number) => (p[v + k] as number) - (p[a + k] as number);
        const area =
          0.5 *
          Math.hypot(
            at(b, 1) * at(c, 2) - at(b, 2) * at(c, 1),
            at(b, 2) * at(c, 0) - at(b, 0) * at(c, 2),
            at(b, 0) * at(c, 1) - at(b, 1) * at(c, 0),
          );
        if (!(area > 0)) continue;
        total += area * strength;
        triangles.push(first + i / 3);
        power.push(total);
      }
    }
    first += indices.length / 3;
  }
  const cumulative = Float32Array.from(power, (sum) => sum / total);
  return {
    triangles: Uint32Array.from(triangles),
    cumulative,
    density: Float64Array.from(glow, (strength) => (total > 0 ? strength / total : 0)),
  };
}

function copyFinite(target: Float32Array, source: Float32Array): void {
  target.set(source);
  for (let i = 0; i < target.length; i++) {
    const v = target[i] as number;
    if (v - v !== 0) target[i] = 0;
  }
}

function writeSlot(f32: Float32Array, u32: Uint32Array, at: number, slot: TextureSlot | null): void {
  if (slot === null) return;
  u32[at] = slot.texture + 1;
  u32[at + 1] = slot.uvSet;
  const cos = Math.cos(slot.rotationRadians);
  const sin = Math.sin(slot.rotationRadians);
  f32.set(
    [
      cos * slot.scale[0],
      sin * slot.scale[1],
      slot.offset[0],
      -sin * slot.scale[0],
      cos * slot.scale[1],
      slot.offset[1],
    ],
    at + 2,
  );
}

function materialFlags(m: TraceMaterial): number {
  const emissive = !m.unlit && m.emissive.some((c) => c > 0);
  // A cut-out whose base has full alpha everywhere would still be looked up: the kernel cannot know without the texels.
  const seeThrough = m.alphaMode !== 'opaque' || (m.transmission > 0 && m.metallic < 1 && !m.unlit);
  return (
    (m.alphaMode === 'mask' ? 1 : 0) |
    (m.alphaMode === 'blend' ? 2 : 0) |
    (m.doubleSided ? 4 : 0) |
    (m.unlit ? 8 : 0) |
    (m.thinWalled ? 16 : 0) |
    (m.procedural !== null ? 32 : 0) |
    (emissive ? 64 : 0) |
    (seeThrough ? 128 : 0)
  );
}

function writeMaterial(
  f32: Float32Array,
  u32: Uint32Array,
  at: number,
  m: TraceMaterial,
  emitterDensity: number,
): void {
  f32.set([...m.baseColor, m.alpha, m.metallic, m.roughness, m.normalScale, m.occlusionStrength], at);
  f32.set([...m.emissive, m.alphaCutoff], at + 8);
  u32[at + 12] = materialFlags(m);
  f32.set([m.ior, m.specular, m.transmission], at + 13);
  const distance = m.attenuationDistanceM;
  for (let c = 0; c < 3; c++) {
    // Beer-Lambert. Black would need infinite absorption; a millionth is as black as an image gets.
    f32[at + 16 + c] = Number.isFinite(distance)
      ? -Math.log(Math.min(1, Math.max(1e-6, m.attenuationColor[c] as number))) / distance
      : 0;
  }
  f32.set([emitterDensity, m.clearcoat, m.clearcoatRoughness, m.sheenRoughness, m.wetness], at + 19);
  f32.set(m.sheenColor, at + 24);
  const p = m.procedural;
  if (p !== null) {
    u32[at + 27] = PROCEDURAL_KINDS.indexOf(p.kind);
    f32.set([...p.colorA, 1 / p.scaleM, ...p.colorB, p.roughnessVariation, p.bumpHeightM], at + 28);
  }
  writeSlot(f32, u32, at + 40, m.baseColorTexture);
  writeSlot(f32, u32, at + 48, m.metallicRoughnessTexture);
  writeSlot(f32, u32, at + 56, m.normalTexture);
  writeSlot(f32, u32, at + 64, m.occlusionTexture);
  writeSlot(f32, u32, at + 72, m.emissiveTexture);
  f32[at + 80] = 1 / m.puddleSizeM;
}

function normalize([x, y, z]: Vec3): Vec3 {
  const l = Math.hypot(x, y, z);
  return [x / l, y / l, z / l];
}
function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function cameraWords(camera: TraceCamera, width: number, height: number): number[] {
  const forward = normalize([
    camera.target[0] - camera.position[0],
    camera.target[1] - camera.position[1],
    camera.target[2] - camera.position[2],
  ]);
  let right = cross(forward, normalize(camera.up));
  // Looking along `up`: any right vector does, and a picture is better than an error.
  if (Math.hypot(...right) < 1e-6)
    right = cross(forward, Math.abs(forward[2]) < 0.9 ? [0, 0, -1] : [1, 0, 0]);
  right = normalize(right);
  const up = cross(right, forward);
  const half = Math.tan((camera.fovYDegrees * Math.PI) / 360);
  const aspect = width / height;
  const pixelAngle = (2 * half) / height;
  return [
    ...camera.position,
    ...right.map((v) => v * half * aspect),
    ...up.map((v) => v * half),
    ...forward,
    camera.apertureRadiusM,
    camera.focusDistanceM,
    pixelAngle,
  ];
}

function lightWords(light: TraceScene['lights'][number]): number[] {
  if (light.kind === 'directional') {
    const toLight = normalize([-light.direction[0], -light.direction[1], -light.direction[2]]);
    const halfAngle = (light.angularDiameterDegrees * Math.PI) / 360;
    const cosHalf = Math.cos(halfAngle);
    const hasDisc = Math.fround(cosHalf) < 1;
    const solidAngle = 2 * Math.PI * (1 - cosHalf);
    return [
      0,
      0,
      0,
      ...toLight,
      ...light.irradiance,
      hasDisc ? cosHalf : 1,
      0,
      0,
      hasDisc ? 1 / solidAngle : 0,
      hasDisc ? 1 / solidAngle : 0,
    ];
  }
  const direction = light.kind === 'spot' ? normalize(light.direction) : [0, -1, 0];
  const cone = (degrees: number) => Math.cos((degrees * Math.PI) / 180);
  const inner = light.kind === 'spot' ? cone(Math.min(light.innerConeDegrees, light.outerConeDegrees)) : 1;
  const outer = light.kind === 'spot' ? cone(light.outerConeDegrees) : -1;
  return [...light.position, ...direction, ...light.intensity, light.radiusM, inner, outer, 0, 0];
}

function writePicture(f32: Float32Array, at: number, rgb: Float32Array): void {
  for (let i = 0, o = at; i < rgb.length; i += 3, o += 4) {
    for (let c = 0; c < 3; c++) {
      const v = rgb[i + c] as number;
      // Half-float HDRIs overflow to infinity at the sun; one such texel would poison every average.
      f32[o + c] = v > 0 ? Math.min(v, 1e6) : 0;
    }
  }
}

/**
 * Measures the scene and says how to write it. The scene must have passed validation.
 *
 * @throws {TracerError} `too-large` when 4 GiB cannot hold it.
 */
export function packScene(
  scene: TraceScene,
  camera: TraceCamera,
  options: TraceOptions,
  workers: number,
): PackedScene {
  let triangles = 0;
  let vertices = 0;
  for (const mesh of scene.meshes) {
    triangles += mesh.indices.length / 3;
    vertices += mesh.positions.length / 3;
  }
  // A sun below the horizon is still handed over; sampling it would cost a shadow ray's worth of work for nothing.
  const shining = scene.lights.filter((light) =>
    (light.kind === 'directional' ? light.irradiance : light.intensity).some((c) => c > 0),
  );
  const emitters = collectEmitters(scene);
  const grid = buildEnvironmentGrid(scene.environment);
  const coarse = coarsenEnvironment(scene.environment);
  const backdrop: { width: number; height: number; rgb: Float32Array } | null =
    scene.background.kind === 'image'
      ? scene.background
      : scene.background.kind === 'equirect'
        ? scene.background.environment
        : null;

  let top = DATA_START;
  const reserve = (bytes: number): number => {
    const at = Math.ceil(top / 64) * 64;
    top = at + bytes;
    return at;
  };
  const header = reserve(HEADER_BYTES);
  const stacks = reserve(STACK_BYTES * workers);
  const bsdfTable = reserve(32 * 32 * 16);
  const srgbTable = reserve(1024);
  const positions = reserve(vertices * 12);
  const indices = reserve(triangles * 12);
  const triangleMesh = reserve(triangles * 4);
  const meshes = reserve(scene.meshes.length * MESH_WORDS * 4);
  const attributes = scene.meshes.map((mesh) => ({
    normals: mesh.normals === null ? 0 : reserve(mesh.normals.byteLength),
    uv0: mesh.uv0 === null ? 0 : reserve(mesh.uv0.byteLength),
    uv1: mesh.uv1 === null ? 0 : reserve(mesh.uv1.byteLength),
    tangents: mesh.tangents === null ? 0 : reserve(mesh.tangents.byteLength),
    colors: mesh.colors === null ? 0 : reserve(mesh.colors.byteLength),
  }));
  const materials = reserve(scene.materials.length * MATERIAL_WORDS * 4);
  const textures = reserve(scene.textures.length * TEXTURE_WORDS * 4);
  const texels = scene.textures.map((t) => reserve(t.width * t.height * 4));
  const lights = reserve(shining.length * LIGHT_WORDS * 4);
  const environmentTexels = reserve(scene.environment.width * scene.environment.height * 16);
  const gridCells = grid === null ? 0 : reserve(grid.cells.byteLength);
  const gridRows = grid === null ? 0 : reserve(grid.rows.byteLength);
  const coarseTexels = coarse === null ? 0 : reserve(coarse.width * coarse.height * 16);
  const backdropTexels = backdrop === null ? 0 : reserve(backdrop.width * backdrop.height * 16);
  const emitterTriangles = reserve(emitters.triangles.byteLength);
  const emitterCdf = reserve(emitters.cumulative.byteLength);
  const dataEnd = top;
  const film = reserve(options.width * options.height * PIXEL_BYTES);
  const scratch = reserve(BUILD_SCRATCH_BYTES);
  const references = reserve(triangles * 32);
  const binaryNodes = reserve(triangles * 64);
  const wideNodes = reserve(0);
  // At worst every leaf holds one triangle and every four-wide node opens one binary node.
  const worst = top + triangles * (128 + 160) + 65_536;
  const likely = top + triangles * 90;
  if (likely > MAX_PAGES * PAGE_BYTES) {
    throw new TracerError(
      'too-large',
      `The scene needs about ${Math.round(likely / 2 ** 20)} MiB with ${triangles} triangles; the kernel can address 4096 MiB.`,
    );
  }
  const plan: KernelPlan = {
    header,
    stacks,
    stackBytes: STACK_BYTES,
    triangles,
    positions,
    indices,
    triangleMesh,
    meshes,
    materials,
    materialCount: scene.materials.length,
    bsdfTable,
    film,
    width: options.width,
    height: options.height,
    spp: options.spp,
    dataEnd,
    scratch,
    references,
    binaryNodes,
    wideNodes,
    maxPages: Math.min(MAX_PAGES, Math.ceil(worst / PAGE_BYTES)),
    initialPages: Math.ceil(top / PAGE_BYTES),
  };

  const write = (buffer: ArrayBufferLike): void => {
    const f32 = new Float32Array(buffer, 0, dataEnd >> 2);
    const u32 = new Uint32Array(buffer, 0, dataEnd >> 2);
    f32.set(SRGB_TO_LINEAR, srgbTable >> 2);
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    let vertex = 0;
    let triangle = 0;
    for (const [i, mesh] of scene.meshes.entries()) {
      f32.set(mesh.positions, (positions >> 2) + vertex * 3);
      for (let k = 0; k < mesh.positions.length; k++) {
        const v = mesh.positions[k] as number;
        if (v < (low[k % 3] as number)) low[k % 3] = v;
        if (v > (high[k % 3] as number)) high[k % 3] = v;
      }
      const base = (indices >> 2) + triangle * 3;
      for (let k = 0; k < mesh.indices.length; k++) u32[base + k] = (mesh.indices[k] as number) + vertex;
      u32.fill(i, (triangleMesh >> 2) + triangle, (triangleMesh >> 2) + triangle + mesh.indices.length / 3);
      const at = attributes[i] as (typeof attributes)[number];
      const record = (meshes >> 2) + i * MESH_WORDS;
      u32[record] = mesh.material;
      u32[record + 1] = mesh.objectId;
      let has = 0;
      const put = (data: Float32Array | null, offset: number, size: number, word: number, flag: number) => {
        if (data === null) return;
        copyFinite(new Float32Array(buffer, offset, data.length), data);
        // The kernel indexes with scene-wide vertex numbers, so each attribute starts as if at vertex 0.
        u32[record + word] = offset - vertex * size * 4;
        has |= flag;
      };
      put(mesh.normals, at.normals, 3, 2, 1);
      put(mesh.uv0, at.uv0, 2, 3, 2);
      put(mesh.uv1, at.uv1, 2, 4, 4);
      put(mesh.tangents, at.tangents, 4, 5, 8);
      put(mesh.colors, at.colors, 4, 6, 16);
      u32[record + 7] = has;
      vertex += mesh.positions.length / 3;
      triangle += mesh.indices.length / 3;
    }
    for (const [i, m] of scene.materials.entries()) {
      writeMaterial(f32, u32, (materials >> 2) + i * MATERIAL_WORDS, m, emitters.density[i] as number);
    }
    for (const [i, t] of scene.textures.entries()) {
      const at = texels[i] as number;
      new Uint8Array(buffer, at, t.rgba.length).set(t.rgba);
      u32.set(
        [at, t.width, t.height, WRAP[t.wrapS], WRAP[t.wrapT], t.filter === 'nearest' ? 1 : 0],
        (textures >> 2) + i * TEXTURE_WORDS,
      );
    }
    for (const [i, light] of shining.entries()) {
      const at = (lights >> 2) + i * LIGHT_WORDS;
      u32[at] = LIGHT[light.kind];
      f32.set(lightWords(light), at + 1);
    }
    writePicture(f32, environmentTexels >> 2, scene.environment.rgb);
    if (grid !== null) {
      f32.set(grid.cells, gridCells >> 2);
      f32.set(grid.rows, gridRows >> 2);
    }
    if (coarse !== null) writePicture(f32, coarseTexels >> 2, coarse.rgb);
    if (backdrop !== null) writePicture(f32, backdropTexels >> 2, backdrop.rgb);
    u32.set(emitters.triangles, emitterTriangles >> 2);
    f32.set(emitters.cumulative, emitterCdf >> 2);

    const h = header >> 2;
    u32.set([0, 0, triangles, indices, triangleMesh, meshes, materials, textures, lights, shining.length], h);
    const turn = (environment: TraceEnvironment) => environment.rotationDegrees / 360;
    u32.set([environmentTexels, scene.environment.width, scene.environment.height], h + 10);
    f32.set([turn(scene.environment), scene.environment.intensity], h + 13);
    const cells = grid ?? coarse;
    u32.set([gridCells, gridRows, cells?.width ?? 0, cells?.height ?? 0, coarseTexels], h + 15);
    u32.set([emitterTriangles, emitterCdf, emitters.triangles.length], h + 20);
    u32.set(
      [BACKGROUND[scene.background.kind], backdropTexels, backdrop?.width ?? 0, backdrop?.height ?? 0],
      h + 24,
    );
    const bg = scene.background;
    if (bg.kind === 'equirect') f32.set([turn(bg.environment), bg.environment.intensity], h + 28);
    if (bg.kind === 'color') f32.set([...bg.color, ...bg.color], h + 30);
    if (bg.kind === 'gradient') f32.set([...bg.top, ...bg.bottom], h + 30);
    u32.set(
      [film, options.width, options.height, options.maxBounces ?? 6, (options.seed ?? 0) >>> 0],
      h + 36,
    );
    f32[h + 41] = options.clampIndirect ?? 10;
    u32.set([srgbTable, bsdfTable, positions], h + 42);
    f32.set(cameraWords(camera, options.width, options.height), h + 45);
    const extent = triangles > 0 ? Math.hypot(...low.map((l, i) => (high[i] as number) - l)) : 1;
    f32[h + 61] = Math.max(1e-9, extent * 2e-7);
  };
  return { plan, write };
}
