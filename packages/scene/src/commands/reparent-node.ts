import {
  decomposeMatrix,
  identityMatrix,
  invertMatrix,
  multiplyMatrices,
  type Transform,
} from '../math/mat4.ts';
import { ancestorsOf, childrenOf, findNode, requireNode, rootsOf } from '../queries/tree.ts';
import { worldMatrixOf } from '../queries/world-matrices.ts';
import type { NodeRecord, SceneDocument } from '../records/scene-document.ts';
import { type CommandDefinition, invalidCommand, requireValid } from './command.ts';
import { withRecord } from './edit-records.ts';
import { restorationOf } from './restore-records.ts';
import { transformSchema } from './set-transform.ts';

/** Moves a node to another place in the tree. It stays where it is in the world (a sheared place cannot be kept). */
export interface ReparentNode {
  readonly type: 'reparent-node';
  readonly nodeId: string;
  /** null makes it a root. */
  readonly parentId: string | null;
  /** Before which sibling; null or absent puts it last. */
  readonly beforeId?: string | null;
}

export const reparentNode: CommandDefinition<ReparentNode> = {
  type: 'reparent-node',
  apply(document, command) {
    const node = requireNode(document, command.nodeId);
    const { parentId } = command;
    if (parentId !== null) {
      requireNode(document, parentId);
      if (parentId === node.id || ancestorsOf(document, parentId).some(({ id }) => id === node.id))
        throw invalidCommand('A node cannot be moved into itself.');
    }
    const placed = {
      ...node,
      ...(parentId === node.parentId ? {} : transformIn(document, node, parentId)),
      parentId,
      order: orderBefore(document, node.id, parentId, command.beforeId ?? null),
    };
    const after = withRecord(document, 'nodes', placed);
    return { document: after, inverse: restorationOf(document, after, this.label(document, command)) };
  },
  label: (document, { nodeId, parentId }) => {
    const name = findNode(document, nodeId)?.name ?? 'object';
    return parentId === null
      ? `Move ${name} to the top`
      : `Move ${name} into ${findNode(document, parentId)?.name}`;
  },
};

function transformIn(document: SceneDocument, node: NodeRecord, parentId: string | null): Transform {
  const world = worldMatrixOf(document, node.id);
  const toParent = parentId === null ? identityMatrix() : invertMatrix(worldMatrixOf(document, parentId));
  if (!toParent) throw invalidCommand('The new parent is scaled to nothing, so nothing can be placed in it.');
  const transform = decomposeMatrix(multiplyMatrices(toParent, world));
  requireValid(transformSchema, transform, 'transform');
  return transform;
}

function orderBefore(
  document: SceneDocument,
  nodeId: string,
  parentId: string | null,
  beforeId: string | null,
): number {
  const children = parentId === null ? rootsOf(document) : childrenOf(document, parentId);
  const siblings = children.filter(({ id }) => id !== nodeId);
  const next = beforeId === null ? -1 : siblings.findIndex(({ id }) => id === beforeId);
  if (beforeId !== null && next < 0) throw invalidCommand(`"${beforeId}" is not a child of the new parent.`);
  if (next < 0) return siblings.length ? siblings.at(-1)!.order + 1 : 0;
  const following = siblings[next]!.order;
  return next === 0 ? following - 1 : (siblings[next - 1]!.order + following) / 2;
}
