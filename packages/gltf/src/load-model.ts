import { DioramaError } from '@diorama/contracts';
import { parseContainer } from './container/parse-container.ts';
import { readDracoHeader } from './decode/draco-header.ts';
import { type ImageHeader, readImageHeader } from './image/image-header.ts';
import type { ModelLimits } from './limits.ts';
import { createFeatureLog, type FeatureLog } from './model/feature-log.ts';
import type { GltfModel } from './model/gltf-model.ts';
import type { JsonObject } from './model/json-reader.ts';
import { parseModel } from './model/parse-model.ts';
import { invalidModel, overLimit } from './model-error.ts';

/** A file whose structure was checked against the limits, with nothing decoded yet. */
export interface LoadedModel {
  readonly isGlb: boolean;
  readonly json: JsonObject;
  readonly bin: Uint8Array | null;
  readonly model: GltfModel;
  readonly log: FeatureLog;
  /** By image index; undefined for images whose bytes are outside the file. */
  readonly imageHeaders: readonly (ImageHeader | undefined)[];
}

/**
 * Everything that can be judged without decoding: container, JSON, counts, ranges, image sizes, Draco headers.
 *
 * @throws {DioramaError} `unsupported-media-type`, `invalid-model`, `model-too-large`, `unsupported-feature`.
 */
export function loadModel(bytes: Uint8Array, limits: ModelLimits): LoadedModel {
  try {
    const { isGlb, json, bin } = parseContainer(bytes, limits);
    const log = createFeatureLog();
    const model = parseModel(json, bin, limits, log);
    checkDraco(model, bin);
    return {
      isGlb,
      json: json as JsonObject,
      bin,
      model,
      log,
      imageHeaders: readImageHeaders(model, bin, limits),
    };
  } catch (error) {
    if (error instanceof DioramaError) throw error;
    // Input that no check foresaw is still the file's fault, not a crash.
    throw new DioramaError('invalid-model', undefined, { cause: error });
  }
}

/** Bytes of a buffer view that lies in the binary chunk; undefined when it lies elsewhere. */
export function viewInBin(model: GltfModel, bin: Uint8Array | null, index: number): Uint8Array | undefined {
  const view = model.bufferViews[index]!;
  if (view.meshopt || !bin || model.buffers[view.buffer]!.kind !== 'bin') return undefined;
  return bin.subarray(view.byteOffset, view.byteOffset + view.byteLength);
}

function checkDraco(model: GltfModel, bin: Uint8Array | null): void {
  for (const { primitives } of model.meshes)
    for (const { draco, place, triangles, attributes } of primitives) {
      const bytes = draco && viewInBin(model, bin, draco.bufferView);
      if (!bytes) continue;
      const at = `${place}.extensions.KHR_draco_mesh_compression`;
      const { faces, points } = readDracoHeader(bytes, at);
      const promised = model.accessors[attributes.POSITION!]!.count;
      if (faces !== triangles || points > promised)
        throw invalidModel(
          at,
          `The Draco data has ${faces} faces and ${points} points where ${triangles} and ${promised} are promised.`,
        );
    }
}

function readImageHeaders(
  model: GltfModel,
  bin: Uint8Array | null,
  limits: ModelLimits,
): (ImageHeader | undefined)[] {
  let pixels = 0;
  return model.images.map((image, index) => {
    const place = `images[${index}]`;
    const bytes = image.kind === 'view' ? viewInBin(model, bin, image.bufferView) : undefined;
    if (!bytes) return undefined;
    const header = requireImage(bytes, place, limits);
    pixels += header.width * header.height;
    if (pixels > limits.texturePixels)
      throw overLimit('images', 'Pixels of all textures', pixels, limits.texturePixels);
    return header;
  });
}

/** @throws {DioramaError} when the bytes are no image or one over the limits. */
export function requireImage(bytes: Uint8Array, place: string, limits: ModelLimits): ImageHeader {
  if (bytes.length > limits.imageBytes)
    throw overLimit(place, 'Bytes of the image', bytes.length, limits.imageBytes);
  const header = readImageHeader(bytes);
  if (!header) throw invalidModel(place, 'It is not a PNG, JPEG or WebP image, or its header is broken.');
  const pixels = header.width * header.height;
  if (pixels > limits.imagePixels) throw overLimit(place, 'Pixels', pixels, limits.imagePixels);
  return header;
}

/** True where everything is in the binary chunk, so that reading needs no other bytes. */
export function isSelfContained({ buffers, images }: GltfModel): boolean {
  return (
    buffers.every(({ kind }) => kind === 'bin' || kind === 'fallback') &&
    images.every(({ kind }) => kind === 'view')
  );
}
