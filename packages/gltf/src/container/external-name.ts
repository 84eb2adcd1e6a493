import type { GltfModel } from '../model/gltf-model.ts';

/**
 * The file name that a URI means, relative to the model's folder: percent escapes decoded, `./` removed. A URI that
 * leads elsewhere (another scheme, an absolute path, out of the folder) keeps its text, which no given file matches.
 */
export function externalName(uri: string): string {
  let name = uri;
  try {
    name = decodeURIComponent(uri);
  } catch {
    // Not percent-encoded after all; taken literally, as most exporters mean it.
  }
  return name.replace(/^(\.\/)+/, '');
}

/** True where a name stays inside the model's folder by its own text. Symbolic links are for the one who opens it to check. */
export function isInsideFolder(name: string): boolean {
  return (
    name !== '' &&
    !/^[a-z][a-z0-9+.-]*:/i.test(name) &&
    !/[\\\0]/.test(name) &&
    !name.startsWith('/') &&
    !name.split('/').includes('..')
  );
}

/** Finds a file by its name; where folders were lost on the way (a drop of loose files), by the last part alone. */
export function findFile(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array | undefined {
  const exact = files.get(name);
  if (exact) return exact;
  const base = baseName(name).toLowerCase();
  const sameBase = [...files].filter(([key]) => baseName(key).toLowerCase() === base);
  return sameBase.length === 1 ? sameBase[0]![1] : undefined;
}

/** What stands behind the last slash. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** The external files of a model, each once. */
export function externalNamesOf({ buffers, images }: Pick<GltfModel, 'buffers' | 'images'>): string[] {
  return [
    ...new Set([
      ...buffers.flatMap((buffer) => (buffer.kind === 'external' ? [buffer.name] : [])),
      ...images.flatMap((image) => (image.kind === 'external' ? [image.file] : [])),
    ]),
  ];
}
