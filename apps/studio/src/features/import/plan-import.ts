/** What a set of files means: which are models, which belong to them, which are pictures for a reference slot. */
export interface ImportPlan<F extends { readonly path: string }> {
  readonly models: readonly { readonly model: F; readonly companions: readonly F[] }[];
  readonly images: readonly F[];
  /** Neither, and part of no model. */
  readonly unknown: readonly F[];
}

const extensionOf = (path: string) => /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);

const IMAGE_EXTENSIONS = new Set(['png', 'jpg', 'jpeg', 'webp']);
/** What a glTF file may refer to. */
const COMPANION_EXTENSIONS = new Set([...IMAGE_EXTENSIONS, 'bin', 'ktx2', 'basis', 'avif', 'gif', 'bmp']);

/**
 * Sorts dropped files. With a `.gltf` among them every buffer and picture is its companion; a GLB carries its own and
 * may still name outer files, so it gets what lies in its folder or below.
 */
export function planImport<F extends { readonly path: string }>(files: readonly F[]): ImportPlan<F> {
  const visible = files.filter(({ path }) => !/(^|\/)(\.|__MACOSX\/)/.test(path));
  const models = visible.filter(({ path }) => ['glb', 'gltf'].includes(extensionOf(path)));
  const companions = visible.filter(({ path }) => COMPANION_EXTENSIONS.has(extensionOf(path)));
  const others = visible.filter((file) => !models.includes(file) && !companions.includes(file));
  if (models.length === 0)
    return {
      models: [],
      images: companions.filter(({ path }) => IMAGE_EXTENSIONS.has(extensionOf(path))),
      unknown: [...others, ...companions.filter(({ path }) => !IMAGE_EXTENSIONS.has(extensionOf(path)))],
    };
  return {
    models: models.map((model) => ({
      model,
      companions: companions.filter(
        ({ path }) => path.startsWith(folderOf(model.path)) || models.length === 1,
      ),
    })),
    images: [],
    unknown: others,
  };
}

/** A companion's name as the model file writes it: relative to the model's folder. */
export function relativeTo(modelPath: string, companionPath: string): string {
  const folder = folderOf(modelPath);
  return companionPath.startsWith(folder) ? companionPath.slice(folder.length) : companionPath;
}

/** The scene's or object's name from a file name. */
export function nameOf(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.replace(/\.[^.]+$/, '') || file;
}

/** Whether two paths end in the same file name; names in models are often written in another case. */
export function sameFileName(a: string, b: string): boolean {
  const last = (path: string) => path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return last(a) === last(b);
}
