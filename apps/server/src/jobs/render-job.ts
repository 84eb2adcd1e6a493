import {
  type Cost,
  DioramaError,
  outputSize,
  type PixelSize,
  type Progress,
  type Warning,
} from '@diorama/contracts';
import type {
  Engine,
  EngineImage,
  EngineReference,
  EngineRequest,
  EngineResult,
  EngineScene,
} from '@diorama/engines';
import { decodeFully, inspectImage, loadSharp } from '../http/inspect-image.ts';
import { mediaTypeOf, recogniseFile } from '../http/recognise.ts';
import type { KnownSecrets } from '../security/known-secrets.ts';
import { blobKeyOf } from '../storage/asset-id.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Claim } from '../storage/generations.ts';
import { namedInputsOf } from './named-inputs.ts';
import type { RenderedImage, RenderResult } from './render-messages.ts';
import { resolveScene } from './resolve-scene.ts';

export interface RenderJobContext {
  readonly blobs: BlobStore;
  readonly engines: { get(id: string): Engine };
  /** The keys in use, which no file may carry. */
  readonly secrets: KnownSecrets;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onPreview: (preview: { readonly jpeg: Uint8Array; readonly size: PixelSize }) => void;
  readonly onCost: (cost: Cost) => void;
  /** See `EngineContext.checkpoint`. */
  readonly checkpoint: (state: unknown) => Promise<void>;
  readonly log: (event: string, facts: Readonly<Record<string, string | number | boolean>>) => void;
}

/**
 * Makes the images of one claimed generation and stores their files: everything between the claim and the transaction
 * that records the result.
 *
 * @throws {DioramaError} The generation's error.
 */
export async function renderJob(claim: Claim, context: RenderJobContext): Promise<RenderResult> {
  const { request } = claim;
  const engine = context.engines.get(request.engine);
  context.onProgress({ stage: 'loading', fraction: 0 });
  // Before anything decodes: from here on this process opens no file but PNG, JPEG and WebP.
  await loadSharp();
  const engineRequest = await toEngineRequest(claim, context.blobs);
  context.signal.throwIfAborted();
  const result = await engine.generate(engineRequest, {
    signal: context.signal,
    onProgress: context.onProgress,
    onPreview: (preview) => context.onPreview({ jpeg: preview.bytes, size: preview.size }),
    onCost: context.onCost,
    checkpoint: context.checkpoint,
    log: (event, facts) => context.log(event, facts ?? {}),
  });
  // From here on it is paid for, whatever becomes of the files.
  if (result.cost) context.onCost(result.cost);
  context.signal.throwIfAborted();
  if (result.images.length === 0 || result.images.length > request.count)
    throw new DioramaError('invalid-output', 'The engine gave another number of images than was asked for.');
  const images: RenderedImage[] = [];
  for (const image of result.images) {
    await checkImage(image, engineRequest.size, context.secrets);
    images.push(await storeImage(image, context));
    context.signal.throwIfAborted();
  }
  return {
    images,
    look: result.look,
    warnings: warningsOf(result, request.count),
    timings: result.timings,
    cost: result.cost,
    modelUsed: result.modelUsed,
  };
}

/** Fewer images than were asked for are never given without a word. */
function warningsOf({ images, warnings }: EngineResult, count: number): readonly Warning[] {
  if (images.length === count || warnings.some(({ code }) => code === 'fewer-images')) return warnings;
  return [
    ...warnings,
    { code: 'fewer-images', message: `The engine gave ${images.length} of ${count} images.` },
  ];
}

async function toEngineRequest(
  { request, seed, checkpoint }: Claim,
  blobs: BlobStore,
): Promise<EngineRequest> {
  const capture = request.canvas?.capture ? await requireBytes(blobs, request.canvas.capture) : null;
  let scene: EngineScene | null = null;
  if (request.canvas) {
    const resolved = await resolveScene(request.canvas.scene, (asset) => requireBytes(blobs, asset));
    scene = { document: resolved.document, sources: resolved.sources, camera: request.canvas.camera ?? null };
  }
  const references: EngineReference[] = [];
  for (const reference of request.references) {
    const bytes = await requireBytes(blobs, reference.asset);
    references.push({ bytes, mediaType: imageTypeOf(bytes), role: reference.role ?? null });
  }
  return {
    prompt: request.prompt,
    negativePrompt: request.negativePrompt,
    sceneNotes: request.sceneNotes,
    geometryStrength: request.geometryStrength,
    scene,
    capture,
    references,
    size: outputSize(
      request.aspectRatio,
      request.size,
      canvasRatioOf(request.canvas?.viewportRatio, capture),
    ),
    model: request.model,
    seed,
    count: request.count,
    options: request.options,
    named: namedInputsOf(request),
    resume: checkpoint,
  };
}

