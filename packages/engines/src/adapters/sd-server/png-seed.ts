import { DioramaError } from '@diorama/contracts';
import { readChunks } from '../../png/png-chunks.ts';

/**
 * The seed that stable-diffusion.cpp and the web UIs write into a PNG (`tEXt` chunk `parameters`, "Seed: 42"); null when
 * there is none. The prompt stands in the same text, so the last one counts.
 */
export function seedOfPng(bytes: Uint8Array): number | null {
  if (bytes[0] !== 0x89) return null;
  try {
    for (const { type, data } of readChunks(bytes)) {
      if (type !== 'tEXt') continue;
      const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
      if (!text.startsWith('parameters\0')) continue;
      const found = text.match(/(?:^|[\n,] ?)Seed: (\d{1,10})(?=,|\n|$)/g)?.at(-1);
      const seed = Number(found?.replace(/\D/g, ''));
      return found !== undefined && seed <= 0xffff_ffff ? seed : null;
    }
  } catch (thrown) {
    // A picture that is not sound is judged where it is received; here it only has no seed.
    if (!(thrown instanceof DioramaError)) throw thrown;
  }
  return null;
}
