import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { DioramaError, LIMITS, REFERENCE_ROLES, type ReferenceRole } from '@diorama/contracts';
import type { EngineReference } from '@diorama/engines';
import { readImageHeader } from '@diorama/gltf';
import { UsageError } from '../exit-codes.ts';
import type { Io } from '../io.ts';

const IMAGE_TYPES: readonly string[] = ['image/png', 'image/jpeg', 'image/webp'];

/** `FILE` or `FILE:role`. A colon that no role follows belongs to the file's name when such a file exists. */
export async function readReference(argument: string, io: Io): Promise<EngineReference> {
  if (argument.trim() === '')
    throw new UsageError('The name of the reference image is empty.', 'Write for example -r mood.jpg:style.');
  const { path, role } = await splitRole(argument, io);
  const name = basename(path);
  const facts = await stat(path).catch((cause: unknown) => {
    throw new DioramaError('not-found', `The reference image ${name} cannot be read.`, {
      hint: 'Check the path of the image.',
      cause,
    });
  });
  if (facts.isDirectory())
    throw new DioramaError('unsupported-media-type', `${name} is a folder.`, {
      hint: 'Give a PNG, JPEG or WebP image.',
    });
  if (facts.size > LIMITS.imageBytes)
    throw new DioramaError(
      'file-too-large',
      `The reference image ${name} has more than ${LIMITS.imageBytes / 1024 / 1024} MB.`,
    );
  const bytes = await readFile(path);
  const header = readImageHeader(bytes);
  if (!header || !IMAGE_TYPES.includes(header.mediaType))
    throw new DioramaError(
      'unsupported-media-type',
      `The reference ${name} is not a PNG, JPEG or WebP image.`,
      {
        hint: 'Save it as PNG, JPEG or WebP.',
      },
    );
  if (header.width * header.height > LIMITS.imagePixels)
    throw new DioramaError(
      'image-too-large',
      `The reference image ${name} has ${header.width} x ${header.height} pixels.`,
    );
  return { bytes, mediaType: header.mediaType, role };
}

async function splitRole(argument: string, io: Io): Promise<{ path: string; role: ReferenceRole | null }> {
  const at = argument.lastIndexOf(':');
  const ending = argument.slice(at + 1);
  if (at > 0) {
    if (isRole(ending)) return { path: resolve(io.cwd, argument.slice(0, at)), role: ending };
    const whole = await stat(resolve(io.cwd, argument)).catch(() => null);
    // A path separator after the colon is a Windows drive.
    if (!whole && !/[\\/]/.test(ending))
      throw new UsageError(
        `There is no reference role "${ending}".`,
        `Choose one of: ${REFERENCE_ROLES.join(', ')}.`,
      );
  }
  return { path: resolve(io.cwd, argument), role: null };
}

function isRole(text: string): text is ReferenceRole {
  return (REFERENCE_ROLES as readonly string[]).includes(text);
}
