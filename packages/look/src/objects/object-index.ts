import type { LookScene } from '@diorama/contracts';
import { normaliseWord } from '../text/normalise.ts';
import { COLORS } from '../vocabulary/colors.ts';
import { isKindOf, isPhysical, relationOf } from './kinds.ts';

/** Parts of object names that say nothing about what the object is. */
const NOISE = new Set(
  'sm mesh geo geometry lod obj object node group grp empty null copy instance inst primitive default static root rootnode scene collection gltf glb fbx model armature low high poly lowpoly highpoly left right front back rear upper lower top bottom big small large medium new old final untitled part element component polysurface polygon shape curve material mat tris quad the and of with a b c d e f l r v x y z max sketchfab export mdl prop asset set main inner outer item'.split(
    ' ',
  ),
);

/** Names of parts: a scene of nothing but these is one thing taken to pieces. */
const PARTS = new Set(
  'wheel body underside chassis fork frame leg arm seat back top base lid cap handle door window hood bonnet bumper trunk roof light headlight tire rim axle engine cabin cab panel screen button knob strap sole lace shade foot neck stem label bottle glass screw bolt hinge backrest armrest cushion drawer shelf hull wing mast sail propeller saddle pedal chain exhaust mirror grill spoiler tank hand head eye hair face torso skin hat shirt shoe boot belt face nose ear tooth finger cover case lens ring band stone cork wall floor ceiling'.split(
    ' ',
  ),
);

/** Names that mean the floor the subject stands on. */
const GROUND_WORDS = new Set(
  'ground floor terrain road street pavement sidewalk terrace plinth pedestal podium platform rug carpet lawn asphalt deck backdrop land landscape plaza baseplate parquet'.split(
    ' ',
  ),
);
const NOT_SUBJECTS = new Set('camera light sun lamp_point spot hemi area env'.split(' '));
const OUTDOOR_WORDS =
  'building house pavilion tree road street terrace roof facade pavement garage fountain bridge tower terrain forest hedge fence skyscraper'.split(
    ' ',
  );
const INTERIOR_WORDS = new Set('wall ceiling room window curtain interior'.split(' '));

/** Of these, what usually reaches to the edges of the picture; a plinth or a terrace still stands on something. */
const COVERING_GROUNDS = [
  'ground',
  'floor',
  'terrain',
  'land',
  'landscape',
  'street',
  'backdrop',
  'asphalt',
  'road',
];

/** Names people exchange that no dictionary puts together; each row is one kind of thing. */
const EXCHANGEABLE: readonly (readonly string[])[] = [
  [
    'building',
    'house',
    'villa',
    'home',
    'pavilion',
    'cabin',
    'hut',
    'bungalow',
    'mansion',
    'cottage',
    'tower',
    'skyscraper',
    'structure',
    'architecture',
  ],
  ['car', 'vehicle', 'truck', 'van', 'automobile', 'pickup', 'suv', 'bus', 'lorry'],
  ['motorcycle', 'motorbike', 'bike', 'scooter', 'moped'],
  ['sofa', 'couch', 'settee', 'loveseat', 'divan'],
  ['chair', 'armchair', 'seat', 'stool', 'recliner', 'lounger'],
  ['rug', 'carpet', 'mat'],
  ['bottle', 'flacon', 'flask', 'vial'],
  ['cap', 'lid', 'stopper', 'cork', 'top'],
  ['lamp', 'lantern', 'luminaire', 'light fixture', 'sconce', 'chandelier', 'pendant'],
  ['lampshade', 'shade'],
  [
    'plant',
    'tree',
    'bush',
    'shrub',
    'palm',
    'foliage',
    'greenery',
    'vegetation',
    'houseplant',
    'ficus',
    'monstera',
  ],
  ['tv', 'television', 'screen', 'monitor', 'display'],
  ['wheel', 'tire', 'rim', 'alloy'],
  ['step', 'stair', 'staircase', 'stairway'],
  ['facade', 'wall', 'cladding', 'siding'],
  ['couch', 'daybed', 'bench'],
  ['cup', 'mug', 'teacup', 'glass'],
  ['petal', 'flower', 'blossom', 'rose'],
  ['watch', 'wristwatch', 'timepiece'],
  ['shoe', 'sneaker', 'trainer', 'boot', 'footwear'],
  ['character', 'person', 'figure', 'man', 'woman', 'human', 'girl', 'boy', 'body'],
  ['packaging', 'box', 'package', 'carton', 'pack', 'case'],
  ['floor', 'ground', 'flooring'],
  ['liquid', 'fluid', 'perfume', 'fragrance', 'juice'],
  ['flacon', 'bottle'],
];

