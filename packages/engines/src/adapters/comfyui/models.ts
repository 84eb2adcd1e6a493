import {
  type ControlMapName,
  type EngineCapabilities,
  type EngineModel,
  REFERENCE_ROLES,
  type Workflow,
} from '@diorama/contracts';
import { OWN_SERVER_CAPABILITIES } from '../diffusion/capabilities.ts';
import { type ComfyuiOptions, workflowCountMax } from './comfyui-options.ts';
import {
  FAMILY_FACTS,
  type Family,
  isDistilledFlux2,
  isGuidanceDistilledFlux2,
  modelName,
  samplingOf,
} from './families.ts';
import { mapsOf, referencesOf } from './user-workflow.ts';

/** Before the id of a workflow it makes the id of a model. */
export const WORKFLOW_PREFIX = 'workflow:';

/** A model file as one of the models to choose from. */
export function templateModel(
  family: Family,
  file: string,
  maps: readonly ControlMapName[],
  options: ComfyuiOptions,
  isGuess = false,
): EngineModel {
  const { note } = FAMILY_FACTS[family];
  return {
    id: `${family}:${file}`,
    name: modelName(family, file),
    capabilities: templateCapabilities(family, file, maps, options),
    price: null,
    note: isGuess
      ? 'Taken for Stable Diffusion 1.5, because its name does not tell. Say in the settings what it is if that is wrong.'
      : (family === 'sdxl' || family === 'sd15') && maps.length === 0
        ? 'No ControlNet for it was found, so only the canvas as start picture holds the geometry.'
        : note,
  };
}

function templateCapabilities(
  family: Family,
  file: string,
  maps: readonly ControlMapName[],
  options: ComfyuiOptions,
): EngineCapabilities {
  const base = { ...OWN_SERVER_CAPABILITIES, previews: options.previews === 'previews' };
  if (family === 'sdxl' || family === 'sd15') return { ...base, controlMaps: [...maps] };
  const hasNegative =
    family === 'flux2'
      ? !isDistilledFlux2(file) && !isGuidanceDistilledFlux2(file)
      : family === 'qwen-edit' &&
        samplingOf(family, file, options.files['qwen-edit.speed-lora'] !== undefined).cfg > 1;
  return {
    ...base,
    // An edit model without a picture to edit makes poor ones.
    textOnly: family !== 'qwen-edit',
    referencesMax: 2,
    referenceRoles: [...REFERENCE_ROLES],
    negativePrompt: hasNegative,
    controlMaps: ['depth', 'canny'],
  };
}

/** A workflow of the person's own as one of the models to choose from. */
export function workflowModel(workflow: Workflow): EngineModel {
  const { inputs } = workflow;
  const references = referencesOf(workflow);
  const maps = mapsOf(workflow);
  return {
    id: WORKFLOW_PREFIX + workflow.id,
    name: workflow.name,
    capabilities: {
      ...OWN_SERVER_CAPABILITIES,
      textOnly: inputs.canvas === undefined && references === 0 && maps.length === 0,
      canvas: inputs.canvas !== undefined || maps.length > 0,
      referencesMax: references,
      referenceRoles: references > 0 ? [...REFERENCE_ROLES] : [],
      seed: inputs.seed !== undefined,
      negativePrompt: inputs.negativePrompt !== undefined,
      geometryStrength: inputs.strength !== undefined || references > 0,
      controlMaps: maps,
      countMax: workflowCountMax(workflow),
    },
    price: null,
    note: workflow.note ?? 'Your own workflow.',
  };
}
