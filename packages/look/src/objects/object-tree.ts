/** An object with the words that its name says what it is with. */
export interface IndexedObject {
  id: string;
  name: string;
  words: string[];
  parent: string | null;
  materials: readonly string[];
}

/** Parts that are of the body's own stuff as often as not: a bed's frame of wood, a seat's frame under its cloth. */
const BODY_OR_PART = new Set(['frame', 'base']);

/** Deeper than any real scene; a file can have parents in a circle. */
const MAX_DEPTH = 256;
/** Walks down branch out, so they give up sooner than those up. */
const MAX_DEPTH_DOWN = 64;
const MAX_WRAPPERS = 32;

/** Who is part of whom among the objects of a scene. */
export class ObjectTree {
  readonly #byId: ReadonlyMap<string, IndexedObject>;
  /** Under null what has no parent, or one that is not in the scene. */
  readonly #children = new Map<string | null, IndexedObject[]>();

  constructor(objects: readonly IndexedObject[]) {
    this.#byId = new Map(objects.map((object) => [object.id, object]));
    for (const object of objects) {
      const isBelow = object.parent !== null && this.#byId.has(object.parent);
      push(this.#children, isBelow ? object.parent : null, object);
    }
  }

  get(id: string): IndexedObject | undefined {
    return this.#byId.get(id);
  }

  parentOf(id: string): IndexedObject | undefined {
    const parent = this.#byId.get(id)?.parent ?? null;
    return parent === null ? undefined : this.#byId.get(parent);
  }

  childrenOf(id: string): readonly IndexedObject[] {
    return this.#children.get(id) ?? [];
  }

  /** The things at the top, looking through wrappers such as "Scene" or "RootNode". */
  tops(): readonly IndexedObject[] {
    let tops: readonly IndexedObject[] = this.#children.get(null) ?? [];
    for (let depth = 0; depth < MAX_WRAPPERS && tops.length === 1; depth++) {
      const below = this.childrenOf(tops[0]!.id);
      if (tops[0]!.words.length > 0 || below.length === 0) break;
      tops = below;
    }
    return tops;
  }

  /** Whether an object is one of the roots or below one. */
  isInside(id: string, roots: ReadonlySet<string>): boolean {
    let current: string | null = id;
    for (let depth = 0; current !== null && depth < MAX_DEPTH; depth++) {
      if (roots.has(current)) return true;
      current = this.#byId.get(current)?.parent ?? null;
    }
    return false;
  }

  depthOf(id: string): number {
    let depth = 0;
    for (let parent = this.parentOf(id); parent && depth < MAX_DEPTH; depth++)
      parent = this.parentOf(parent.id);
    return depth;
  }

  /** The objects, each replaced by what is below it where some of that is a part to leave out. */
  without(ids: readonly string[], isPart: (word: string) => boolean): string[] {
    const ofBody = new Set(ids.flatMap((id) => this.#bodyMaterials(id, isPart, 0)));
    const isLeftOut = ({ words, materials }: IndexedObject): boolean => {
      const word = words.at(-1) ?? '';
      const isOfBody = materials.length > 0 && materials.every((name) => ofBody.has(name));
      return isPart(word) && !(BODY_OR_PART.has(word) && isOfBody);
    };
    const hasLeftOutBelow = (id: string, depth: number): boolean =>
      depth <= MAX_DEPTH_DOWN &&
      this.childrenOf(id).some((child) => isLeftOut(child) || hasLeftOutBelow(child.id, depth + 1));
    const kept: string[] = [];
    const visit = (id: string, depth: number) => {
      if (depth > MAX_DEPTH_DOWN || !hasLeftOutBelow(id, 0)) kept.push(id);
      else for (const child of this.childrenOf(id)) if (!isLeftOut(child)) visit(child.id, depth + 1);
    };
    for (const id of ids) visit(id, 0);
    return kept;
  }

  /** The materials of everything below that no part's name excludes. */
  #bodyMaterials(id: string, isPart: (word: string) => boolean, depth: number): readonly string[] {
    if (depth > MAX_DEPTH_DOWN) return [];
    return this.childrenOf(id)
      .filter((child) => !isPart(child.words.at(-1) ?? ''))
      .flatMap((child) => [...child.materials, ...this.#bodyMaterials(child.id, isPart, depth + 1)]);
  }

  /** Down every branch the first object whose name ends in such a word. */
  firstBelow(ids: readonly string[], isMeant: (word: string) => boolean): string[] {
    const found: string[] = [];
    const visit = (id: string, depth: number) => {
      for (const child of depth > MAX_DEPTH_DOWN ? [] : this.childrenOf(id)) {
        if (isMeant(child.words.at(-1) ?? '')) found.push(child.id);
        else visit(child.id, depth + 1);
      }
    };
    for (const id of ids) visit(id, 0);
    return found;
  }
}

/** Adds to a list in a map, making it where there is none. */
export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
