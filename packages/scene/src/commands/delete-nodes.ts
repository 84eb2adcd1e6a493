import { descendantsOf, findNode, requireNode } from '../queries/tree.ts';
import type { CommandDefinition } from './command.ts';
import { restorationOf } from './restore-records.ts';
import { withoutNewlyUnused } from './unused-records.ts';

/** Deletes nodes with everything below them, and the materials and sources that nothing else uses. */
export interface DeleteNodes {
  readonly type: 'delete-nodes';
  readonly nodeIds: readonly string[];
}

export const deleteNodes: CommandDefinition<DeleteNodes> = {
  type: 'delete-nodes',
  apply(document, command) {
    const nodes = { ...document.nodes };
    for (const nodeId of command.nodeIds) {
      delete nodes[requireNode(document, nodeId).id];
      for (const node of descendantsOf(document, nodeId)) delete nodes[node.id];
    }
    const after = withoutNewlyUnused(document, { ...document, nodes });
    return { document: after, inverse: restorationOf(document, after, this.label(document, command)) };
  },
  label: (document, { nodeIds }) =>
    nodeIds.length === 1
      ? `Delete ${findNode(document, nodeIds[0]!)?.name ?? 'object'}`
      : `Delete ${nodeIds.length} objects`,
};