/** Too general to find anything by: nearly everything is an "artifact". */
const TOO_GENERAL = new Set(
  'object thing item structure artifact instrumentality device container unit whole part group article piece entity way system equipment body matter substance creation implement surface layer covering area facility construction material product shape form line point section side fixture decoration commodity goods instrument enclosure attachment conveyance transport support plant_part organism being animal person natural_object vessel block sheet'.split(
    ' ',
  ),
);
const MAX_STEPS_DOWN = 4;
/** More targets than this for one phrase are not worth sparing a part. */
const MAX_SPLIT_TARGETS = 200;

export interface FoundObjects {
  /** `all` = the whole model. */
  target: 'all' | string[];
  /** 0 = the object has exactly this name; up to 8 = only a wider or narrower kind, or a material name. */
  tier: number;
  /** Names of what was found, for the person. */
  names: string[];
}

interface IndexedObject {
  id: string;
  name: string;
  words: string[];
  parent: string | null;
}

/** `SM_Chair_02`, `vehicle-truck-red` and `armChairLeg.001` as their words. */
export function wordsOfName(name: string): string[] {
  return name
    .slice(0, 200)
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 1)
    .map(normaliseWord);
}

const PLACE_WORDS = /\s(?:on|by|behind|under|at|near|in|inside|beside|above|below|next to)\s/iu;

/**
 * What an object is called, without where it is: "Petal 5 on floor" is no floor. A name that goes on from its
 * parent's ("Olive tree by the steps leaves") keeps what it adds.
 */
function wordsOfObject(name: string, parentName: string): string[] {
  const isContinued = parentName !== '' && name.startsWith(`${parentName} `);
  const own = isContinued ? name.slice(parentName.length) : name;
  const before = isContinued ? wordsOfName(parentName.split(PLACE_WORDS)[0] ?? '') : [];
  return [...before, ...wordsOfName(own.split(PLACE_WORDS)[0] ?? own)];
}

