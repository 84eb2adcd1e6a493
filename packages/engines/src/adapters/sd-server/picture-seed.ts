import { DioramaError } from '@diorama/contracts';
import { recallSettings } from '@diorama/metadata';

/** The seed that stable-diffusion.cpp and the web UIs write into a picture; null when there is none. */
export async function seedInPicture(bytes: Uint8Array): Promise<number | null> {
  try {
    return (await recallSettings(bytes))?.settings.seed ?? null;
  } catch (thrown) {
    // A picture that is not sound is judged where it is received; here it only has no seed.
    if (!(thrown instanceof DioramaError)) throw thrown;
    return null;
  }
}
