import { type Conditioning, renderConditioning } from '@diorama/conditioning';
import { type Camera, type ControlMapName, DioramaError, type PixelSize } from '@diorama/contracts';
import type { EngineRequest } from '../engine.ts';
import { prepareInput } from '../images/prepare-input.ts';
import type { InputSource, Plan, PreparedInput } from './adapter.ts';
import { ConditioningCache } from './conditioning-cache.ts';

export interface PreparedInputs {
  readonly inputs: readonly PreparedInput[];
  readonly maps: ReadonlyMap<ControlMapName, PreparedInput>;
  /** The canvas at the engine's size, for the alignment; null without one. */
  readonly canvas: PreparedInput | null;
  /** The camera of the canvas; null when it is not known. */
  readonly camera: Camera | null;
}

/** The same view is often sent several times with other words. */
const cache = new ConditioningCache(4);

/**
 * Draws and encodes everything that the plan sends. The viewport's capture is used where there is one, since it is what
 * the person saw; the tracer draws what is missing.
 */
export async function prepareInputs(
  request: EngineRequest,
  plan: Plan,
  context: { readonly signal: AbortSignal; readonly onProgress: (fraction: number) => void },
): Promise<PreparedInputs> {
  const wanted = new Set<ControlMapName>(plan.maps);
  for (const input of plan.inputs) if (input.kind === 'map') wanted.add(input.map);
  const needsCanvas = plan.followsCanvas || plan.inputs.some(({ kind }) => kind === 'canvas');
  const drawsCapture = needsCanvas && request.capture === null;
  const drawn =
    request.scene && (wanted.size > 0 || drawsCapture)
      ? await draw(request, plan.size, [...wanted], drawsCapture, context)
      : null;
  context.signal.throwIfAborted();

  const bytesOf = (source: InputSource): Uint8Array => {
    switch (source.kind) {
      case 'canvas':
        return canvasOf(request, drawn);
      case 'reference':
        return request.references[source.index]!.bytes;
      case 'map':
        return mapOf(drawn, source.map);
    }
  };
  const prepare = async (source: InputSource): Promise<PreparedInput> =>
    await prepareInput(
      bytesOf(source),
      source,
      plan.inputLimits,
      source.kind === 'reference' ? null : withinLimits(plan.size, plan.inputLimits.longEdgeMaxPx),
    );

  const inputs = await Promise.all(plan.inputs.map(prepare));
  context.signal.throwIfAborted();
  const maps = new Map<ControlMapName, PreparedInput>();
  for (const map of plan.maps) maps.set(map, await prepare({ kind: 'map', map }));
  const canvas =
    inputs.find(({ source }) => source.kind === 'canvas') ??
    (needsCanvas ? await prepare({ kind: 'canvas' }) : null);
  context.onProgress(1);
  return { inputs, maps, canvas, camera: drawn?.camera ?? request.scene?.camera ?? null };
}

async function draw(
  { scene }: EngineRequest,
  size: PixelSize,
  maps: readonly ControlMapName[],
  capture: boolean,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (fraction: number) => void },
): Promise<Conditioning> {
  if (!scene) throw new DioramaError('nothing-to-generate', 'There is no scene to draw.');
  const { document, sources, camera } = scene;
  return await cache.get({ document, camera, size, maps, capture }, () =>
    renderConditioning({ document, sources, camera, size, maps, capture, signal, onProgress }),
  );
}

function canvasOf({ capture }: EngineRequest, drawn: Conditioning | null): Uint8Array {
  if (capture) return capture;
  if (drawn?.capture) return drawn.capture.png;
  throw new DioramaError('nothing-to-generate', 'There is no canvas to send.');
}

function mapOf(drawn: Conditioning | null, map: ControlMapName): Uint8Array {
  const image = drawn?.maps.get(map);
  if (!image) throw new DioramaError('render-failed', `The ${map} map could not be drawn.`);
  return image.png;
}

function withinLimits({ width, height }: PixelSize, longEdgeMaxPx: number): PixelSize {
  const scale = Math.min(1, longEdgeMaxPx / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
