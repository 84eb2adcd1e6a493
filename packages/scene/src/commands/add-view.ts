import { type ViewRecord, viewRecordSchema } from '../records/scene-document.ts';
import { type CommandDefinition, invalidCommand, requireValid } from './command.ts';
import { withRecord } from './edit-records.ts';

/** Saves a view. */
export interface AddView {
  readonly type: 'add-view';
  readonly view: ViewRecord;
}

export const addView: CommandDefinition<AddView> = {
  type: 'add-view',
  apply(document, command) {
    const view = requireValid(viewRecordSchema, command.view, 'view');
    if (Object.hasOwn(document.views, view.id)) throw invalidCommand(`There is a view "${view.id}" already.`);
    return {
      document: withRecord(document, 'views', view),
      inverse: { type: 'delete-view', viewId: view.id },
    };
  },
  label: (_document, { view }) => `Save view ${view.name}`,
};
