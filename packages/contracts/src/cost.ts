import { z } from 'zod';
import type { PixelSize } from './aspect-ratio.ts';

/** Money is in US dollars everywhere: that is what the services bill in. */
export const CURRENCY = 'USD';

const dollars = z.number().min(0).max(10_000);

/** What one image of one model costs, as far as it is known. The parts are added up; an absent part is zero. */
export const priceSchema = z.object({
  perImage: dollars.optional(),
  perOutputMegapixel: dollars.optional(),
  /** The model draws no more than this; larger images are enlarged from it and cost no more. */
  outputMegapixelsMax: z.number().positive().max(1_000).optional(),
  /** Each picture counts as whole megapixels of 1024 x 1024 pixels, rounded up. */
  countsWholeMegapixels: z.boolean().optional(),
  perInputImage: dollars.optional(),
  perInputMegapixel: dollars.optional(),
  /** Dollars per second of the service's machine, with the seconds one 1024-pixel image usually takes. */
  perSecond: dollars.optional(),
  typicalSeconds: z.number().min(0).max(3_600).optional(),
  /** Dollars per million tokens, for services that report tokens: turns a reported usage into a cost afterwards. */
  perMillionTokens: z.object({ textInput: dollars, imageInput: dollars, output: dollars }).optional(),
  /** The day on which the price was read, ISO 8601. */
  asOf: z.iso.date(),
  /** Where it was read, or that the owner entered it. */
  source: z.string().max(200),
});
export type Price = z.infer<typeof priceSchema>;

export const COST_BASES = ['reported', 'usage', 'estimate'] as const;

/** What a generation cost. */
export const costSchema = z.object({
  amount: z.number().min(0),
  currency: z.string(),
  /** True unless the service itself said the amount. */
  estimated: z.boolean(),
  /** `reported` = the service named the amount; `usage` = its reported usage times the price table; `estimate` = the price table alone. */
  basis: z.enum(COST_BASES).optional(),
});
export type Cost = z.infer<typeof costSchema>;

export interface CostQuestion {
  readonly size: PixelSize;
  readonly count: number;
  readonly inputImages: number;
  /** Of all inputs together. */
  readonly inputMegapixels: number;
}

/** Dollars for a whole request, from the price table. An estimate: services round and change. */
export function estimateCost(
  price: Price,
  { size, count, inputImages, inputMegapixels }: CostQuestion,
): number {
  const counted = (megapixels: number) =>
    price.countsWholeMegapixels ? Math.ceil((megapixels * 1e6) / 2 ** 20 - 1e-9) : megapixels;
  const outputMegapixels = counted(
    Math.min((size.width * size.height) / 1e6, price.outputMegapixelsMax ?? Number.POSITIVE_INFINITY),
  );
  const eachInput = inputImages === 0 ? 0 : counted(inputMegapixels / inputImages);
  const each =
    (price.perImage ?? 0) +
    (price.perOutputMegapixel ?? 0) * outputMegapixels +
    (price.perInputImage ?? 0) * inputImages +
    (price.perInputMegapixel ?? 0) * eachInput * inputImages +
    (price.perSecond ?? 0) * (price.typicalSeconds ?? 0);
  return each * count;
}

/** Long edge that inputs are sent with at most, unless a service wants less; for estimates before the click. */
export const INPUT_EDGE_PX = 1536;

/**
 * What a request will be charged for, from what is known before it is sent: each input is taken as of the output's size.
 */
export function costQuestionOf(request: {
  readonly size: PixelSize;
  readonly count: number;
  readonly hasCanvas: boolean;
  readonly references: number;
}): CostQuestion {
  const inputImages = (request.hasCanvas ? 1 : 0) + request.references;
  const { width, height } = request.size;
  const scale = Math.min(1, INPUT_EDGE_PX / Math.max(width, height));
  return {
    size: request.size,
    count: request.count,
    inputImages,
    inputMegapixels: (inputImages * width * height * scale * scale) / 1e6,
  };
}
