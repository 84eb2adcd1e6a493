import { findNode, requireNode } from '../queries/tree.ts';
import type { CommandDefinition } from './command.ts';
import { withRecord } from './edit-records.ts';

/** Shows or hides a node and, with it, everything below. */
export interface SetVisible {
  readonly type: 'set-visible';
  readonly nodeId: string;
  readonly visible: boolean;
}

export const setVisible: CommandDefinition<SetVisible> = {
  type: 'set-visible',
  apply(document, command) {
    const node = requireNode(document, command.nodeId);
    return {
      document: withRecord(document, 'nodes', { ...node, visible: command.visible }),
      inverse: { ...command, visible: node.visible },
    };
  },
  label: (document, { nodeId, visible }) =>
    `${visible ? 'Show' : 'Hide'} ${findNode(document, nodeId)?.name ?? 'object'}`,
};
