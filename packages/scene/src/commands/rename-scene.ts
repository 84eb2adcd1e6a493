import { sceneDocumentSchema } from '../records/scene-document.ts';
import { type CommandDefinition, requireValid } from './command.ts';

export interface RenameScene {
  readonly type: 'rename-scene';
  readonly name: string;
}

export const renameScene: CommandDefinition<RenameScene> = {
  type: 'rename-scene',
  apply(document, command) {
    const name = requireValid(sceneDocumentSchema.shape.name, command.name, 'name');
    return { document: { ...document, name }, inverse: { type: 'rename-scene', name: document.name } };
  },
  label: () => 'Rename scene',
  merge: (_first, second) => second,
};
