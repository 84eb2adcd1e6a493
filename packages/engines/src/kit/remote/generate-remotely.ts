import {
  DioramaError,
  type EngineModel,
  type OutputAlignment,
  seedSchema,
  type Warning,
} from '@diorama/contracts';
import { sceneNotes } from '@diorama/scene';
import type { EngineContext, EngineImage, EngineRequest, EngineResult } from '../engine.ts';
import { redactJson } from '../http/redact.ts';
import { imageSeed } from '../image-seed.ts';
import { alignToCanvas, haveSameShape } from '../images/align-to-canvas.ts';
import { fitOutput, type RawPicture } from '../images/fit-output.ts';
import { receiveImage } from '../images/receive-image.ts';
import { writeImageSettings } from '../images/write-settings.ts';
import type { AdapterIo, AdapterResult, Plan, PreparedInput } from './adapter.ts';
import { prepareInputs } from './prepare-inputs.ts';
import { Previews } from './previews.ts';
import { composePrompt } from './prompt.ts';
import type { RemoteEngineParts } from './remote-engine.ts';
import { RemoteProgress } from './remote-progress.ts';

/** Changes when the same answer of a service gives another picture; stands in the metadata of every image. */
const REMOTE_PIPELINE_VERSION = '1';

/** One request from beginning to end: plan, draw, word, send, receive, align, fit. */
export async function generateRemotely(
  parts: RemoteEngineParts,
  request: EngineRequest,
  context: EngineContext,
): Promise<EngineResult> {
  const { adapter, connection } = parts;
  const { signal } = context;
  const timings: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    try {
      return await work();
    } finally {
      timings[name] = Math.round((timings[name] ?? 0) + performance.now() - began);
    }
  };
  const model = modelOf(parts, request.model);
  const warnings: Warning[] = [];
  const plan = adapter.plan({
    model,
    size: request.size,
    count: request.count,
    hasCanvas: request.scene !== null || request.capture !== null,
    hasScene: request.scene !== null,
    references: request.references.map(({ role }) => ({ role })),
    geometryStrength: request.geometryStrength,
    negativePrompt: request.negativePrompt,
    options: request.options,
  });
  warnings.push(...plan.warnings, ...ignoredBy(request, model, plan, connection.name));
  const clean = <T>(said: T): T => redactJson(said, parts.secrets);
  const progress = new RemoteProgress(plan.maps.length > 0, (value) => {
    if (!signal.aborted) context.onProgress(clean(value));
  });

  progress.conditioning(0);
  const prepared = await timed('conditioning', () =>
    prepareInputs(request, plan, { signal, onProgress: (fraction) => progress.conditioning(fraction) }),
  );
  signal.throwIfAborted();

  const composed = composePrompt(
    {
      prompt: request.prompt,
      sceneNotes: notesOf(request),
      geometryStrength: model.capabilities.geometryStrength ? request.geometryStrength : null,
      inputs: plan.inputs,
    },
    plan,
  );
  warnings.push(...composed.warnings);

  const previews = new Previews(context);
  let isRunning = true;
  const io: AdapterIo = {
    http: parts.openHttp(signal),
    signal,
    clock: parts.clock,
    onProgress: (value) => {
      if (isRunning) progress.remote(value);
    },
    onPreview: (bytes) => previews.show(bytes),
    onCost: context.onCost,
    resume: request.resume,
    checkpoint: async (state) => await context.checkpoint(clean(state)),
    log: (event, facts) => context.log(event, clean(facts)),
  };
  progress.remote({ stage: 'sending', fraction: 0 });
  const answer = await timed('generating', () =>
    adapter.run(
      {
        model,
        prompt: composed.text,
        negativePrompt: request.negativePrompt.trim(),
        inputs: prepared.inputs,
        maps: prepared.maps,
        size: plan.size,
        seed: request.seed,
        count: request.count,
        geometryStrength: request.geometryStrength,
        options: request.options,
      },
      io,
    ),
  ).finally(() => {
    // What comes after the end belongs to nothing any more.
    isRunning = false;
    previews.end();
  });
  signal.throwIfAborted();
  const result = { ...answer, modelUsed: answer.modelUsed && clean(answer.modelUsed).slice(0, 200) };
  warnings.push(...result.warnings, ...missingImages(request, result, connection.name));

  const images: EngineImage[] = [];
  for (const [index, image] of result.images.slice(0, request.count).entries()) {
    const finished = await finishImage(image.bytes, {
      parts,
      request,
      plan,
      canvas: prepared.canvas,
      timed,
      progress,
      signal,
    });
    const seed = seedOf(image.seed) ?? imageSeed(request.seed, index);
    images.push({
      bytes: writeImageSettings(
        finished.png,
        { ...request, model: model.id },
        {
          engine: connection.id,
          kind: connection.kind,
          version: REMOTE_PIPELINE_VERSION,
          modelUsed: result.modelUsed,
          index,
          seed,
          look: null,
          camera: prepared.camera,
        },
      ),
      mediaType: 'image/png',
      size: request.size,
      seed,
      aovs: new Map(),
      raw: finished.raw,
      ...(finished.alignment ? { alignment: finished.alignment } : {}),
    });
    warnings.push(...finished.warnings);
  }
  progress.finish();
  context.log('engine-answered', {
    engine: connection.id,
    kind: connection.kind,
    images: images.length,
    generatingMs: timings.generating ?? 0,
  });
  return {
    images,
    look: null,
    warnings: clean(withoutRepeats(warnings)),
    timings,
    cost: result.cost,
    modelUsed: result.modelUsed,
  };
}

