import { LIMITS } from '@diorama/contracts';
import { requireNode, rootsOf } from '../queries/tree.ts';
import { checkScene, TEXTURE_SLOT_NAMES } from '../records/check-scene.ts';
import type { MaterialRecord, SceneDocument } from '../records/scene-document.ts';
import { type CommandDefinition, invalidCommand } from './command.ts';
import { freshId } from './fresh-id.ts';
import { restorationOf } from './restore-records.ts';

/** Brings another document in: its sources, materials, views and nodes. */
export interface InsertFragment {
  readonly type: 'insert-fragment';
  readonly fragment: SceneDocument;
  /** Where its roots go; null makes them roots. */
  readonly parentId: string | null;
}

/** Which id each record of the fragment gets in the document, by the id it has in the fragment. */
export interface InsertionPlan {
  readonly sources: ReadonlyMap<string, string>;
  readonly materials: ReadonlyMap<string, string>;
  readonly nodes: ReadonlyMap<string, string>;
  readonly views: ReadonlyMap<string, string>;
  /** The fragment's roots, by their new ids. */
  readonly rootIds: readonly string[];
}

/**
 * Plans the ids before the command is applied, so that the caller can select what it brings in. A model that the
 * document has already is used again instead of being there twice.
 */
export function planInsertion(document: SceneDocument, fragment: SceneDocument): InsertionPlan {
  const byAsset = new Map(Object.values(document.sources).map((source) => [source.asset, source.id]));
  const sources = freshIds(fragment.sources, document.sources);
  for (const source of Object.values(fragment.sources)) {
    const known = byAsset.get(source.asset);
    if (known !== undefined) sources.set(source.id, known);
  }
  const nodes = freshIds(fragment.nodes, document.nodes);
  return {
    sources,
    materials: freshIds(fragment.materials, document.materials),
    nodes,
    views: freshIds(fragment.views, document.views),
    rootIds: rootsOf(fragment).map(({ id }) => nodes.get(id)!),
  };
}

function freshIds(records: Record<string, unknown>, existing: Record<string, unknown>): Map<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const id of Object.keys(records)) {
    const fresh = freshId(id, (candidate) => Object.hasOwn(existing, candidate) || taken.has(candidate));
    taken.add(fresh);
    ids.set(id, fresh);
  }
  return ids;
}

export const insertFragment: CommandDefinition<InsertFragment> = {
  type: 'insert-fragment',
  apply(document, command) {
    const { fragment, parentId } = command;
    checkScene(fragment);
    if (parentId !== null) requireNode(document, parentId);
    const count = Object.keys(document.nodes).length + Object.keys(fragment.nodes).length;
    if (count > LIMITS.nodes)
      throw invalidCommand(`The scene would have ${count} objects; at most ${LIMITS.nodes} are allowed.`);
    const plan = planInsertion(document, fragment);
    const after = merge(document, fragment, parentId, plan);
    checkScene(after);
    return { document: after, inverse: restorationOf(document, after, this.label(document, command)) };
  },
  label: (_document, { fragment }) => `Add ${fragment.name || 'objects'}`,
};

function merge(
  document: SceneDocument,
  fragment: SceneDocument,
  parentId: string | null,
  plan: InsertionPlan,
): SceneDocument {
  const sources = { ...document.sources };
  for (const source of Object.values(fragment.sources)) {
    const id = plan.sources.get(source.id)!;
    if (!Object.hasOwn(sources, id)) sources[id] = { ...source, id };
  }
  const materials = { ...document.materials };
  for (const material of Object.values(fragment.materials)) {
    const id = plan.materials.get(material.id)!;
    materials[id] = withSources({ ...material, id }, plan);
  }
  const nodes = { ...document.nodes };
  const firstOrder =
    1 + Object.values(nodes).reduce((max, n) => (n.parentId === parentId ? Math.max(max, n.order) : max), -1);
  const rootOrder = new Map(rootsOf(fragment).map(({ id }, index) => [id, firstOrder + index]));
  for (const node of Object.values(fragment.nodes)) {
    const id = plan.nodes.get(node.id)!;
    nodes[id] = {
      ...node,
      id,
      parentId: node.parentId === null ? parentId : plan.nodes.get(node.parentId)!,
      order: rootOrder.get(node.id) ?? node.order,
      mesh: node.mesh && {
        ...node.mesh,
        source: plan.sources.get(node.mesh.source)!,
        materials: node.mesh.materials.map((m) => (m === null ? null : plan.materials.get(m)!)),
      },
    };
  }
  const views = { ...document.views };
  const firstView = 1 + Object.values(views).reduce((max, view) => Math.max(max, view.order), -1);
  for (const view of Object.values(fragment.views)) {
    const id = plan.views.get(view.id)!;
    views[id] = { ...view, id, order: firstView + view.order };
  }
  return { ...document, sources, materials, nodes, views };
}

function withSources(material: MaterialRecord, plan: InsertionPlan): MaterialRecord {
  const moved = { ...material };
  for (const slot of TEXTURE_SLOT_NAMES) {
    const texture = moved[slot];
    if (texture) moved[slot] = { ...texture, source: plan.sources.get(texture.source)! };
  }
  return moved;
}
