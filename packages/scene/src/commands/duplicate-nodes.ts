import { LIMITS, type Vec3, vec3Schema } from '@diorama/contracts';
import { ancestorsOf, descendantsOf, findNode, requireNode } from '../queries/tree.ts';
import type { NodeRecord, SceneDocument } from '../records/scene-document.ts';
import { type CommandDefinition, invalidCommand, requireValid } from './command.ts';
import { freshId, freshName } from './fresh-id.ts';
import { restorationOf } from './restore-records.ts';

/** Copies nodes with everything below them, beside the originals. Materials are shared with the originals. */
export interface DuplicateNodes {
  readonly type: 'duplicate-nodes';
  readonly nodeIds: readonly string[];
  /** Shift of the copies in their parent's space, metres. Default none. */
  readonly offset?: Vec3;
}

/**
 * The id that each copied node will have, by the original's id. A node whose ancestor is copied too comes along with
 * it and is not copied twice.
 *
 * Works before the command is applied, so the caller can select the copies afterwards.
 */
export function planDuplication(
  document: SceneDocument,
  nodeIds: readonly string[],
): ReadonlyMap<string, string> {
  const copies = new Map<string, string>();
  const taken = new Set<string>();
  for (const root of copiedRoots(document, nodeIds))
    for (const node of [root, ...descendantsOf(document, root.id)]) {
      const id = freshId(
        node.id,
        (candidate) => Object.hasOwn(document.nodes, candidate) || taken.has(candidate),
      );
      taken.add(id);
      copies.set(node.id, id);
    }
  return copies;
}

function copiedRoots(document: SceneDocument, nodeIds: readonly string[]): NodeRecord[] {
  const wanted = new Set(nodeIds);
  return [...wanted]
    .map((id) => requireNode(document, id))
    .filter((node) => !ancestorsOf(document, node.id).some(({ id }) => wanted.has(id)));
}

export const duplicateNodes: CommandDefinition<DuplicateNodes> = {
  type: 'duplicate-nodes',
  apply(document, command) {
    const copies = planDuplication(document, command.nodeIds);
    const count = Object.keys(document.nodes).length + copies.size;
    if (count > LIMITS.nodes)
      throw invalidCommand(`The scene would have ${count} objects; at most ${LIMITS.nodes} are allowed.`);
    const [dx, dy, dz] = command.offset ?? [0, 0, 0];
    const nodes = { ...document.nodes };
    const siblingsByParent = Map.groupBy(Object.values(nodes), ({ parentId }) => parentId);
    for (const [id, copyId] of copies) {
      const original = document.nodes[id]!;
      const parentCopy = original.parentId === null ? undefined : copies.get(original.parentId);
      if (parentCopy !== undefined) {
        nodes[copyId] = { ...original, id: copyId, parentId: parentCopy };
        continue;
      }
      const siblings = siblingsByParent.get(original.parentId) ?? [];
      const [x, y, z] = original.translation;
      const copy = {
        ...original,
        id: copyId,
        name: freshName(original.name, new Set(siblings.map(({ name }) => name))),
        order: Math.max(...siblings.map(({ order }) => order)) + 1,
        translation: requireValid(vec3Schema, [x + dx, y + dy, z + dz], 'offset'),
      };
      siblings.push(copy);
      nodes[copyId] = copy;
    }
    const after = { ...document, nodes };
    return { document: after, inverse: restorationOf(document, after, this.label(document, command)) };
  },
  label: (document, { nodeIds }) =>
    nodeIds.length === 1
      ? `Duplicate ${findNode(document, nodeIds[0]!)?.name ?? 'object'}`
      : `Duplicate ${nodeIds.length} objects`,
};
