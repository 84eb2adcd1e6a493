import { findNode, requireNode } from '../queries/tree.ts';
import { nodeRecordSchema } from '../records/scene-document.ts';
import { type CommandDefinition, requireValid } from './command.ts';
import { withRecord } from './edit-records.ts';

export interface RenameNode {
  readonly type: 'rename-node';
  readonly nodeId: string;
  readonly name: string;
}

export const renameNode: CommandDefinition<RenameNode> = {
  type: 'rename-node',
  apply(document, command) {
    const node = requireNode(document, command.nodeId);
    const name = requireValid(nodeRecordSchema.shape.name, command.name, 'name');
    return {
      document: withRecord(document, 'nodes', { ...node, name }),
      inverse: { ...command, name: node.name },
    };
  },
  label: (document, { nodeId }) => `Rename ${findNode(document, nodeId)?.name ?? 'object'}`,
  merge: (first, second) => (first.nodeId === second.nodeId ? second : null),
};
