import type { Warning } from '@diorama/contracts';
import type { GenerateImageCall, ImageModel } from 'ai';
import type { Timeouts } from '../../kit/http/http.ts';
import type { AdapterIo, AdapterJob } from '../../kit/remote/adapter.ts';
import { toServiceError } from './service-error.ts';

/** For routes that are silent until the picture is done; the slowest settings take several minutes. */
export const PICTURE_TIMEOUTS: Partial<Timeouts> = {
  firstByteMs: 600_000,
  idleMs: 60_000,
  totalMs: 900_000,
};

export interface ImageQuestion {
  /** Made by the provider's package with the kit's fetch. */
  readonly model: ImageModel;
  readonly count: number;
  readonly size?: string;
  /** `16:9`; widths such as `19.5:9` are allowed. */
  readonly aspectRatio?: string;
  readonly seed?: number;
  /** What the provider's package takes beyond the common options, by its own name. */
  readonly providerOptions?: Parameters<typeof import('ai')['generateImage']>[0]['providerOptions'];
}

/** One answered request. No images: the service answered, but gave none; `call` says why. */
export interface ImageAnswer {
  readonly images: readonly Uint8Array[];
  readonly call: GenerateImageCall | null;
  readonly warnings: readonly Warning[];
}

/**
 * Asks once, in one request, through the SDK. It neither repeats the request (an empty answer is paid for, too) nor
 * splits it, and what the SDK throws comes out as the error that the kit's own calls would throw.
 */
export async function makeImages(
  job: Pick<AdapterJob, 'prompt' | 'inputs'>,
  io: Pick<AdapterIo, 'http' | 'signal'>,
  question: ImageQuestion,
): Promise<ImageAnswer> {
  const { generateImage, NoImageGeneratedError } = await import('ai');
  // The warnings are passed on below; the SDK would print them as well.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  const { size, aspectRatio, seed, providerOptions } = question;
  try {
    const result = await generateImage({
      model: question.model,
      // An object without pictures would be taken for an edit without a picture.
      prompt:
        job.inputs.length === 0
          ? job.prompt
          : { text: job.prompt, images: job.inputs.map((input) => input.bytes) },
      n: question.count,
      maxImagesPerCall: question.count,
      maxRetries: 0,
      abortSignal: io.signal,
      ...(size === undefined ? {} : { size: size as `${number}x${number}` }),
      ...(aspectRatio === undefined ? {} : { aspectRatio: aspectRatio as `${number}:${number}` }),
      ...(seed === undefined ? {} : { seed }),
      ...(providerOptions === undefined ? {} : { providerOptions }),
    });
    return {
      images: result.images.map((image) => image.uint8Array),
      // The merged metadata of the result lacks what is said of the whole request.
      call: result.calls[0] ?? null,
      warnings: result.warnings.map(toWarning),
    };
  } catch (thrown) {
    io.signal.throwIfAborted();
    if (NoImageGeneratedError.isInstance(thrown))
      return { images: [], call: thrown.calls?.[0] ?? null, warnings: [] };
    throw toServiceError(thrown, io);
  }
}

type SdkWarning = Awaited<ReturnType<typeof import('ai')['generateImage']>>['warnings'][number];

function toWarning(warning: SdkWarning): Warning {
  switch (warning.type) {
    case 'unsupported':
    case 'compatibility':
      return {
        code: 'option-ignored',
        message: `The model does not know "${warning.feature}".${warning.details ? ` ${warning.details}` : ''}`,
      };
    case 'deprecated':
      return { code: 'option-ignored', message: warning.message };
    case 'other':
      return { code: 'feature-ignored', message: warning.message };
  }
}
