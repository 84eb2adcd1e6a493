import type { NodeRecord, SceneDocument } from '../records/scene-document.ts';
import { materialWords } from './material-words.ts';
import { plainName } from './plain-name.ts';
import { childrenOf, rootsOf } from './tree.ts';

/** Long enough for a furnished room, short enough to leave the person's own words their weight. */
export const SCENE_NOTES_CHARACTERS_MAX = 1_200;

/** How much is told; the first level whose text fits is taken. */
interface Detail {
  /** Parts named for each object. */
  readonly parts: number;
  readonly materials: number;
  readonly facts: boolean;
}

const DETAILS: readonly Detail[] = [
  { parts: 6, materials: 4, facts: true },
  { parts: 3, materials: 3, facts: true },
  { parts: 3, materials: 2, facts: true },
  { parts: 0, materials: 3, facts: true },
  { parts: 0, materials: 2, facts: true },
  { parts: 0, materials: 2, facts: false },
  { parts: 0, materials: 1, facts: false },
  { parts: 0, materials: 0, facts: false },
];

/** Something in the scene that has a name, with the unnamed things inside it. */
interface Thing {
  readonly name: string;
  readonly count: number;
  readonly children: readonly Thing[];
  /** How many different meshes wear each material. */
  readonly materials: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * The scene in words, for engines that read text: its visible objects with counts, parts and materials. Nothing is
 * guessed: names that programs gave are passed over, and a finish or colour that a texture decides is not told.
 *
 * @returns At most 1,200 characters, one object on a line; empty when nothing in the scene has a name or a material
 *   worth telling. The same scene always gives the same text.
 *
 * @example
 * // Objects in the scene (some may be out of view):
 * // - Armchair: seat, backrest, legs (rust velvet, walnut wood)
 * // - 3 books
 * // Materials: rust velvet: soft matte
 */
export function sceneNotes(document: SceneDocument): string {
  const things = unwrapped(document, thingsOf(document, rootsOf(document)));
  if (things.length === 0) return '';
  for (const detail of DETAILS) {
    const text = write(document, things, detail);
    if (text.length <= SCENE_NOTES_CHARACTERS_MAX) return text;
  }
  return writeWhatFits(document, things);
}

const HEAD = 'Objects in the scene (some may be out of view):';

function write(document: SceneDocument, things: readonly Thing[], detail: Detail): string {
  const lines = things.map((thing) => `- ${lineOf(document, thing, detail)}`);
  return [HEAD, ...lines, ...(detail.facts ? materialLine(document, things, detail) : [])].join('\n');
}

function writeWhatFits(document: SceneDocument, things: readonly Thing[]): string {
  const detail = DETAILS.at(-1)!;
  const lines = things.map((thing) => `- ${lineOf(document, thing, detail)}`);
  const rest = (kept: number) => `- and ${lines.length - kept} more`;
  let kept = lines.length;
  const text = () => [HEAD, ...lines.slice(0, kept), rest(kept)].join('\n');
  while (kept > 0 && text().length > SCENE_NOTES_CHARACTERS_MAX) kept -= 1;
  return text();
}

function lineOf(document: SceneDocument, thing: Thing, { parts, materials }: Detail): string {
  const named = grouped(thing.children);
  const shown = named.slice(0, parts).map((part) => counted(part).toLocaleLowerCase('en'));
  if (parts > 0 && named.length > parts) shown.push('more');
  const worn = materialsOf(document, thing)
    .slice(0, materials)
    .map(({ name }) => name);
  return [
    counted(thing),
    shown.length > 0 ? `: ${shown.join(', ')}` : '',
    worn.length > 0 ? ` (${worn.join(', ')})` : '',
  ].join('');
}

function materialLine(document: SceneDocument, things: readonly Thing[], detail: Detail): string[] {
  const facts = new Map<string, string>();
  for (const thing of things)
    for (const words of materialsOf(document, thing).slice(0, detail.materials))
      if (words.facts !== '' && !facts.has(words.name)) facts.set(words.name, words.facts);
  if (facts.size === 0) return [];
  return [`Materials: ${[...facts].map(([name, fact]) => `${name}: ${fact}`).join('; ')}`];
}

/** The most used first; of equal names the first stands for all. */
function materialsOf(document: SceneDocument, thing: Thing): { name: string; facts: string }[] {
  const found = new Map<string, { name: string; facts: string }>();
  const byUse = [...thing.materials].sort(([, a], [, b]) => b.size - a.size);
  for (const [id] of byUse) {
    const material = document.materials[id];
    const words = material && materialWords(material);
    if (!words || words.name === '') continue;
    const name = words.name.toLocaleLowerCase('en');
    if (!found.has(name)) found.set(name, { name, facts: words.facts });
  }
  return [...found.values()];
}

function counted({ name, count }: Thing): string {
  return count === 1 ? name : `${count} × ${name}`;
}

/** Named things of a level; what has no name gives way to what is inside it. */
function thingsOf(document: SceneDocument, nodes: readonly NodeRecord[]): Thing[] {
  // Trees can be as deep as files make them, but never deeper than the document's own limit.
  return grouped(nodes.flatMap((node) => thingsOfNode(document, node)));
}

function thingsOfNode(document: SceneDocument, node: NodeRecord): Thing[] {
  if (!node.visible) return [];
  const children = thingsOf(document, childrenOf(document, node.id));
  const own = new Map<string, Set<string>>();
  const mesh = node.mesh;
  for (const id of mesh?.materials ?? [])
    if (mesh && id !== null) own.set(id, new Set([`${mesh.source} ${mesh.index}`]));
  const name = plainName(node.name);
  if (name === '')
    return mesh === null ? children : [...children, { name, count: 1, children: [], materials: own }];
  if (mesh === null && children.length === 0) return [];
  const materials = unitedMaterials([own, ...children.map((child) => child.materials)]);
  return [{ name, count: 1, children: children.filter((child) => child.name !== ''), materials }];
}

/** Things of the same name become one with a count. Unnamed ones become one thing without a name. */
function grouped(things: readonly Thing[]): Thing[] {
  const groups = new Map<string, Thing[]>();
  for (const thing of things) {
    const key = thing.name.toLocaleLowerCase('en');
    const group = groups.get(key);
    if (group) group.push(thing);
    else groups.set(key, [thing]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    if (!first || group.length === 1) return group[0]!;
    return {
      name: first.name,
      count: group.reduce((sum, { count }) => sum + count, 0),
      children: first.children,
      materials: unitedMaterials(group.map(({ materials }) => materials)),
    };
  });
}

function unitedMaterials(
  parts: readonly ReadonlyMap<string, ReadonlySet<string>>[],
): Map<string, ReadonlySet<string>> {
  const united = new Map<string, Set<string>>();
  for (const part of parts)
    for (const [id, meshes] of part) {
      const known = united.get(id) ?? new Set<string>();
      for (const mesh of meshes) known.add(mesh);
      united.set(id, known);
    }
  return united;
}

/** A model file arrives as one node with everything inside: what is inside is what there is to tell. */
function unwrapped(document: SceneDocument, things: readonly Thing[]): readonly Thing[] {
  let level = things;
  for (;;) {
    const named = level.filter(({ name }) => name !== '');
    const [only] = named;
    if (named.length !== 1 || !only || only.count !== 1 || only.children.length < 3) break;
    level = [...only.children, ...level.filter(({ name }) => name === '')];
  }
  return [...level.filter(({ name }) => name !== ''), ...unnamed(document, level)];
}

/** Things without names are told by what they are made of, if that says anything. */
function unnamed(document: SceneDocument, things: readonly Thing[]): Thing[] {
  const nameless = things.filter(({ name }) => name === '');
  const materials = unitedMaterials(nameless.map((thing) => thing.materials));
  const others: Thing = { name: 'Other surfaces', count: 1, children: [], materials };
  return materialsOf(document, others).length > 0 ? [others] : [];
}
