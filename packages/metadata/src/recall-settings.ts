import { invalidImage } from './bytes.ts';
import { listMetadata } from './list-metadata.ts';
import { readParameters } from './parameters/read-parameters.ts';
import type { ImageSettings } from './settings/image-settings.ts';
import { readSettings } from './settings/settings-document.ts';
import { PARAMETERS_KEYWORD, SETTINGS_KEYWORD } from './write-metadata.ts';
import { settingsOfXmp } from './xmp/xmp-packet.ts';

/** What an image tells of how it was made. */
export interface RecalledSettings {
  /** `diorama`: our own document, complete; `a1111`: the text of other programs, as far as it goes. */
  readonly source: 'diorama' | 'a1111';
  readonly settings: ImageSettings;
  /** Names of what stood there and means nothing to this version; for the person, who may wonder. */
  readonly unknown: readonly string[];
}

/**
 * Reads the settings out of an image, whoever made it and whichever of the three formats it has. Our own document wins
 * over the text of other programs.
 *
 * @returns Null when the image says nothing about how it was made.
 * @throws {DioramaError} `invalid-image` when the file is not a sound PNG, JPEG or WebP, or has a document of ours that
 * is damaged or of a newer version.
 */
export async function recallSettings(bytes: Uint8Array): Promise<RecalledSettings | null> {
  const entries = await listMetadata(bytes);
  const own = entries.find(({ kind, name }) => kind === 'text' && name === SETTINGS_KEYWORD);
  if (own) {
    if (own.text === null) throw invalidImage('The settings inside the image cannot be read.');
    return { source: 'diorama', ...readSettings(own.text) };
  }
  for (const { kind, text } of entries) {
    const document = kind === 'xmp' && text !== null ? settingsOfXmp(text) : null;
    if (document !== null) return { source: 'diorama', ...readSettings(document) };
  }
  for (const { kind, name, text } of entries) {
    if (text === null || (kind !== 'exif' && !(kind === 'text' && name === PARAMETERS_KEYWORD))) continue;
    const found = readParameters(text);
    if (found) return { source: 'a1111', ...found };
  }
  return null;
}
