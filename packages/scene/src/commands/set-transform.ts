import { findNode, requireNode } from '../queries/tree.ts';
import { type NodeRecord, nodeRecordSchema } from '../records/scene-document.ts';
import { type CommandDefinition, requireValid } from './command.ts';
import { currentFields, withRecord } from './edit-records.ts';

/** Moves, turns or scales a node within its parent's space. Absent fields stay. */
export interface SetTransform {
  readonly type: 'set-transform';
  readonly nodeId: string;
  readonly transform: Partial<Pick<NodeRecord, 'translation' | 'rotation' | 'scale'>>;
}

/** Any of the three, within the ranges that a saved scene allows. */
export const transformSchema = nodeRecordSchema
  .pick({ translation: true, rotation: true, scale: true })
  .partial()
  .strict();

const VERBS = { translation: 'Move', rotation: 'Rotate', scale: 'Scale' } as const;

export const setTransform: CommandDefinition<SetTransform> = {
  type: 'set-transform',
  apply(document, command) {
    const node = requireNode(document, command.nodeId);
    requireValid(transformSchema, command.transform, 'transform');
    return {
      document: withRecord(document, 'nodes', { ...node, ...command.transform }),
      inverse: { ...command, transform: currentFields(node, command.transform) },
    };
  },
  label(document, { nodeId, transform }) {
    const fields = Object.keys(transform) as (keyof typeof VERBS)[];
    const verb = fields.length === 1 ? VERBS[fields[0]!] : 'Transform';
    return `${verb} ${findNode(document, nodeId)?.name ?? 'object'}`;
  },
  merge: (first, second) =>
    first.nodeId === second.nodeId
      ? { ...second, transform: { ...first.transform, ...second.transform } }
      : null,
};