/** The viewport's shape: as told, else as the capture has it (a PNG's size stands at byte 16). */
function canvasRatioOf(told: number | null | undefined, capture: Uint8Array | null): number | undefined {
  if (told) return told;
  if (!capture || !isPng(capture) || capture.byteLength < 24) return undefined;
  const { width, height } = pngSize(capture);
  return Math.min(10, Math.max(0.1, width / height));
}

async function requireBytes(blobs: BlobStore, asset: string): Promise<Uint8Array> {
  const bytes = await blobs.read(blobKeyOf(asset));
  if (!bytes)
    throw new DioramaError('unknown-asset', 'A file that the request names is gone from the data folder.');
  return bytes;
}

/** Uploads were recognised by their bytes before they were stored, so the first one tells the types apart. */
function imageTypeOf(bytes: Uint8Array): string {
  if (isPng(bytes)) return 'image/png';
  return bytes[0] === 0xff ? 'image/jpeg' : 'image/webp';
}

function isPng(bytes: Uint8Array): boolean {
  return bytes[0] === 0x89 && bytes[1] === 0x50;
}

function pngSize(bytes: Uint8Array): PixelSize {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** What an engine gives is trusted no more than what a user sends. */
async function checkImage(image: EngineImage, size: PixelSize, secrets: KnownSecrets): Promise<void> {
  if (!isPng(image.bytes) || image.bytes.byteLength < 33) throw new DioramaError('invalid-output');
  const found = pngSize(image.bytes);
  if (found.width !== size.width || found.height !== size.height)
    throw new DioramaError(
      'invalid-output',
      `The engine gave ${found.width} x ${found.height} pixels instead of ${size.width} x ${size.height}.`,
    );
  if (secrets.isIn(image.bytes))
    throw new DioramaError('invalid-output', 'The image carries a key in its metadata and was thrown away.');
  try {
    await decodeFully(image.bytes);
  } catch (thrown) {
    throw new DioramaError('invalid-output', undefined, { cause: thrown });
  }
}

async function storeImage(image: EngineImage, context: RenderJobContext): Promise<RenderedImage> {
  const { blobs } = context;
  const { key, bytes } = await blobs.put(image.bytes);
  const aovs: RenderedImage['aovs'][number][] = [];
  for (const [name, aovBytes] of image.aovs) {
    const stored = await blobs.put(aovBytes);
    aovs.push({ name, key: stored.key, bytes: stored.bytes });
  }
  return {
    key,
    bytes,
    width: image.size.width,
    height: image.size.height,
    seed: image.seed,
    aovs,
    raw: image.raw === undefined ? null : await storeRaw(image.raw, context),
    alignment: image.alignment ?? null,
  };
}

/**
 * Keeps the file as the service sent it. The picture is good without it, so one that cannot be kept costs no image.
 */
async function storeRaw(
  raw: Uint8Array,
  { blobs, secrets, log }: RenderJobContext,
): Promise<RenderedImage['raw']> {
  try {
    const type = recogniseFile(raw);
    if (type === 'glb' || type === 'json' || secrets.isIn(raw)) throw new DioramaError('invalid-output');
    const size = await inspectImage(raw);
    const { key, bytes } = await blobs.put(raw);
    return { key, bytes, mediaType: mediaTypeOf(type), ...size };
  } catch (thrown) {
    if (!(thrown instanceof DioramaError)) throw thrown;
    if (thrown.code.startsWith('storage-')) throw thrown;
    log('raw-file-not-kept', { code: thrown.code });
    return null;
  }
}
