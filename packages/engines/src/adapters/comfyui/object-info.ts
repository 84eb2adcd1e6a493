import { z } from 'zod';

/** `/object_info`: every node class that the server knows. Read leniently, custom nodes write what they like. */
export const objectInfoSchema = z.record(z.string(), z.unknown());

/** The node classes of one server and what their lists offer. */
export class ObjectInfo {
  readonly #classes: Readonly<Record<string, unknown>>;

  constructor(classes: Readonly<Record<string, unknown>>) {
    this.#classes = classes;
  }

  get size(): number {
    return Object.keys(this.#classes).length;
  }

  has(classType: string): boolean {
    return Object.hasOwn(this.#classes, classType);
  }

  isOutput(classType: string): boolean {
    return this.#node(classType)?.['output_node'] === true;
  }

  /** Declarations of the inputs of one kind: name to `[type or list, settings]`. */
  inputs(classType: string, kind: 'required' | 'optional'): ReadonlyMap<string, InputDeclaration> {
    const all = record(this.#node(classType)?.['input']);
    const found = new Map<string, InputDeclaration>();
    for (const [name, declaration] of Object.entries(record(all?.[kind]) ?? {})) {
      found.set(name, readDeclaration(declaration));
    }
    return found;
  }

  /** What an input offers; null when it is not a list, or the class is not there. */
  choices(classType: string, input: string): readonly string[] | null {
    const declaration =
      this.inputs(classType, 'required').get(input) ?? this.inputs(classType, 'optional').get(input);
    return declaration?.choices ?? null;
  }

  #node(classType: string): Record<string, unknown> | undefined {
    return this.has(classType) ? record(this.#classes[classType]) : undefined;
  }
}

export interface InputDeclaration {
  /** What may be chosen; null for everything that is not a list. */
  readonly choices: readonly string[] | null;
  /** A file of the input folder: the list has only its top level, and pictures are uploaded to a folder below. */
  readonly isUpload: boolean;
  readonly defaultValue: unknown;
}

/** Lists are written `[[…], {…}]` by old nodes and `["COMBO", {options: […]}]` by new ones. */
function readDeclaration(declaration: unknown): InputDeclaration {
  const [type, rawSettings] = Array.isArray(declaration) ? declaration : [declaration, undefined];
  const settings = record(rawSettings) ?? {};
  const list = Array.isArray(type) ? type : type === 'COMBO' ? settings['options'] : undefined;
  return {
    choices: Array.isArray(list) ? list.map(String) : null,
    isUpload: Object.keys(settings).some((key) => key.endsWith('_upload') && settings[key] === true),
    defaultValue: settings['default'],
  };
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
