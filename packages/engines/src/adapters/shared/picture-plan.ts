import type { PixelSize, Warning } from '@diorama/contracts';
import { z } from 'zod';
import type { InputLimits, InputSource, Plan, PlanQuestion } from '../../kit/remote/adapter.ts';

/** Maps that can be sent as one more picture. */
export const PICTURE_MAPS = ['depth', 'normal', 'canny', 'lineart'] as const;

/**
 * Which map of the geometry is sent as one more picture. Off unless asked for: models that edit by instruction see the
 * geometry in the canvas already, and lines or greys of a map tend to show up in their pictures.
 */
export const controlMapOption = z.enum(PICTURE_MAPS).nullable().default(null);

export interface PicturePlan {
  readonly size: PixelSize;
  /** Pictures that the model takes, the canvas included. */
  readonly inputsMax: number;
  readonly inputLimits: InputLimits;
  readonly promptMaxCharacters: number;
  readonly controlMap: (typeof PICTURE_MAPS)[number] | null;
  readonly warnings?: readonly Warning[];
}

/** The plan for models that are told in words what each picture is for: canvas, references, then a map. */
export function planPictures(question: PlanQuestion, plan: PicturePlan): Plan {
  const { inputsMax } = plan;
  const warnings: Warning[] = [...(plan.warnings ?? [])];
  const inputs: InputSource[] = [];
  if (question.hasCanvas) {
    if (inputsMax > 0) inputs.push({ kind: 'canvas' });
    else
      warnings.push({
        code: 'canvas-ignored',
        message: 'This model takes no pictures: it sees the prompt alone.',
      });
  }
  question.references.forEach(({ role }, index) => {
    if (inputs.length < inputsMax) inputs.push({ kind: 'reference', index, role });
    else
      warnings.push({
        code: 'reference-ignored',
        message: `Reference ${index + 1} is not sent: this model takes ${pictures(inputsMax)}.`,
      });
  });
  if (plan.controlMap !== null) {
    if (question.hasScene && inputs.length < inputsMax) inputs.push({ kind: 'map', map: plan.controlMap });
    else
      warnings.push({
        code: 'option-ignored',
        message: question.hasScene
          ? `The ${plan.controlMap} map is not sent: this model takes ${pictures(inputsMax)}.`
          : `The ${plan.controlMap} map is not sent: there is no scene to draw it from.`,
      });
  }
  return {
    size: plan.size,
    inputs,
    maps: [],
    inputLimits: plan.inputLimits,
    promptForm: inputs.length === 0 ? 'plain' : 'numbered-images',
    promptMaxCharacters: plan.promptMaxCharacters,
    followsCanvas: inputs[0]?.kind === 'canvas',
    warnings,
  };
}

function pictures(count: number): string {
  if (count === 0) return 'no pictures';
  return count === 1 ? 'one picture' : `${count} pictures`;
}
