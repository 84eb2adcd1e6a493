import { type EngineDescription, type Generation, LIMITS } from '@diorama/contracts';
import { choiceName, type EngineChoice, isBuiltin, remedyLabel } from '../engines/engine-choice.ts';
import type { EnginesRoute } from '../engines/engines-route.ts';
import type { PanelState } from './panel-store.ts';

/** All that decides whether Generate can be pressed. */
export interface ReadinessInput {
  readonly panel: Pick<
    PanelState,
    'prompt' | 'useCanvas' | 'references' | 'aspectRatio' | 'size' | 'count' | 'seedLocked'
  >;
  /** Objects with something to see, not hidden. */
  readonly visibleObjectCount: number;
  /** undefined while the list of engines is loading. */
  readonly choice: EngineChoice | undefined;
  readonly enginesLoading: boolean;
  readonly serverReachable: boolean;
  readonly importing: boolean;
  /** Why the budget does not allow the image; null when it does. */
  readonly budgetRefusal: string | null;
}

/** Where what is missing can be put right. */
export interface Remedy {
  readonly label: string;
  readonly route: Partial<EnginesRoute>;
}

export interface Readiness {
  readonly ready: boolean;
  /** Why not, or what will not be used; one sentence each, the most important first. */
  readonly reasons: readonly string[];
  /** For the first reason, where there is one. */
  readonly remedy: Remedy | null;
  /** What the person should know although it will run, without a full stop. */
  readonly notes: readonly string[];
}

/** Every reason why Generate is disabled, in one place, in the words that stand under the button. */
export function readinessOf(input: ReadinessInput): Readiness {
  const { panel, choice } = input;
  const reasons: { readonly text: string; readonly remedy?: Remedy }[] = [];
  const refuse = (text: string, remedy?: Remedy) => reasons.push(remedy ? { text, remedy } : { text });
  const prompt = panel.prompt.trim();
  const referenceCount = panel.references.filter((slot) => slot.state === 'ready').length;
  const canvasUsable = panel.useCanvas && input.visibleObjectCount > 0;

  if (!input.serverReachable) refuse('Waiting for the server to answer again.');
  else if (!choice)
    refuse(input.enginesLoading ? 'Loading the list of engines…' : 'There is no engine to make images with.');
  else if (!choice.engine.available)
    refuse(choice.engine.reason ?? `${choice.engine.name} is not available.`, remedyOf(choice.engine));

  if (panel.prompt.length > LIMITS.promptCharacters) {
    const over = panel.prompt.length - LIMITS.promptCharacters;
    refuse(`The prompt is ${over.toLocaleString('en')} characters too long.`);
  }
  if (panel.references.some((slot) => slot.state === 'uploading')) refuse('An image is still uploading.');
  if (input.importing && panel.useCanvas) refuse('A model is still being read.');

  if (!canvasUsable && !prompt && referenceCount === 0)
    refuse(
      panel.useCanvas
        ? 'The scene is empty. Add a model, an image or a prompt.'
        : 'Switch the canvas on, add an image or type a prompt.',
    );
  else if (choice?.engine.available) {
    const { capabilities } = choice;
    const name = choiceName(choice);
    if (!canvasUsable && !capabilities.textOnly && (referenceCount === 0 || capabilities.referencesMax === 0))
      refuse(
        panel.useCanvas ? `${name} needs a scene. Add a model.` : `${name} needs the canvas. Switch it on.`,
      );
    if (panel.size > capabilities.longEdgeMax)
      refuse(`${name} makes at most ${capabilities.longEdgeMax} pixels. Choose a smaller size.`);
    if (panel.count > capabilities.countMax)
      refuse(
        capabilities.countMax === 1
          ? `${name} makes one image at a time.`
          : `${name} makes at most ${capabilities.countMax} images at once.`,
      );
    if (input.budgetRefusal !== null)
      refuse(input.budgetRefusal, { label: 'Change the budget', route: { section: 'budget' } });
  }
  return {
    ready: reasons.length === 0,
    reasons: reasons.map(({ text }) => text),
    remedy: reasons[0]?.remedy ?? null,
    notes: choice?.engine.available ? notesOf(input, choice, canvasUsable, referenceCount) : [],
  };
}

/** What the chosen engine, which is named just above, will not honour of the present inputs. */
function notesOf(
  { panel }: ReadinessInput,
  choice: EngineChoice,
  canvasUsable: boolean,
  referenceCount: number,
): string[] {
  const { capabilities } = choice;
  const notes: string[] = [];
  if (choice.replaced !== null) notes.push(`${choice.replaced}; ${choiceName(choice)} is used`);
  if (canvasUsable && !capabilities.canvas) notes.push('The canvas is ignored');
  if (referenceCount > capabilities.referencesMax)
    notes.push(
      capabilities.referencesMax === 0 ? 'Reference images are ignored' : 'Only one reference image is used',
    );
  if (!capabilities.aspectRatios.includes(panel.aspectRatio))
    notes.push(
      panel.aspectRatio === 'canvas'
        ? "The canvas's own shape is fitted from another one"
        : `${panel.aspectRatio} is fitted from another shape`,
    );
  if (panel.size < capabilities.longEdgeMin)
    notes.push(`Drawn with at least ${capabilities.longEdgeMin} pixels and made smaller`);
  if (panel.seedLocked && !capabilities.seed) notes.push('The seed is not kept to');
  if (canvasUsable && capabilities.canvas && !isBuiltin(choice) && capabilities.controlMaps.length === 0)
    notes.push('The scene is seen as a picture, without depth or edges');
  if (!panel.useCanvas) notes.push('The canvas is not used');
  return notes;
}

function remedyOf(engine: EngineDescription): Remedy {
  return { label: remedyLabel(engine), route: { section: 'engines', connection: engine.id } };
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
