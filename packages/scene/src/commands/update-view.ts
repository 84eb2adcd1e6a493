import { type SceneDocument, type ViewRecord, viewRecordSchema } from '../records/scene-document.ts';
import { type CommandDefinition, invalidCommand, requireValid } from './command.ts';
import { currentFields, withRecord } from './edit-records.ts';

/** Renames, reorders or re-aims a saved view. Absent fields stay. */
export interface UpdateView {
  readonly type: 'update-view';
  readonly viewId: string;
  readonly changes: Partial<Omit<ViewRecord, 'id'>>;
}

export function requireView(document: SceneDocument, viewId: string): ViewRecord {
  const view = Object.hasOwn(document.views, viewId) ? document.views[viewId] : undefined;
  if (!view) throw invalidCommand(`There is no view "${viewId}" in the scene.`);
  return view;
}

const changesSchema = viewRecordSchema.omit({ id: true }).partial().strict();

export const updateView: CommandDefinition<UpdateView> = {
  type: 'update-view',
  apply(document, command) {
    const view = requireView(document, command.viewId);
    requireValid(changesSchema, command.changes, 'changes');
    return {
      document: withRecord(document, 'views', { ...view, ...command.changes }),
      inverse: { ...command, changes: currentFields<Omit<ViewRecord, 'id'>>(view, command.changes) },
    };
  },
  label: (document, { viewId, changes }) =>
    `${'name' in changes ? 'Rename' : 'Update'} view ${requireView(document, viewId).name}`,
  merge: (first, second) =>
    first.viewId === second.viewId ? { ...second, changes: { ...first.changes, ...second.changes } } : null,
};