/** The named objects of a scene, made findable by words. */
export class ObjectIndex {
  readonly objects: readonly IndexedObject[];
  readonly hasScene: boolean;
  /** One thing only: everything may be meant by any name. */
  readonly mainTarget: 'all' | string[] | null;
  /** No object has a name that means anything. */
  readonly isAnonymous: boolean;
  readonly hasGround: boolean;
  readonly kind: 'object' | 'outdoor' | 'interior';
  readonly sceneWords: readonly string[];
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
          names: this.mainTarget === 'all' ? [] : this.mainTarget.map((id) => this.#byId.get(id)!.name),
        };
  }
  readonly #byWord = new Map<string, IndexedObject[]>();
  readonly #byMaterialWord = new Map<string, IndexedObject[]>();
  readonly #byId = new Map<string, IndexedObject>();
  readonly #found = new Map<string, FoundObjects | null>();

  constructor(scene: LookScene | null) {
    this.hasScene = scene !== null;
    this.sceneWords = wordsOfName(scene?.name?.replace(/\.\w{2,5}$/, '') ?? '');
    const nameOf = new Map((scene?.objects ?? []).map((object) => [object.id, object.name]));
    this.objects = (scene?.objects ?? []).map((object) => {
      const parentName = object.parentId === null ? '' : (nameOf.get(object.parentId) ?? '');
      const all = wordsOfObject(object.name, parentName);
      const words = all.filter((word) => !NOISE.has(word));
      const withoutColors = words.filter((word) => !Object.hasOwn(COLORS, word));
      return {
        id: object.id,
        name: object.name,
        words: withoutColors.length > 0 ? withoutColors : words,
        parent: object.parentId,
      };
    });
    for (const [i, object] of this.objects.entries()) {
      this.#byId.set(object.id, object);
      for (const word of new Set(object.words)) push(this.#byWord, word, object);
      for (const materialName of scene?.objects[i]?.materialNames ?? []) {
        for (const word of new Set(wordsOfName(materialName))) {
          if (!NOISE.has(word)) push(this.#byMaterialWord, word, object);
        }
      }
    }
    const tops = this.#tops();
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
    const has = (word: string) => this.#byWord.has(word) || this.sceneWords.includes(word);
    const interior = [...INTERIOR_WORDS].filter(has).length;
    const outdoor = OUTDOOR_WORDS.filter(has).length;
    const indoorFurniture = ['sofa', 'armchair', 'rug', 'bed', 'bookshelf', 'couch'].filter(has).length;
    this.kind =
      interior >= 1 && interior + indoorFurniture > outdoor && indoorFurniture > 0
        ? 'interior'
        : outdoor > 0
          ? 'outdoor'
          : interior >= 2
            ? 'interior'
            : 'object';
  }

  /** The things at the top, looking through wrappers such as "Scene" or "RootNode". */
  #tops(): IndexedObject[] {
    const children = new Map<string | null, IndexedObject[]>();
    for (const object of this.objects) {
      const parent = object.parent !== null && this.#byId.has(object.parent) ? object.parent : null;
      push(children, parent, object);
    }
    let tops = children.get(null) ?? [];
    for (let depth = 0; depth < 32 && tops.length === 1; depth++) {
      const below = children.get(tops[0]!.id) ?? [];
      if (tops[0]!.words.length > 0 || below.length === 0) break;
      tops = below;
    }
    return tops;
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
          exact.some((part) => part !== head && this.#isInside(part.id, new Set([head.id]))),
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
    const tops = this.#tops();
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
    const inside = target.target.filter((id) => this.#isInside(id, roots));
    if (inside.length > 0)
      return { ...target, target: inside, names: inside.map((id) => this.#byId.get(id)!.name).slice(0, 4) };
    // "Table with brass legs" must not gild the legs of the armchair.
    const arePartsOfOthers = target.target.every((id) => {
      const parent = this.#byId.get(this.#byId.get(id)!.parent ?? '');
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
    const kept: string[] = [];
    const visit = (id: string, depth: number) => {
      const children = this.#childrenOf().get(id) ?? [];
      if (depth > 64 || !this.#hasPartBelow(id, isPart, 0)) {
        kept.push(id);
        return;
      }
      for (const child of children) if (!isPart(child.words.at(-1) ?? '')) visit(child.id, depth + 1);
    };
    for (const id of target.target) visit(id, 0);
    return kept.length === 0 || kept.length > MAX_SPLIT_TARGETS ? target : { ...target, target: kept };
  }

  #hasPartBelow(id: string, isPart: (word: string) => boolean, depth: number): boolean {
    if (depth > 64) return false;
    return (this.#childrenOf().get(id) ?? []).some(
      (child) => isPart(child.words.at(-1) ?? '') || this.#hasPartBelow(child.id, isPart, depth + 1),
    );
  }

  #children: Map<string, IndexedObject[]> | null = null;
  #childrenOf(): Map<string, IndexedObject[]> {
    if (!this.#children) {
      this.#children = new Map();
      for (const object of this.objects)
        if (object.parent !== null) push(this.#children, object.parent, object);
    }
    return this.#children;
  }

  /** The parts of a target that shine when it is said to glow; the target itself when it has none. */
  lightSourcesOf(target: FoundObjects, isSource: (word: string) => boolean): FoundObjects {
    if (target.target === 'all') return target;
    const sources: string[] = [];
    const visit = (id: string, depth: number) => {
      for (const child of depth > 64 ? [] : (this.#childrenOf().get(id) ?? [])) {
        if (isSource(child.words.at(-1) ?? '')) sources.push(child.id);
        else visit(child.id, depth + 1);
      }
    };
    for (const id of target.target) visit(id, 0);
    return sources.length > 0 ? { ...target, target: sources } : target;
  }

  /** How deep in the hierarchy an object is. */
  depthOf(id: string): number {
    let depth = 0;
    for (let parent = this.#byId.get(id)?.parent ?? null; parent !== null && depth < 256; depth++) {
      parent = this.#byId.get(parent)?.parent ?? null;
    }
    return depth;
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
    const children = this.#childrenOf().get(group.id) ?? [];
    const members = children.filter((child) => child.words.includes(word));
    const isGroup = members.filter((child) => child.words.at(-1) === word).length >= 2;
    return isGroup && members.length < children.length ? members : [group];
  }

  #isInside(id: string, roots: ReadonlySet<string>): boolean {
    let current: string | null = id;
    for (let depth = 0; current !== null && depth < 256; depth++) {
      if (roots.has(current)) return true;
      current = this.#byId.get(current)?.parent ?? null;
    }
    return false;
  }

  #result(objects: readonly IndexedObject[], tier: number, word: string | null = null): FoundObjects {
    const ids = new Set(objects.map((object) => object.id));
    // What is below a target is meant with it.
    const inner = objects.filter((object) => object.parent === null || !this.#isInside(object.parent, ids));
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

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
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
