import origin from '../weights/origin.json' with { type: 'json' };
import { DenoiserError } from './errors.ts';
import { bindWeights, type LayerWeights } from './network.ts';
import { type PackedModel, packModel } from './packed-model.ts';
import { readBytes } from './platform.ts';
import { parseTza } from './tza.ts';

/** `small`: the default. `base`: a little sharper and cleaner, in just under twice the time. */
export type DenoiserModel = 'small' | 'base';

export const DENOISER_MODELS: readonly DenoiserModel[] = ['small', 'base'];

const FILES: Readonly<Record<DenoiserModel, URL>> = {
  small: new URL('../weights/rt_hdr_alb_nrm_small.tza', import.meta.url),
  base: new URL('../weights/rt_hdr_alb_nrm.tza', import.meta.url),
};

/** Throws unless the bytes are those this version was made for. */
export async function verifyWeights(model: DenoiserModel, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const { name, sha256 } = origin.files[model];
  // Pages on plain http (other than localhost) have no crypto.subtle. Unchecked weights could paint anything; none are used then.
  if (globalThis.crypto?.subtle === undefined) {
    throw new DenoiserError(
      'weights-corrupt',
      `${name} cannot be verified: this page is not a secure context.`,
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const actual = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (actual !== sha256)
    throw new DenoiserError('weights-corrupt', `${name} does not have the expected SHA-256.`);
}

/**
 * Reads, verifies and parses the weights of a model.
 *
 * @throws {DenoiserError} `weights-missing`, `weights-corrupt`
 */
export async function loadWeights(model: DenoiserModel): Promise<Map<string, LayerWeights>> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await readBytes(FILES[model]);
  } catch (cause) {
    throw new DenoiserError('weights-missing', `The weights of model "${model}" cannot be read.`, { cause });
  }
  await verifyWeights(model, bytes);
  return bindWeights(parseTza(bytes));
}

const packedModels = new Map<DenoiserModel, Promise<PackedModel>>();

/** The model in the kernel's layout. Kept for the life of the program (2 MB small, 7 MB base); a failure is not kept. */
export function loadModel(model: DenoiserModel): Promise<PackedModel> {
  let packed = packedModels.get(model);
  if (packed === undefined) {
    packed = loadWeights(model).then(packModel);
    packedModels.set(model, packed);
    packed.catch(() => packedModels.delete(model));
  }
  return packed;
}
