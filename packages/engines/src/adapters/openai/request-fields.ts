import type { PixelSize } from '@diorama/contracts';
import { nearestRatio, sizeByRule } from '../../kit/remote/sizes.ts';
import { FIXED_SIZES, FREE_SIZES, type OpenAiFacts } from './models.ts';
import type { OpenAiOptions } from './openai-options.ts';

/** The size that is asked of a model for a wanted one. */
export function sizeFor(facts: OpenAiFacts, wanted: PixelSize): PixelSize {
  if (facts.sizes === 'free') return sizeByRule(wanted, FREE_SIZES);
  return FIXED_SIZES[nearestRatio(['1:1', '3:2', '2:3'] as const, wanted)];
}

/** Fields by the SDK's names; absent ones are not sent. */
export interface RequestFields {
  readonly quality: string;
  readonly outputFormat: 'png';
  readonly inputFidelity?: 'high' | 'low';
  readonly complexity?: 'low' | 'medium' | 'high';
  readonly moderation?: 'auto' | 'low';
}

/** What a request says beyond prompt, pictures, count and size: only what the model knows. */
export function fieldsFor(facts: OpenAiFacts, options: OpenAiOptions, isEdit: boolean): RequestFields {
  const { inputFidelity, complexity, moderation } = options;
  return {
    quality: facts.qualities.includes(options.quality) ? options.quality : 'high',
    outputFormat: 'png',
    ...(isEdit && inputFidelity !== null && facts.inputFidelity.includes(inputFidelity)
      ? { inputFidelity }
      : {}),
    ...(complexity !== null && facts.hasComplexity ? { complexity } : {}),
    ...(moderation === null ? {} : { moderation }),
  };
}

/** The fields under the API's own names, for requests that are made without the SDK. */
export function wireFields(fields: RequestFields): Record<string, string> {
  return {
    quality: fields.quality,
    output_format: fields.outputFormat,
    ...(fields.inputFidelity === undefined ? {} : { input_fidelity: fields.inputFidelity }),
    ...(fields.complexity === undefined ? {} : { complexity: fields.complexity }),
    ...(fields.moderation === undefined ? {} : { moderation: fields.moderation }),
  };
}
