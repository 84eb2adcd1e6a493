/// <reference lib="webworker" />
import { toDioramaError } from '@diorama/contracts';
import {
  type GltfAsset,
  type GltfImage,
  importModel,
  packGlb,
  readGltf,
  setDracoWasm,
  withFlatNormals,
} from '@diorama/gltf';
import dracoWasmUrl from 'draco3dgltf/draco_decoder_gltf.wasm?url';
import type { DecodedSource } from '../viewport/decoded-source.ts';
import { assetIdOf } from './asset-id.ts';
import type { ModelRequest, ModelResponse } from './model-messages.ts';

/** Reads models away from the page's thread: parsing, decompressing and decoding pictures can take seconds. */

setDracoWasm(async () => (await fetch(dracoWasmUrl)).arrayBuffer());

/** Larger pictures are scaled down for the viewport; the renderer uses the originals. */
const TEXTURE_EDGE_MAX_PX = 4096;

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = (event: MessageEvent<ModelRequest>) => {
  void answer(event.data).then(
    ([response, transfer]) => scope.postMessage(response, transfer),
    (thrown: unknown) => {
      const { code, message, hint, details } = toDioramaError(thrown, 'invalid-model');
      const response: ModelResponse = { id: event.data.id, kind: 'failed', code, message, hint, details };
      scope.postMessage(response);
    },
  );
};

async function answer(request: ModelRequest): Promise<[ModelResponse, Transferable[]]> {
  if (request.kind === 'decode') {
    const asset = await readGltf(await bytesOf(request.file));
    const decoded = await decode(asset);
    return [{ id: request.id, kind: 'decoded', decoded }, transferablesOf(decoded)];
  }
  const files = new Map<string, Uint8Array>();
  for (const { path, file } of request.companions) files.set(path, await bytesOf(file));
  const glb = packGlb(await bytesOf(request.file), files);
  const asset = await readGltf(glb);
  const assetId = await assetIdOf(glb);
  const fragment = importModel(asset, { assetId, name: request.name });
  const decoded = await decode(asset);
  const warnings = [...new Set(asset.warnings.map(({ message }) => message))];
  const file = new Blob([glb], { type: 'model/gltf-binary' });
  return [
    { id: request.id, kind: 'imported', model: { fragment, asset: assetId, glb: file, decoded, warnings } },
    transferablesOf(decoded),
  ];
}

async function bytesOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

async function decode(asset: GltfAsset): Promise<DecodedSource> {
  const images = await Promise.all(asset.images.map(decodeImage));
  const meshes = asset.meshes.map(({ primitives }) => ({ primitives: primitives.map(withFlatNormals) }));
  return { meshes, images };
}

async function decodeImage(image: GltfImage): Promise<ImageBitmap | null> {
  const scale = Math.min(1, TEXTURE_EDGE_MAX_PX / Math.max(image.width, image.height, 1));
  try {
    return await createImageBitmap(new Blob([image.bytes], { type: image.mediaType }), {
      // The bytes are what the material means; the browser must not convert or premultiply them.
      colorSpaceConversion: 'none',
      premultiplyAlpha: 'none',
      ...(scale < 1
        ? {
            resizeWidth: Math.round(image.width * scale),
            resizeHeight: Math.round(image.height * scale),
            resizeQuality: 'high',
          }
        : {}),
    });
  } catch {
    return null;
  }
}

/** Each buffer once: primitives may share their arrays. */
function transferablesOf(decoded: DecodedSource): Transferable[] {
  const found = new Set<Transferable>();
  for (const { primitives } of decoded.meshes)
    for (const { positions, normals, tangents, uv0, uv1, colors, indices } of primitives)
      for (const array of [positions, normals, tangents, uv0, uv1, colors, indices])
        if (array) found.add(array.buffer);
  for (const image of decoded.images) if (image) found.add(image);
  return [...found];
}
