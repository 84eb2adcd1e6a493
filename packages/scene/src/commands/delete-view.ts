import type { CommandDefinition } from './command.ts';
import { requireView } from './update-view.ts';

export interface DeleteView {
  readonly type: 'delete-view';
  readonly viewId: string;
}

export const deleteView: CommandDefinition<DeleteView> = {
  type: 'delete-view',
  apply(document, command) {
    const view = requireView(document, command.viewId);
    const views = { ...document.views };
    delete views[view.id];
    return { document: { ...document, views }, inverse: { type: 'add-view', view } };
  },
  label: (document, { viewId }) => `Delete view ${requireView(document, viewId).name}`,
};
