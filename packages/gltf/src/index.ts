export { checkModelBudget, type ModelSummary } from './check-model-budget.ts';
export { listExternalFiles, packGlb } from './container/pack-glb.ts';
export { type DracoWasmLoader, setDracoWasm } from './decode/draco.ts';
export { withFlatNormals } from './decode/primitive-arrays.ts';
export type * from './gltf-asset.ts';
export { type ImageHeader, readImageHeader } from './image/image-header.ts';
export type { ModelLimits } from './limits.ts';
export type { GltfMaterial, GltfTextureRef } from './model/gltf-model.ts';
export { type ReadOptions, readGltf } from './read-gltf.ts';
export { type ImportOptions, importModel } from './scene/import-model.ts';
export {
  type ResolvedLight,
  type ResolvedMesh,
  type ResolvedScene,
  resolveScene,
} from './scene/resolve-scene.ts';
