import type { SceneDocument } from '../records/scene-document.ts';

/** The tables of a document. */
export const TABLES = ['sources', 'nodes', 'materials', 'views'] as const;
export type TableName = (typeof TABLES)[number];
export type RecordOf<T extends TableName> = SceneDocument[T][string];

/** The document with one record put in (or replaced). */
export function withRecord<T extends TableName>(
  document: SceneDocument,
  table: T,
  record: RecordOf<T>,
): SceneDocument {
  return { ...document, [table]: { ...document[table], [record.id]: record } };
}

/** The fields of `record` that `changes` touches, as they are now. */
export function currentFields<R extends object>(record: R, changes: Partial<R>): Partial<R> {
  const fields: Partial<R> = {};
  for (const key of Object.keys(changes) as (keyof R)[]) fields[key] = record[key];
  return fields;
}
