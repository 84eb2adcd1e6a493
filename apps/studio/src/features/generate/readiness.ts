import { type EngineDescription, type Generation, LIMITS } from '@diorama/contracts';
import type { PanelState } from './panel-store.ts';

/** All that decides whether Generate can be pressed. */
export interface ReadinessInput {
  readonly panel: Pick<PanelState, 'prompt' | 'useCanvas' | 'references' | 'aspectRatio' | 'size' | 'count'>;
  /** Objects with something to see, not hidden. */
  readonly visibleObjectCount: number;
  /** undefined while the list of engines is loading. */
  readonly engine: EngineDescription | undefined;
  readonly enginesLoading: boolean;
  readonly serverReachable: boolean;
  readonly importing: boolean;
}

export interface Readiness {
  readonly ready: boolean;
  /** Why not, or what will not be used; one sentence each, the most important first. */
  readonly reasons: readonly string[];
  /** What the person should know although it will run. */
  readonly notes: readonly string[];
}

/** Every reason why Generate is disabled, in one place, in the words that stand under the button. */
export function readinessOf(input: ReadinessInput): Readiness {
  const { panel, engine } = input;
  const reasons: string[] = [];
  const notes: string[] = [];
  const prompt = panel.prompt.trim();
  const referenceCount = panel.references.filter((slot) => slot.state === 'ready').length;
  const canvasUsable = panel.useCanvas && input.visibleObjectCount > 0;

  if (!input.serverReachable) reasons.push('Waiting for the server to answer again.');
  else if (!engine)
    reasons.push(
      input.enginesLoading ? 'Loading the list of engines…' : 'There is no engine to make images with.',
    );
  else if (!engine.available) reasons.push(engine.reason ?? `${engine.name} is not available.`);

  if (panel.prompt.length > LIMITS.promptCharacters) {
    const over = panel.prompt.length - LIMITS.promptCharacters;
    reasons.push(`The prompt is ${over.toLocaleString('en')} characters too long.`);
  }
  if (panel.references.some((slot) => slot.state === 'uploading'))
    reasons.push('An image is still uploading.');
  if (input.importing && panel.useCanvas) reasons.push('A model is still being read.');

  if (!canvasUsable && !prompt && referenceCount === 0)
    reasons.push(
      panel.useCanvas
        ? 'The scene is empty. Add a model, an image or a prompt.'
        : 'Switch the canvas on, add an image or type a prompt.',
    );
  else if (engine?.available) {
    const { capabilities } = engine;
    if (!canvasUsable && !capabilities.textOnly)
      reasons.push(
        panel.useCanvas
          ? `${engine.name} needs a scene. Add a model.`
          : `${engine.name} needs the canvas. Switch it on.`,
      );
    if (panel.useCanvas && canvasUsable && !capabilities.canvas)
      notes.push(`${engine.name} does not use the canvas.`);
    if (referenceCount > capabilities.referencesMax)
      notes.push(
        capabilities.referencesMax === 0
          ? `${engine.name} does not use reference images.`
          : `${engine.name} uses one reference image.`,
      );
    if (!capabilities.aspectRatios.includes(panel.aspectRatio))
      notes.push(`${engine.name} does not draw ${panel.aspectRatio} itself; the image is fitted to it.`);
    if (panel.size > capabilities.longEdgeMax)
      reasons.push(`${engine.name} makes at most ${capabilities.longEdgeMax} pixels. Choose a smaller size.`);
    if (panel.count > capabilities.countMax)
      reasons.push(`${engine.name} makes at most ${capabilities.countMax} images at once.`);
  }
  if (!panel.useCanvas) notes.push('The canvas is not used.');
  return { ready: reasons.length === 0, reasons, notes };
}

/** Work grows with pixels, samples and images; `typicalMs` is for 1,024 pixels at standard quality. */
const QUALITY_COST = { draft: 0.4, standard: 1, high: 3.2 } as const;
const TYPICAL_PIXELS = 1024 * 576;
/** Loading and building the scene take the same time for every image, however small. */
const FIXED_SHARE = 0.2;
/** So many of the latest images say how this machine compares with the estimate. */
const CALIBRATION_COUNT = 5;

export interface EstimatedWork {
  readonly pixels: number;
  readonly quality: keyof typeof QUALITY_COST;
  readonly count: number;
}

export function estimateMs(
  engine: Pick<EngineDescription, 'typicalMs'>,
  { pixels, quality, count }: EstimatedWork,
): number | null {
  if (engine.typicalMs === null) return null;
  const perImage = (1 - FIXED_SHARE) * (pixels / TYPICAL_PIXELS) * QUALITY_COST[quality];
  return engine.typicalMs * (FIXED_SHARE + perImage * count);
}

/**
 * By how much the latest images took longer (above 1) or shorter than estimated: what this machine and these scenes
 * really need. The median, so that one image made on a busy machine does not count.
 */
export function calibrationOf(
  engine: Pick<EngineDescription, 'id' | 'typicalMs'>,
  latest: readonly Generation[],
): number {
  const ratios = latest
    .filter(({ status, request }) => status === 'succeeded' && request.engine === engine.id)
    .slice(0, CALIBRATION_COUNT)
    .flatMap(({ outputs, request, timings }) => {
      const [output] = outputs;
      const { quality = 'standard' } = request.options;
      if (!output || timings.total === undefined || !isQuality(quality)) return [];
      const took = timings.total - (timings.waiting ?? 0);
      const estimated = estimateMs(engine, {
        pixels: output.width * output.height,
        quality,
        count: outputs.length,
      });
      return estimated ? [took / estimated] : [];
    })
    .sort((a, b) => a - b);
  return ratios[Math.floor(ratios.length / 2)] ?? 1;
}

function isQuality(value: unknown): value is keyof typeof QUALITY_COST {
  return typeof value === 'string' && Object.hasOwn(QUALITY_COST, value);
}

/** "about 12 s", "about 2 min": no more exact than the estimate is. */
export function durationInWords(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 1.5) return 'about 1 s';
  if (seconds < 10) return `about ${Math.round(seconds)} s`;
  if (seconds < 75) return `about ${Math.round(seconds / 5) * 5} s`;
  return `about ${Math.max(1, Math.round(seconds / 60))} min`;
}
