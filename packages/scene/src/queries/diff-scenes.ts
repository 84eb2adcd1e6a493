import { decomposeMatrix } from '../math/mat4.ts';
import type { MaterialRecord, NodeRecord, SceneDocument, ViewRecord } from '../records/scene-document.ts';
import { ancestorsOf, descendantsOf, nodesInTreeOrder } from './tree.ts';
import { worldMatrixOf } from './world-matrices.ts';

/** An object that is in one scene only, with all that is below it. */
export interface SceneObject {
  readonly id: string;
  readonly name: string;
  /** Objects below it that came or went with it. */
  readonly parts: number;
}

/** What happened to an object that is in both scenes. */
export type ObjectChange =
  | { readonly kind: 'renamed'; readonly before: string; readonly after: string }
  /** By how much its origin moved in the world, metres. */
  | { readonly kind: 'moved'; readonly byM: number }
  /** About how many degrees, by the shortest way. */
  | { readonly kind: 'turned'; readonly byDegrees: number }
  /** Size after against before; one number when it is the same on each axis. */
  | { readonly kind: 'scaled'; readonly factors: readonly [number, number, number] }
  | { readonly kind: 'hidden' | 'shown' }
  /** Names of the objects above it; null: none. */
  | { readonly kind: 'reparented'; readonly before: string | null; readonly after: string | null }
  /** Another mesh, or the same one out of another file. */
  | { readonly kind: 'reshaped' }
  /** Other materials: their names, in the order of the surfaces. */
  | {
      readonly kind: 'repainted';
      readonly before: readonly string[];
      readonly after: readonly string[];
    }
  | { readonly kind: 'relit' };

/** An object that both scenes have, and what differs. */
export interface ChangedObject {
  readonly id: string;
  /** As it is called after. */
  readonly name: string;
  readonly changes: readonly ObjectChange[];
}

export type MaterialField = Exclude<keyof MaterialRecord, 'id'>;

export interface ChangedMaterial {
  readonly id: string;
  /** As it is called after. */
  readonly name: string;
  readonly fields: readonly {
    readonly field: MaterialField;
    readonly before: MaterialRecord[MaterialField];
    readonly after: MaterialRecord[MaterialField];
  }[];
}

/** What is different between two states of a scene, in terms of what a person sees and names. */
export interface SceneDiff {
  readonly renamed: { readonly before: string; readonly after: string } | null;
  readonly added: readonly SceneObject[];
  readonly removed: readonly SceneObject[];
  readonly changed: readonly ChangedObject[];
  /** Materials that are in both and look different. New and dropped ones show in the objects that wear them. */
  readonly materials: readonly ChangedMaterial[];
  /** Names of saved views. */
  readonly views: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly string[];
  };
}

/** Less than this is rounding and not the work of a hand: a micrometre, a thousandth of a degree, a millionth of a size. */
const MOVED_M = 1e-6;
const TURNED_DEGREES = 1e-3;
const SCALED = 1e-6;

/**
 * What was done to turn one scene into the other. Objects are the same when their ids are; an object that moved only
 * because what it stands on did is not named.
 */
export function diffScenes(before: SceneDocument, after: SceneDocument): SceneDiff {
  return {
    renamed: before.name === after.name ? null : { before: before.name, after: after.name },
    added: objectsMissingIn(before, after),
    removed: objectsMissingIn(after, before),
    changed: nodesInTreeOrder(after).flatMap((node) => {
      const old = own(before.nodes, node.id);
      if (!old || old === node) return [];
      const changes = changesOf(before, old, after, node);
      return changes.length > 0 ? [{ id: node.id, name: node.name, changes }] : [];
    }),
    materials: Object.values(after.materials).flatMap((material) => {
      const old = own(before.materials, material.id);
      if (!old || old === material) return [];
      const fields = (Object.keys(material) as (keyof MaterialRecord)[])
        .filter((field): field is MaterialField => field !== 'id' && !isSame(old[field], material[field]))
        .map((field) => ({ field, before: old[field], after: material[field] }));
      return fields.length > 0 ? [{ id: material.id, name: material.name, fields }] : [];
    }),
    views: diffViews(before.views, after.views),
  };
}

/** Whether nothing that is seen, named or saved is different. */
export function isSameScene({ renamed, added, removed, changed, materials, views }: SceneDiff): boolean {
  return (
    renamed === null &&
    [added, removed, changed, materials, views.added, views.removed, views.changed].every(
      (list) => list.length === 0,
    )
  );
}

/** The topmost objects of `there` that `here` does not have; what is below them comes along. */
function objectsMissingIn(here: SceneDocument, there: SceneDocument): SceneObject[] {
  const isMissing = ({ id }: NodeRecord) => !Object.hasOwn(here.nodes, id);
  return nodesInTreeOrder(there)
    .filter((node) => isMissing(node) && !ancestorsOf(there, node.id).slice(0, 1).some(isMissing))
    .map((node) => ({
      id: node.id,
      name: node.name,
      parts: descendantsOf(there, node.id).filter(isMissing).length,
    }));
}

