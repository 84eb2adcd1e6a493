import { addView } from './add-view.ts';
import { assignMaterial } from './assign-material.ts';
import type { CommandDefinition } from './command.ts';
import { deleteNodes } from './delete-nodes.ts';
import { deleteView } from './delete-view.ts';
import { duplicateNodes } from './duplicate-nodes.ts';
import { insertFragment } from './insert-fragment.ts';
import { renameNode } from './rename-node.ts';
import { renameScene } from './rename-scene.ts';
import { reparentNode } from './reparent-node.ts';
import { restoreRecords } from './restore-records.ts';
import { setMaterial } from './set-material.ts';
import { setTransform } from './set-transform.ts';
import { setVisible } from './set-visible.ts';
import { updateView } from './update-view.ts';

/** Every command there is. A new one is a new file beside these and a line here. */
const COMMANDS = [
  addView,
  assignMaterial,
  deleteNodes,
  deleteView,
  duplicateNodes,
  insertFragment,
  renameNode,
  renameScene,
  reparentNode,
  restoreRecords,
  setMaterial,
  setTransform,
  setVisible,
  updateView,
] as const;

type CommandOf<D> = D extends CommandDefinition<infer C> ? C : never;

/** An edit of the scene document, as data. */
export type SceneCommand = CommandOf<(typeof COMMANDS)[number]>;

const BY_TYPE: ReadonlyMap<string, CommandDefinition<SceneCommand>> = new Map(
  COMMANDS.map((definition) => [definition.type, definition as unknown as CommandDefinition<SceneCommand>]),
);

/** @throws {Error} when the type is not registered; the compiler rules that out for commands written in TypeScript. */
export function definitionOf(command: SceneCommand): CommandDefinition<SceneCommand> {
  const definition = BY_TYPE.get(command.type);
  if (!definition) throw new Error(`There is no command "${command.type}".`);
  return definition;
}
