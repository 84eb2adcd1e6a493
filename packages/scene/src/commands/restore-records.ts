import type { SceneDocument } from '../records/scene-document.ts';
import type { CommandDefinition } from './command.ts';
import { type RecordOf, TABLES, type TableName } from './edit-records.ts';

/**
 * Puts records back as they were: the inverse of the commands that add, remove or rewrite several records at once.
 * Each table maps ids to the record to put there, or to null for "was not there".
 */
export interface RestoreRecords {
  readonly type: 'restore-records';
  readonly label: string;
  readonly records: { readonly [T in TableName]?: Readonly<Record<string, RecordOf<T> | null>> };
}

export const restoreRecords: CommandDefinition<RestoreRecords> = {
  type: 'restore-records',
  apply(document, command) {
    const next: Record<string, unknown> = { ...document };
    for (const table of TABLES) {
      const changes = command.records[table];
      if (!changes) continue;
      const records: Record<string, unknown> = { ...document[table] };
      for (const [id, record] of Object.entries(changes))
        if (record === null) delete records[id];
        else records[id] = record;
      next[table] = records;
    }
    const after = next as SceneDocument;
    return { document: after, inverse: restorationOf(document, after, command.label) };
  },
  label: (_document, command) => command.label,
};

/** The command that turns `after` back into `before`, both being states of one scene that differ in their tables only. */
export function restorationOf(before: SceneDocument, after: SceneDocument, label: string): RestoreRecords {
  const records: { [T in TableName]?: Record<string, RecordOf<T> | null> } = {};
  for (const table of TABLES) {
    const changes = changesOf<RecordOf<TableName>>(before[table], after[table]);
    if (changes) Object.assign(records, { [table]: changes });
  }
  return { type: 'restore-records', label, records };
}

function changesOf<R>(
  before: Record<string, R>,
  after: Record<string, R>,
): Record<string, R | null> | undefined {
  if (before === after) return undefined;
  const changes: Record<string, R | null> = {};
  for (const [id, record] of Object.entries(before)) if (after[id] !== record) changes[id] = record;
  for (const id of Object.keys(after)) if (!Object.hasOwn(before, id)) changes[id] = null;
  return changes;
}
