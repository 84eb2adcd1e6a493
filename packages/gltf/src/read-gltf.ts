import { DioramaError, LIMITS } from '@diorama/contracts';
import { TEXTURE_SLOT_NAMES } from '@diorama/scene';
import { packGlb } from './container/pack-glb.ts';
import { openViews } from './decode/buffers.ts';
import { loadDraco } from './decode/draco.ts';
import { boundsOf, requirePositions } from './decode/primitive-arrays.ts';
import { createAccessorReader } from './decode/read-accessor.ts';
import {
  finishPrimitive,
  type PrimitiveContext,
  type RawPrimitive,
  readPrimitive,
} from './decode/read-primitive.ts';
import type { GltfAsset, GltfImage, GltfMesh } from './gltf-asset.ts';
import type { ModelLimits } from './limits.ts';
import { isSelfContained, type LoadedModel, loadModel, viewInBin } from './load-model.ts';
import type { GltfMaterial } from './model/gltf-model.ts';
import { buildNodes } from './scene/build-nodes.ts';
import { poseMeshes } from './scene/pose-meshes.ts';

export interface ReadOptions {
  /** External files by their names relative to the model. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  readonly signal?: AbortSignal;
  readonly limits?: ModelLimits;
}

/**
 * Reads a GLB or .gltf into plain arrays: decompressed, dequantised, triangulated, every index checked. Runs in Node
 * and in a browser's worker; Draco needs `setDracoWasm` in the latter.
 *
 * @throws {DioramaError} `missing-files`, `canceled`, and those of `checkModelBudget`; `details.place` says where.
 */
export async function readGltf(bytes: Uint8Array, options: ReadOptions = {}): Promise<GltfAsset> {
  const { files, signal, limits = LIMITS } = options;
  throwIfAborted(signal);
  let loaded = loadModel(bytes, limits);
  if (!isSelfContained(loaded.model)) loaded = loadModel(packGlb(bytes, files, limits), limits);
  try {
    return await decode(loaded, signal);
  } catch (error) {
    if (error instanceof DioramaError) throw error;
    if (error instanceof RangeError) throw new DioramaError('out-of-memory', undefined, { cause: error });
    throw new DioramaError('invalid-model', undefined, { cause: error });
  }
}

async function decode(loaded: LoadedModel, signal: AbortSignal | undefined): Promise<GltfAsset> {
  const { model, log, json } = loaded;
  const bin = loaded.bin ?? new Uint8Array();
  const viewBytes = await openViews(model, bin);
  const usesDraco = model.meshes.some(({ primitives }) => primitives.some(({ draco }) => draco));
  const context: PrimitiveContext = {
    model,
    viewBytes,
    accessors: createAccessorReader(model, viewBytes),
    draco: usesDraco ? await loadDraco() : null,
    log,
  };
  const pause = createPause(signal);
  const raw: RawPrimitive[][] = [];
  for (const { primitives } of model.meshes) {
    const decoded: RawPrimitive[] = [];
    for (const info of primitives) {
      await pause();
      const primitive = readPrimitive(info, context);
      if (primitive) decoded.push(primitive);
    }
    raw.push(decoded);
  }
  const posed = poseMeshes(model, raw, context.accessors);
  const meshes: GltfMesh[] = raw.map((primitives, index) =>
    finishMesh(model.meshes[index]!.name, primitives),
  );
  const nodes = buildNodes(model, context.accessors);
  for (const { node, primitives } of posed) {
    for (const { info, primitive } of primitives) requirePositions(primitive.positions, info.place);
    nodes[node] = { ...nodes[node]!, mesh: meshes.length };
    meshes.push(finishMesh(nodes[node].name, primitives));
  }
  noteWhatIsNotShown(loaded);
  const images = readImages(loaded);
  const sceneIndex = typeof json.scene === 'number' ? json.scene : 0;
  const scene = Array.isArray(json.scenes)
    ? (json.scenes[sceneIndex] as { name?: unknown } | undefined)
    : undefined;
  const materials = model.materials.map((material) => withoutUnreadable(material, images, log));
  return {
    name: typeof scene?.name === 'string' ? scene.name.trim().slice(0, 200) : '',
    meshes,
    images,
    materials,
    nodes,
    rootNodes: model.rootNodes,
    warnings: log.warnings(),
  };
}

function finishMesh(name: string, raw: readonly RawPrimitive[]): GltfMesh {
  const primitives = raw.map(finishPrimitive);
  return { name, primitives, bounds: boundsOf(primitives) };
}

function readImages({ model, bin, imageHeaders }: LoadedModel): GltfImage[] {
  return model.images.map(({ name, ...image }, index) => {
    const bytes = image.kind === 'view' ? viewInBin(model, bin, image.bufferView) : undefined;
    const header = imageHeaders[index];
    if (!bytes || !header)
      throw new DioramaError('invalid-model', `images[${index}]: It has no data.`, {
        details: { place: `images[${index}]` },
      });
    return { name, bytes: new Uint8Array(bytes), ...header };
  });
}

/** A slot whose picture nobody here can decode shows the factor alone. */
function withoutUnreadable(
  material: GltfMaterial,
  images: readonly GltfImage[],
  log: LoadedModel['log'],
): GltfMaterial {
  const usable = { ...material };
  for (const slot of TEXTURE_SLOT_NAMES) {
    const texture = usable[slot];
    const mediaType = texture && images[texture.image]!.mediaType;
    if (mediaType !== 'image/ktx2' && mediaType !== 'image/avif') continue;
    log.textureFormat(mediaType === 'image/ktx2' ? 'KTX2' : 'AVIF');
    usable[slot] = null;
  }
  return usable;
}

function noteWhatIsNotShown({ model, log }: LoadedModel): void {
  for (let i = 0; i < model.animations; i += 1) log.ignored('animation');
  for (const node of model.nodes) if (node.sheared) log.simplified('sheared node');
  for (let i = 1; i < model.scenes; i += 1) log.ignored('further scene');
  if (model.extensionsUsed.includes('KHR_materials_variants')) log.ignored('material variants');
}

/** Longest that decoding keeps the thread for itself, so that a cancel is heard. */
const SLICE_MS = 30;

function createPause(signal: AbortSignal | undefined): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    since = performance.now();
    throwIfAborted(signal);
  };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DioramaError('canceled');
}