function changesOf(
  before: SceneDocument,
  old: NodeRecord,
  after: SceneDocument,
  node: NodeRecord,
): ObjectChange[] {
  const changes: ObjectChange[] = [];
  if (old.name !== node.name) changes.push({ kind: 'renamed', before: old.name, after: node.name });
  if (old.parentId !== node.parentId)
    changes.push({
      kind: 'reparented',
      before: nameOf(before, old.parentId),
      after: nameOf(after, node.parentId),
    });
  changes.push(...motionOf(before, old, after, node));
  if (old.visible !== node.visible) changes.push({ kind: node.visible ? 'shown' : 'hidden' });
  changes.push(...meshChangesOf(before, old, after, node));
  if (!isSame(old.light, node.light)) changes.push({ kind: 'relit' });
  return changes;
}

/** An object under another parent is compared where it stands in the world, else as it stands on its parent. */
function motionOf(
  before: SceneDocument,
  old: NodeRecord,
  after: SceneDocument,
  node: NodeRecord,
): ObjectChange[] {
  const isElsewhere = old.parentId !== node.parentId;
  const isTouched =
    isElsewhere ||
    !isSame(old.translation, node.translation) ||
    !isSame(old.rotation, node.rotation) ||
    !isSame(old.scale, node.scale);
  if (!isTouched) return [];
  const from = worldMatrixOf(before, old.id);
  const to = worldMatrixOf(after, node.id);
  const changes: ObjectChange[] = [];
  const byM = Math.hypot(to[12]! - from[12]!, to[13]! - from[13]!, to[14]! - from[14]!);
  if ((isElsewhere || !isSame(old.translation, node.translation)) && byM > MOVED_M)
    changes.push({ kind: 'moved', byM });
  const [a, b] = isElsewhere ? [decomposeMatrix(from), decomposeMatrix(to)] : [old, node];
  const byDegrees = angleBetween(a.rotation, b.rotation);
  if (byDegrees > TURNED_DEGREES) changes.push({ kind: 'turned', byDegrees });
  const factors = b.scale.map((size, axis) => size / (a.scale[axis] || 1)) as [number, number, number];
  if (factors.some((factor) => Math.abs(factor - 1) > SCALED)) changes.push({ kind: 'scaled', factors });
  return changes;
}

function meshChangesOf(
  before: SceneDocument,
  old: NodeRecord,
  after: SceneDocument,
  node: NodeRecord,
): ObjectChange[] {
  if (!old.mesh && !node.mesh) return [];
  const shapeOf = (document: SceneDocument, { mesh }: NodeRecord) =>
    mesh && `${document.sources[mesh.source]?.asset} ${mesh.index}`;
  const changes: ObjectChange[] = [];
  if (shapeOf(before, old) !== shapeOf(after, node)) changes.push({ kind: 'reshaped' });
  const [worn, wears] = [old.mesh?.materials ?? [], node.mesh?.materials ?? []];
  if (!isSame(worn, wears))
    changes.push({
      kind: 'repainted',
      before: materialNames(before, worn),
      after: materialNames(after, wears),
    });
  return changes;
}

function materialNames({ materials }: SceneDocument, ids: readonly (string | null)[]): string[] {
  const names = ids.map((id) => (id === null ? 'no material' : (own(materials, id)?.name ?? id)));
  return [...new Set(names)];
}

function diffViews(
  before: Readonly<Record<string, ViewRecord>>,
  after: Readonly<Record<string, ViewRecord>>,
): SceneDiff['views'] {
  const only = (these: typeof before, those: typeof before) =>
    Object.values(these)
      .filter(({ id }) => !Object.hasOwn(those, id))
      .map(({ name }) => name);
  return {
    added: only(after, before),
    removed: only(before, after),
    changed: Object.values(after)
      .filter((view) => {
        const old = own(before, view.id);
        return old !== undefined && !(old.name === view.name && isSame(old.camera, view.camera));
      })
      .map(({ name }) => name),
  };
}

/** Degrees between two orientations; a quaternion and its negative are the same one. */
function angleBetween(a: NodeRecord['rotation'], b: NodeRecord['rotation']): number {
  const dot = a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  const lengths = Math.hypot(...a) * Math.hypot(...b) || 1;
  // Of the sine and cosine of half the angle: the arc cosine alone loses small angles to rounding.
  const cosine = Math.min(1, Math.abs(dot) / lengths);
  return (2 * Math.atan2(Math.sqrt(1 - cosine * cosine), cosine) * 180) / Math.PI;
}

const nameOf = ({ nodes }: SceneDocument, id: string | null) =>
  id === null ? null : (own(nodes, id)?.name ?? id);

function own<R>(table: Readonly<Record<string, R>>, id: string): R | undefined {
  return Object.hasOwn(table, id) ? table[id] : undefined;
}

/** Records hold numbers, texts, lists and plain objects only, and come out of one schema: their keys stand in one order. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