interface FinishContext {
  readonly parts: RemoteEngineParts;
  readonly request: EngineRequest;
  readonly plan: Plan;
  readonly canvas: PreparedInput | null;
  readonly timed: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  readonly progress: RemoteProgress;
  readonly signal: AbortSignal;
}

async function finishImage(
  bytes: Uint8Array,
  { parts, request, plan, canvas, timed, progress, signal }: FinishContext,
): Promise<{ png: Uint8Array; raw: Uint8Array; alignment: OutputAlignment | null; warnings: Warning[] }> {
  const { connection, secrets } = parts;
  const received = await timed('receiving', () => receiveImage(bytes, connection.name, secrets));
  signal.throwIfAborted();
  const warnings: Warning[] = [];
  let picture: RawPicture = received;
  let alignment: OutputAlignment | null = null;
  if (plan.followsCanvas && canvas && haveSameShape(received, canvas.size)) {
    progress.aligning();
    const repaired = await timed('aligning', () => alignToCanvas(received, canvas, connection.name));
    picture = repaired.picture;
    alignment = repaired.alignment;
    warnings.push(...repaired.warnings);
    signal.throwIfAborted();
  }
  progress.finishing();
  const fitted = await timed('finishing', () => fitOutput(picture, request.size, connection.name));
  return { png: fitted.png, raw: received.file, alignment, warnings: [...warnings, ...fitted.warnings] };
}

function modelOf({ models, adapter, connection }: RemoteEngineParts, id: string | null): EngineModel {
  const all = models();
  if (id === null) {
    const [first] = all;
    if (first) return first;
    throw new DioramaError('engine-unavailable', `The models of ${connection.name} are not known yet.`, {
      hint: 'Test it on the page Engines.',
    });
  }
  return all.find((model) => model.id === id) ?? adapter.unlistedModel(id);
}

function notesOf({ sceneNotes: told, scene }: EngineRequest): string | null {
  if (told !== undefined) return told;
  return scene ? sceneNotes(scene.document) : null;
}

/** What the request has and this model does not take, said before anybody looks for it in the picture. */
function ignoredBy(
  request: EngineRequest,
  { capabilities }: EngineModel,
  plan: Plan,
  engineName: string,
): Warning[] {
  const warnings: Warning[] = [];
  const sent = new Set(plan.inputs.flatMap((input) => (input.kind === 'reference' ? [input.index] : [])));
  for (const index of request.references.keys())
    if (!sent.has(index) && !plan.warnings.some(({ code }) => code === 'reference-ignored'))
      warnings.push({ code: 'reference-ignored', message: `${engineName} does not use Image ${index + 2}.` });
  const usesCanvas = plan.maps.length > 0 || plan.inputs.some(({ kind }) => kind !== 'reference');
  if (
    (request.scene || request.capture) &&
    !usesCanvas &&
    !plan.warnings.some(({ code }) => code === 'canvas-ignored')
  )
    warnings.push({ code: 'canvas-ignored', message: `${engineName} does not use the canvas.` });
  if (request.negativePrompt.trim() !== '' && !capabilities.negativePrompt)
    warnings.push({
      code: 'feature-ignored',
      message: `${engineName} has no negative prompt; it was not sent.`,
    });
  if (request.geometryStrength !== null && !capabilities.geometryStrength)
    warnings.push({
      code: 'feature-ignored',
      message: `${engineName} has no control for the geometry's strength.`,
    });
  return warnings;
}

/** A seed that a service names, when it can be asked for again; some have longer ones. */
function seedOf(named: number | null): number | null {
  return seedSchema.safeParse(named).data ?? null;
}

function missingImages({ count }: EngineRequest, { images }: AdapterResult, engineName: string): Warning[] {
  if (images.length === 0) throw new DioramaError('invalid-output', `${engineName} gave no image.`);
  if (images.length >= count) return [];
  return [{ code: 'fewer-images', message: `${engineName} gave ${images.length} of ${count} images.` }];
}

function withoutRepeats(warnings: readonly Warning[]): Warning[] {
  const seen = new Set<string>();
  return warnings.filter(({ code, message }) => {
    const key = `${code} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}
