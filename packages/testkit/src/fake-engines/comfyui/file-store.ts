/** The three folders that ComfyUI reads and writes pictures in. */
export type FileType = 'input' | 'output' | 'temp';

export interface StoredName {
  type: FileType;
  subfolder: string;
  filename: string;
}

const ANNOTATION = / \[(input|output|temp)\]$/;

/** The input, output and temp folders of one server, kept in memory. They outlive a restart, as files do. */
export class FileStore {
  readonly #files = new Map<string, Uint8Array>();

  read(name: StoredName): Uint8Array | undefined {
    return this.#files.get(keyOf(name));
  }

  write(name: StoredName, bytes: Uint8Array): void {
    this.#files.set(keyOf(name), bytes);
  }

  /** Reads `a.png`, `sub/a.png`, `a.png [output]`; without an annotation from the input folder. */
  readAnnotated(annotatedName: string): Uint8Array | undefined {
    return this.read(parseAnnotated(annotatedName));
  }

  /** Stores an upload under its own name or, when another picture has that name, under `name (1).png` and so on. */
  upload(wanted: StoredName, bytes: Uint8Array, overwrite: boolean): StoredName {
    const { stem, extension } = splitName(wanted.filename);
    let name = wanted;
    for (let copy = 1; !overwrite; copy += 1) {
      const present = this.read(name);
      if (present === undefined) break;
      if (Buffer.compare(present, bytes) === 0) return name;
      name = { ...wanted, filename: `${stem} (${copy})${extension}` };
    }
    this.write(name, bytes);
    return name;
  }

  /** The first free name of a saved picture: `<prefix>_00001_.png`. */
  nextSaved(type: FileType, prefix: string): StoredName {
    const slash = prefix.lastIndexOf('/');
    const subfolder = slash < 0 ? '' : prefix.slice(0, slash);
    const stem = prefix.slice(slash + 1);
    for (let counter = 1; ; counter += 1) {
      const name = { type, subfolder, filename: `${stem}_${String(counter).padStart(5, '0')}_.png` };
      if (this.read(name) === undefined) return name;
    }
  }

  /** Names in the top level of the input folder, sorted. */
  inputNames(): string[] {
    return [...this.#files.keys()]
      .filter((key) => key.startsWith('input/') && key.lastIndexOf('/') === 'input/'.length)
      .map((key) => key.slice('input//'.length))
      .sort();
  }

  remove(name: StoredName): void {
    this.#files.delete(keyOf(name));
  }
}

function keyOf(name: StoredName): string {
  return `${name.type}/${name.subfolder}/${name.filename}`;
}

function splitName(filename: string): { stem: string; extension: string } {
  const dot = filename.lastIndexOf('.');
  return dot <= 0
    ? { stem: filename, extension: '' }
    : { stem: filename.slice(0, dot), extension: filename.slice(dot) };
}

/** Takes `sub/a.png [output]` apart. */
export function parseAnnotated(annotatedName: string): StoredName {
  const type = (ANNOTATION.exec(annotatedName)?.[1] ?? 'input') as FileType;
  const path = annotatedName.replace(ANNOTATION, '');
  const slash = path.lastIndexOf('/');
  return { type, subfolder: slash < 0 ? '' : path.slice(0, slash), filename: path.slice(slash + 1) };
}
