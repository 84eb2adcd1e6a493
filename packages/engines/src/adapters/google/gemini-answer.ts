import { type Cost, DioramaError, type Price } from '@diorama/contracts';
import { z } from 'zod';
import { tokenCost } from '../ai-sdk/token-cost.ts';
import { shorten } from '../shared/service-words.ts';

const tokensByKind = z.array(z.object({ modality: z.string(), tokenCount: z.number() })).nullish();

/** The parts of an answer that the SDK leaves out or that say why there is no picture. */
const answerSchema = z.object({
  candidates: z
    .array(
      z.object({
        content: z
          .object({
            parts: z
              .array(z.object({ text: z.string().optional(), thought: z.boolean().optional() }))
              .nullish(),
          })
          .nullish(),
        finishReason: z.string().nullish(),
        finishMessage: z.string().nullish(),
      }),
    )
    .nullish(),
  promptFeedback: z.object({ blockReason: z.string().nullish() }).nullish(),
  usageMetadata: z
    .object({
      promptTokenCount: z.number().nullish(),
      candidatesTokenCount: z.number().nullish(),
      thoughtsTokenCount: z.number().nullish(),
      promptTokensDetails: tokensByKind,
      candidatesTokensDetails: tokensByKind,
    })
    .nullish(),
  modelVersion: z.string().nullish(),
});
export type GeminiAnswer = z.output<typeof answerSchema>;

/** null for an answer of another shape. */
export function readAnswer(json: unknown): GeminiAnswer | null {
  const parsed = answerSchema.safeParse(json);
  return parsed.success ? parsed.data : null;
}

/** Reasons after which the same request would fail again: what was drawn, or would have been, is not let out. */
const WITHHELD = new Set([
  'SAFETY',
  'IMAGE_SAFETY',
  'PROHIBITED_CONTENT',
  'IMAGE_PROHIBITED_CONTENT',
  'BLOCKLIST',
  'SPII',
  'RECITATION',
  'IMAGE_RECITATION',
]);
/** Failures that may pass. */
const FAILED = new Set(['MAX_TOKENS', 'OTHER', 'MALFORMED_RESPONSE', 'MALFORMED_FUNCTION_CALL']);

/** Why an answer has no picture. */
export function missingPicture(answer: GeminiAnswer | null): DioramaError {
  const candidate = answer?.candidates?.[0];
  const blocked = answer?.promptFeedback?.blockReason;
  if (!candidate?.finishReason && blocked)
    return new DioramaError('content-refused', `Google refused the prompt or a picture (${blocked}).`, {
      details: { reason: blocked, ...(blocked === 'IMAGE_SAFETY' ? { about: 'pictures' } : {}) },
    });
  const reason = candidate?.finishReason ?? 'none';
  if (WITHHELD.has(reason))
    return new DioramaError('output-withheld', `Google withheld the picture (${reason}).`, {
      details: { reason },
    });
  if (FAILED.has(reason))
    return new DioramaError('engine-failed', `The model stopped before the picture was made (${reason}).`, {
      details: { reason },
    });
  const words = (candidate?.content?.parts ?? [])
    .map(({ text, thought }) => (thought === true ? '' : (text ?? '')))
    .join(' ');
  const said = shorten(words) || shorten(candidate?.finishMessage ?? '');
  return new DioramaError(
    'invalid-output',
    said === '' ? 'The model made no picture and did not say why.' : `The model answered in words: ${said}`,
    {
      hint: 'Say more clearly what the picture shall show, or try again without one of the inputs.',
      details: { reason },
    },
  );
}

/** The tokens of one answer in money; null when nothing was counted or the price is not known. */
export function costOf(
  answer: GeminiAnswer | null,
  price: Price | null,
  perMillionTextOutput: number | null,
): Cost | null {
  const usage = answer?.usageMetadata;
  const rate = price?.perMillionTokens;
  if (!usage || !rate) return null;
  const imageInput = countOf(usage.promptTokensDetails, 'IMAGE') ?? 0;
  const candidates = usage.candidatesTokenCount ?? 0;
  const pictures = countOf(usage.candidatesTokensDetails, 'IMAGE') ?? candidates;
  const words = candidates - pictures + (usage.thoughtsTokenCount ?? 0);
  // Words in tokens of pictures, so that one rate does for both.
  const wordsAsPictures =
    rate.output > 0 ? (words * (perMillionTextOutput ?? rate.output)) / rate.output : words;
  return tokenCost(price, {
    textInput: (usage.promptTokenCount ?? 0) - imageInput,
    imageInput,
    output: pictures + wordsAsPictures,
  });
}

function countOf(counts: z.output<typeof tokensByKind>, kind: string): number | null {
  if (!counts) return null;
  return counts.reduce((sum, { modality, tokenCount }) => sum + (modality === kind ? tokenCount : 0), 0);
}
