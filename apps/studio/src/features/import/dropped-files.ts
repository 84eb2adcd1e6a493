/** A file with its path below what was dropped or chosen: `car/Textures/colormap.png`. */
export interface ImportFile {
  readonly path: string;
  readonly file: File;
}

/** More than any model has; a whole home folder dropped by mistake should not be read to its end. */
const FILES_MAX = 2_000;

export async function filesOfTransfer(transfer: DataTransfer): Promise<ImportFile[]> {
  // Entries must be taken before the first await: the browser empties the transfer when the event is over.
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found: ImportFile[] = [];
  for (const entry of entries) {
    if (entry instanceof File) found.push({ path: entry.name, file: entry });
    else if (entry) await walk(entry, '', found);
  }
  return found;
}

/** From a file input, with or without `webkitdirectory`. */
export function filesOfInput(list: FileList): ImportFile[] {
  return [...list].slice(0, FILES_MAX).map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

async function walk(entry: FileSystemEntry, prefix: string, found: ImportFile[]): Promise<void> {
  if (found.length >= FILES_MAX) return;
  const path = prefix + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    found.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // readEntries gives at most a hundred at a time and an empty list at the end.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return;
    for (const child of batch) await walk(child, `${path}/`, found);
  }
}
