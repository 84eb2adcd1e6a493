import { DioramaError, type Warning, type Workflow } from '@diorama/contracts';
import type { InputSource, Plan, PlanQuestion } from '../../kit/remote/adapter.ts';
import type { SizeRule } from '../../kit/remote/sizes.ts';
import { usualMaps } from '../diffusion/geometry-guidance.ts';
import { workingSize } from '../diffusion/working-size.ts';
import type { ComfyuiOptions, ComfyuiRequestOptions } from './comfyui-options.ts';
import { FAMILY_FACTS, type Family } from './families.ts';
import { mapsOf, referencesOf } from './user-workflow.ts';

const PROMPT_MAX_CHARACTERS = 12_000;
const PICTURE_BYTES_MAX = 24 * 1024 * 1024;
/** References are seen at about a megapixel; more only makes the upload long. */
const REFERENCE_EDGE_MAX_PX = 2048;
/** From here on an edit model also sees the depth, if there is room for a picture. */
const DEPTH_PICTURE_FROM = 0.9;

/** What a template gets: the canvas as start picture and maps, or all pictures in the order of the prompt. */
export function planTemplate(
  family: Family,
  question: PlanQuestion,
  requested: ComfyuiRequestOptions,
  options: ComfyuiOptions,
): Plan {
  const { model, hasCanvas, hasScene, references } = question;
  const facts = FAMILY_FACTS[family];
  const size = workingSize(question.size, facts.sizes, options.sampling[family]?.megapixels);
  const warnings: Warning[] = [];
  const offered = model.capabilities.controlMaps;
  const chosen = requested.maps?.filter((map) => {
    if (offered.includes(map)) return true;
    warnings.push({
      code: 'option-ignored',
      message: `${model.name} cannot be guided by the ${map} map here.`,
    });
    return false;
  });

  if (family === 'sdxl' || family === 'sd15') {
    return {
      size,
      inputs: hasCanvas ? [{ kind: 'canvas' }] : [],
      maps: hasScene ? (chosen ?? usualMaps(offered)) : [],
      inputLimits: limitsFor(size),
      promptForm: 'description',
      promptMaxCharacters: PROMPT_MAX_CHARACTERS,
      // Start picture and maps hold every pixel in its place; there is no drift to be repaired.
      followsCanvas: false,
      warnings,
    };
  }

  const inputs: InputSource[] = hasCanvas ? [{ kind: 'canvas' }] : [];
  references.forEach(({ role }, index) => {
    if (inputs.length < facts.picturesMax) inputs.push({ kind: 'reference', index, role });
  });
  const asPicture =
    chosen ?? ((question.geometryStrength ?? 0) >= DEPTH_PICTURE_FROM ? (['depth'] as const) : []);
  if (hasCanvas && hasScene) {
    for (const map of asPicture) {
      if (inputs.length < facts.picturesMax) inputs.push({ kind: 'map', map });
      else if (chosen !== undefined) {
        warnings.push({
          code: 'option-ignored',
          message: `${facts.label} takes ${facts.picturesMax} pictures at most, so the ${map} map was left out.`,
        });
      }
    }
  }
  const isStitched = family === 'kontext' && options.kontextReferences === 'stitch' && inputs.length > 1;
  return {
    size,
    inputs,
    maps: [],
    inputLimits: limitsFor(size),
    promptForm: family === 'qwen-edit' ? 'numbered-pictures' : 'numbered-images',
    promptMaxCharacters: PROMPT_MAX_CHARACTERS,
    followsCanvas: hasCanvas && !isStitched,
    warnings,
  };
}

const WORKFLOW_SIZES: Omit<SizeRule, 'stepPx'> = { pixelsMin: 0.25 * 1024 * 1024, pixelsMax: 1024 * 1024 };

/** What a workflow of the person's own gets: what it has places for, and nothing may be missing. */
export function planWorkflow(
  workflow: Workflow,
  { size: wanted, hasCanvas, hasScene, references }: PlanQuestion,
): Plan {
  const size = workingSize(
    wanted,
    { ...WORKFLOW_SIZES, stepPx: workflow.sizeStepPx ?? 16 },
    workflow.megapixels,
  );
  const refuse = (message: string, hint: string): never => {
    throw new DioramaError('request-rejected', message, { hint });
  };
  // The graph has the name of some other file in these places; with it the picture would be of something else.
  if (workflow.inputs.canvas !== undefined && !hasCanvas) {
    refuse(
      `The workflow "${workflow.name}" needs the canvas.`,
      'Switch the canvas on, or choose another workflow.',
    );
  }
  const maps = mapsOf(workflow);
  if (maps.length > 0 && !hasScene) {
    refuse(
      `The workflow "${workflow.name}" needs the ${maps.join(' and ')} of the scene.`,
      'Use a scene as canvas, or choose another workflow.',
    );
  }
  const needed = referencesOf(workflow);
  if (references.length < needed) {
    refuse(
      `The workflow "${workflow.name}" needs ${needed === 1 ? 'a reference image' : 'two reference images'}.`,
      needed === 1 ? 'Add one, or choose another workflow.' : 'Add both, or choose another workflow.',
    );
  }
  const inputs: InputSource[] = workflow.inputs.canvas === undefined ? [] : [{ kind: 'canvas' }];
  references.slice(0, needed).forEach(({ role }, index) => {
    inputs.push({ kind: 'reference', index, role });
  });
  return {
    size,
    inputs,
    maps,
    inputLimits: limitsFor(size),
    promptForm: workflow.promptForm ?? (needed > 0 ? 'numbered-images' : 'description'),
    promptMaxCharacters: PROMPT_MAX_CHARACTERS,
    followsCanvas:
      workflow.inputs.canvas !== undefined && workflow.inputs.strength === undefined && maps.length === 0,
    warnings: [],
  };
}

function limitsFor({
  width,
  height,
}: {
  readonly width: number;
  readonly height: number;
}): Plan['inputLimits'] {
  return {
    longEdgeMaxPx: Math.max(REFERENCE_EDGE_MAX_PX, width, height),
    maxBytes: PICTURE_BYTES_MAX,
    mediaType: 'image/png',
  };
}
