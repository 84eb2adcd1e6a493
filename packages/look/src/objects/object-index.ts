import type { LookScene } from '@diorama/contracts';
import { COLORS } from '../vocabulary/colors.ts';
import { isKindOf, isPhysical, relationOf } from './kinds.ts';
import { wordsOfName, wordsOfObject } from './object-names.ts';
import { type IndexedObject, ObjectTree, push } from './object-tree.ts';
import {
  COVERING_GROUNDS,
  EXCHANGEABLE,
  GROUND_WORDS,
  INTERIOR_WORDS,
  LAMP_HOLDERS,
  LAMP_WORDS,
  NOISE,
  NOT_SUBJECTS,
  PARTS,
  TOO_GENERAL,
} from './object-words.ts';
import { kindOfScene, type SceneKind } from './scene-kind.ts';

/** Kinds farther below a word are something else to most people. */
const MAX_STEPS_DOWN = 4;
/** More targets than this for one phrase are not worth sparing a part. */
const MAX_SPLIT_TARGETS = 200;

/** Objects that words mean, and how surely. */
export interface FoundObjects {
  /** `all` = the whole model. */
  target: 'all' | string[];
  /** 0 = the object has exactly this name; up to 8 = only a wider or narrower kind, or a material name. */
  tier: number;
  /** Names of what was found, for the person. */
  names: string[];
}

/** The named objects of a scene, made findable by words. */
export class ObjectIndex {
  readonly hasScene: boolean;
  /** One thing only: everything may be meant by any name. */
  readonly mainTarget: 'all' | string[] | null;
  /** No object has a name that means anything. */
  readonly isAnonymous: boolean;
  readonly hasGround: boolean;
  readonly kind: SceneKind;
  readonly sceneWords: readonly string[];
  readonly #byWord = new Map<string, IndexedObject[]>();
  readonly #byMaterialWord = new Map<string, IndexedObject[]>();
  readonly #tree: ObjectTree;
  readonly #found = new Map<string, FoundObjects | null>();

