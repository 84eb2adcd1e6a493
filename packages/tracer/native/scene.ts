// The scene as the host laid it out in memory. Word offsets here and in src/kernel-layout.ts are one contract.
// Each instance (one per worker) copies the header into globals once, because globals are registers and memory is shared.

export let nodes: usize = 0;
export let blocks: usize = 0;
export let triangleCount: i32 = 0;
export let indices: usize = 0;
export let triangleMesh: usize = 0;
export let meshes: usize = 0;
export let materials: usize = 0;
export let textures: usize = 0;
export let lights: usize = 0;
export let lightCount: i32 = 0;
export let positions: usize = 0;

export let envTexels: usize = 0;
export let envWidth: i32 = 0;
export let envHeight: i32 = 0;
/** The same picture at the grid's resolution, small enough for a core's cache; 0 where the picture is that small itself. */
export let envCoarse: usize = 0;
export let envTurn: f32 = 0;
export let envIntensity: f32 = 0;
export let envConditional: usize = 0;
export let envMarginal: usize = 0;
export let envGridWidth: i32 = 0;
export let envGridHeight: i32 = 0;

export let emitters: usize = 0;
export let emitterCdf: usize = 0;
export let emitterCount: i32 = 0;
export let emitterTotal: f32 = 0;

export let backgroundKind: i32 = 0;
export let backgroundTexels: usize = 0;
export let backgroundWidth: i32 = 0;
export let backgroundHeight: i32 = 0;
export let backgroundTurn: f32 = 0;
export let backgroundIntensity: f32 = 0;
export let backgroundColors: usize = 0;

export let film: usize = 0;
export let filmWidth: i32 = 0;
export let filmHeight: i32 = 0;
export let maxBounces: i32 = 6;
export let seed: u32 = 0;
export let clampIndirect: f32 = 0;
export let srgbTable: usize = 0;
export let bsdfTable: usize = 0;
export let originEpsilon: f32 = 1e-6;
export let camera: usize = 0;
export let header: usize = 0;

/** Traversal stack and scratch of this instance alone. */
export let stack: usize = 0;

// Mesh record, 32 bytes.
export const MESH_STRIDE: usize = 32;
export const MESH_HAS_NORMALS: u32 = 1;
export const MESH_HAS_UV0: u32 = 2;
export const MESH_HAS_UV1: u32 = 4;
export const MESH_HAS_TANGENTS: u32 = 8;
export const MESH_HAS_COLORS: u32 = 16;

// Material record, 336 bytes; the words are named where they are read.
export const MATERIAL_STRIDE: usize = 336;
export const FLAG_ALPHA_MASK: u32 = 1;
export const FLAG_ALPHA_BLEND: u32 = 2;
export const FLAG_DOUBLE_SIDED: u32 = 4;
export const FLAG_UNLIT: u32 = 8;
export const FLAG_THIN_WALLED: u32 = 16;
export const FLAG_PROCEDURAL: u32 = 32;
export const FLAG_EMISSIVE: u32 = 64;
/** Lets some light through: alpha below 1 or transmission. */
export const FLAG_SEE_THROUGH: u32 = 128;

export const SLOT_BASE: usize = 160;
export const SLOT_METALLIC_ROUGHNESS: usize = 192;
export const SLOT_NORMAL: usize = 224;
export const SLOT_OCCLUSION: usize = 256;
export const SLOT_EMISSIVE: usize = 288;

export function bindScene(at: usize, stackAt: usize): void {
  header = at;
  stack = stackAt;
  nodes = load<u32>(at, 0);
  blocks = load<u32>(at, 4);
  triangleCount = load<i32>(at, 8);
  indices = load<u32>(at, 12);
  triangleMesh = load<u32>(at, 16);
  meshes = load<u32>(at, 20);
  materials = load<u32>(at, 24);
  textures = load<u32>(at, 28);
  lights = load<u32>(at, 32);
  lightCount = load<i32>(at, 36);
  envTexels = load<u32>(at, 40);
  envWidth = load<i32>(at, 44);
  envHeight = load<i32>(at, 48);
  envTurn = load<f32>(at, 52);
  envIntensity = load<f32>(at, 56);
  envConditional = load<u32>(at, 60);
  envMarginal = load<u32>(at, 64);
  envGridWidth = load<i32>(at, 68);
  envGridHeight = load<i32>(at, 72);
  envCoarse = load<u32>(at, 76);
  emitters = load<u32>(at, 80);
  emitterCdf = load<u32>(at, 84);
  emitterCount = load<i32>(at, 88);
  emitterTotal = load<f32>(at, 92);
  backgroundKind = load<i32>(at, 96);
  backgroundTexels = load<u32>(at, 100);
  backgroundWidth = load<i32>(at, 104);
  backgroundHeight = load<i32>(at, 108);
  backgroundTurn = load<f32>(at, 112);
  backgroundIntensity = load<f32>(at, 116);
  backgroundColors = at + 120;
  film = load<u32>(at, 144);
  filmWidth = load<i32>(at, 148);
  filmHeight = load<i32>(at, 152);
  maxBounces = load<i32>(at, 156);
  seed = load<u32>(at, 160);
  clampIndirect = load<f32>(at, 164);
  srgbTable = load<u32>(at, 168);
  bsdfTable = load<u32>(at, 172);
  positions = load<u32>(at, 176);
  camera = at + 180;
  originEpsilon = load<f32>(at, 244);
}

@inline export function vertexOf(triangle: i32, corner: usize): usize {
  return <usize>load<u32>(indices + <usize>triangle * 12 + (corner << 2));
}