  constructor(scene: LookScene | null) {
    this.hasScene = scene !== null;
    this.sceneWords = wordsOfName(scene?.name?.replace(/\.\w{2,5}$/, '') ?? '');
    const nameOf = new Map((scene?.objects ?? []).map((object) => [object.id, object.name]));
    const objects = (scene?.objects ?? []).map((object) => {
      const parentName = object.parentId === null ? '' : (nameOf.get(object.parentId) ?? '');
      const all = wordsOfObject(object.name, parentName);
      const words = all.filter((word) => !NOISE.has(word));
      const withoutColors = words.filter((word) => !Object.hasOwn(COLORS, word));
      return {
        id: object.id,
        name: object.name,
        words: withoutColors.length > 0 ? withoutColors : words,
        parent: object.parentId,
        materials: object.materialNames,
      };
    });
    this.#tree = new ObjectTree(objects);
    for (const [i, object] of objects.entries()) {
      for (const word of new Set(object.words)) push(this.#byWord, word, object);
      for (const materialName of scene?.objects[i]?.materialNames ?? []) {
        for (const word of new Set(wordsOfName(materialName))) {
          if (!NOISE.has(word)) push(this.#byMaterialWord, word, object);
        }
      }
    }
    const tops = this.#tree.tops();
    const subjects = tops.filter(
      (object) => !object.words.some((word) => GROUND_WORDS.has(word) || NOT_SUBJECTS.has(word)),
    );
    this.isAnonymous =
      this.hasScene && [...this.#byWord.keys()].every((word) => !isPhysical(word) && !PARTS.has(word));
    const isTakenApart =
      subjects.length > 1 &&
      subjects.every((object) => object.words.length === 0 || PARTS.has(object.words.at(-1)!)) &&
      !subjects.some((object) => INTERIOR_WORDS.has(object.words.at(-1) ?? ''));
    this.hasGround = COVERING_GROUNDS.some((word) => this.#byWord.has(word));
    if (!this.hasScene) this.mainTarget = null;
    else if (isTakenApart || this.isAnonymous || tops.length === 1) this.mainTarget = 'all';
    else if (subjects.length === 1) this.mainTarget = [subjects[0]!.id];
    else this.mainTarget = null;
    this.kind = kindOfScene((word) => this.#byWord.has(word) || this.sceneWords.includes(word));
  }

  /** `mainTarget` as something found; of a vehicle taken to pieces its body. */
  get mainFound(): FoundObjects | null {
    if (this.mainTarget === null) return null;
    const isVehicle = this.sceneWords.some((word) => isKindOf(word, 'vehicle') || isKindOf(word, 'car'));
    const bodies = isVehicle ? this.#byWord.get('body') : undefined;
    return bodies
      ? this.#result(bodies, 8)
      : {
          target: this.mainTarget,
          tier: 8,
          names: this.mainTarget === 'all' ? [] : this.mainTarget.map((id) => this.#tree.get(id)!.name),
        };
  }

  /** The shining parts of the scene's lamps: what covers the light, and the naked bulbs. */
  get lampParts(): { shades: string[]; bulbs: string[] } {
    const named = new Set([...LAMP_WORDS].flatMap((word) => this.#byWord.get(word) ?? []));
    const shining = [...named].filter(
      ({ id, words }) =>
        this.#tree.childrenOf(id).length === 0 && !words.some((word) => LAMP_HOLDERS.has(word)),
    );
    const isBulb = ({ words }: IndexedObject) => words.some((word) => word.endsWith('bulb'));
    return {
      shades: shining.filter((object) => !isBulb(object)).map(({ id }) => id),
      bulbs: shining.filter(isBulb).map(({ id }) => id),
    };
  }

  /** Words of all object names, for corrections and suggestions. */
  get words(): Iterable<string> {
    return this.#byWord.keys();
  }

  /** The objects a phrase of two or three words names completely ("side table"). */
  findPhrase(words: readonly string[]): FoundObjects | null {
    const last = words.at(-1);
    const rest = words.slice(0, -1);
    if (last === undefined || rest.length === 0) return null;
    const named = this.#byWord.get(last) ?? [];
    const exact = named.filter((object) => rest.every((word) => object.words.includes(word)));
    if (exact.length === 0) return null;
    // "Tree leaves" are those of the oak and the birch too.
    const kin = named.filter((object) =>
      rest.every((word) =>
        object.words.some((other) => other === word || relationOf(word, other)?.relation === 'above'),
      ),
    );
    return this.#result(kin, 0, last);
  }

  /** The objects a noun means, best kind of match only. */
  find(word: string, isPlural = false): FoundObjects | null {
    const key = isPlural ? `${word} *` : word;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = this.#search(word, isPlural);
    this.#found.set(key, found);
    return found;
  }

  #search(word: string, isPlural: boolean): FoundObjects | null {
    const named = this.#byWord.get(word);
    if (named) {
      const exact = named.filter((object) => object.words.every((other) => other === word));
      const heads = named.filter((object) => object.words.at(-1) === word);
      if (exact.length > 0 && isPlural) return this.#result(heads, 0, word);
      if (exact.length > 0) {
        // "Table top" is exactly "table" without the "top", but the side table it belongs to is meant.
        const wholes = heads.filter((head) =>
          exact.some((part) => part !== head && this.#tree.isInside(part.id, new Set([head.id]))),
        );
        return this.#result([...new Set([...exact, ...wholes])], 0, word);
      }
      return heads.length > 0 ? this.#result(heads, 1, word) : this.#result(named, 2);
    }
    const isSearchable = !TOO_GENERAL.has(word) && isPhysical(word);
    let best: { rank: number; objects: IndexedObject[] } | null = null;
    for (const [other, objects] of isSearchable ? this.#byWord : []) {
      const relation = relationOf(word, other);
      if (!relation) continue;
      if (relation.relation === 'below' && (relation.steps > MAX_STEPS_DOWN || TOO_GENERAL.has(other)))
        continue;
      // "Vehicle" for a truck is good; a truck for the object "vehicle" needs the closest there is.
      const rank = relation.relation === 'same' ? 0 : relation.relation === 'above' ? 1 : 1 + relation.steps;
      const meant = objects.filter(
        (object) => object.words.at(-1) === other || relation.relation !== 'below',
      );
      if (meant.length === 0) continue;
      if (best === null || rank < best.rank) best = { rank, objects: [...meant] };
      else if (rank === best.rank) best.objects.push(...meant);
    }
    if (best) return this.#result([...new Set(best.objects)], 3 + Math.min(best.rank, 3));
    for (const row of EXCHANGEABLE) {
      if (!row.includes(word)) continue;
      const objects = row.flatMap((other) =>
        (this.#byWord.get(other) ?? []).filter((object) => object.words.at(-1) === other),
      );
      if (objects.length > 0) return this.#result([...new Set(objects)], 6);
    }
    return this.#byMaterial(word);
  }

  #byMaterial(word: string): FoundObjects | null {
    const objects = this.#byMaterialWord.get(word);
    return objects ? this.#result(objects, 7) : null;
  }

  /** What is meant by a noun that no object has: the whole, when the scene is one thing. */
  findWhole(word: string): FoundObjects | null {
    if (!this.hasScene || PARTS.has(word)) return null;
    const isNamed = this.sceneWords.some(
      (other) => other === word || isKindOf(other, word) || isKindOf(word, other),
    );
    if (this.mainTarget === null && !isNamed) return null;
    const tops = this.#tree.tops();
    if (
      !isNamed &&
      !this.isAnonymous &&
      tops.length === 1 &&
      tops[0]!.words.some((other) => isPhysical(other) && !PARTS.has(other))
    ) {
      return null;
    }
    if (isKindOf(word, 'vehicle') || isKindOf(word, 'car') || word === 'truck') {
      // Painting a vehicle means its body, not its tyres.
      const bodies = this.#byWord.get('body') ?? this.#byWord.get('chassis');
      if (bodies) return this.#result(bodies, 8);
    }
    return { target: this.mainTarget ?? 'all', tier: 8, names: [this.sceneWords.at(-1) ?? 'the model'] };
  }

  /** Those of the targets that are inside of others; null when all of them are parts of something else. */
  within(target: FoundObjects, whole: FoundObjects['target']): FoundObjects | null {
    if (target.target === 'all' || whole === 'all') return target;
    const roots = new Set(whole);
    const inside = target.target.filter((id) => this.#tree.isInside(id, roots));
    if (inside.length > 0)
      return { ...target, target: inside, names: inside.map((id) => this.#tree.get(id)!.name).slice(0, 4) };
    // "Table with brass legs" must not gild the legs of the armchair.
    const arePartsOfOthers = target.target.every((id) => {
      const parent = this.#tree.parentOf(id);
      return parent !== undefined && parent.words.length > 0;
    });
    return arePartsOfOthers ? null : target;
  }

  /** The floor or ground that the scene has itself. */
  get groundTarget(): FoundObjects | null {
    const order = this.kind === 'outdoor' ? COVERING_GROUNDS : ['floor', ...COVERING_GROUNDS];
    for (const word of order) {
      const found = this.find(word);
      if (found && found.tier <= 1) return found;
    }
    return null;
  }

  /**
   * The target without parts that have a material of their own: a leather armchair keeps its legs, a brass lamp its
   * shade, a pink bottle its label.
   */
  withoutParts(target: FoundObjects, isPart: (word: string) => boolean): FoundObjects {
    if (target.target === 'all') return target;
    const kept = this.#tree.without(target.target, isPart);
    return kept.length === 0 || kept.length > MAX_SPLIT_TARGETS ? target : { ...target, target: kept };
  }

  /** The parts of a target that shine when it is said to glow; the target itself when it has none. */
  lightSourcesOf(target: FoundObjects, isSource: (word: string) => boolean): FoundObjects {
    if (target.target === 'all') return target;
    const sources = this.#tree.firstBelow(target.target, isSource);
    return sources.length > 0 ? { ...target, target: sources } : target;
  }

  /** How deep in the hierarchy an object is. */
  depthOf(id: string): number {
    return this.#tree.depthOf(id);
  }

  /** The closest names, for "there is no such object". */
  closestNames(word: string, count = 3): string[] {
    const ranked = [...this.#byWord]
      .map(([other, objects]) => ({ name: objects[0]!.name, distance: letterDistance(word, other) }))
      .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
    return [...new Set(ranked.slice(0, 64).map(({ name }) => name))].slice(0, count);
  }

  /** "Lounge chairs" is a group with a table in it: the chairs are meant, not what stands between them. */
  #membersOf(group: IndexedObject, word: string): IndexedObject[] {
    const children = this.#tree.childrenOf(group.id);
    const members = children.filter((child) => child.words.includes(word));
    const isGroup = members.filter((child) => child.words.at(-1) === word).length >= 2;
    return isGroup && members.length < children.length ? members : [group];
  }

  #result(objects: readonly IndexedObject[], tier: number, word: string | null = null): FoundObjects {
    const ids = new Set(objects.map((object) => object.id));
    // What is below a target is meant with it.
    const inner = objects.filter(
      (object) => object.parent === null || !this.#tree.isInside(object.parent, ids),
    );
    // Parents in a circle leave nobody at the top.
    const tops = inner.length > 0 ? inner : objects;
    const roots = word === null ? tops : tops.flatMap((object) => this.#membersOf(object, word));
    return {
      target: roots.map((object) => object.id),
      tier,
      names: [...new Set(roots.map((object) => object.name))].slice(0, 4),
    };
  }
}

/** Dice distance of letter pairs: cheap, and good enough to order suggestions. */
function letterDistance(first: string, second: string): number {
  const pairs = (word: string) =>
    Array.from({ length: Math.max(0, word.length - 1) }, (_, i) => word.slice(i, i + 2));
  const other = pairs(second);
  const shared = pairs(first).filter((pair) => other.includes(pair)).length;
  return 1 - (2 * shared) / Math.max(1, first.length + second.length - 2);
}

const indices = new WeakMap<LookScene, ObjectIndex>();

/** The index of a scene, made once per scene object. */
export function objectIndexOf(scene: LookScene | null): ObjectIndex {
  if (scene === null) return new ObjectIndex(null);
  let index = indices.get(scene);
  if (!index) {
    index = new ObjectIndex(scene);
    indices.set(scene, index);
  }
  return index;
}
