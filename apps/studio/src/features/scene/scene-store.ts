import {
  createCommandHistory,
  createScene,
  type DoOptions,
  descendantsOf,
  type HistoryState,
  planDuplication,
  type SceneCommand,
  type SceneDocument,
} from '@diorama/scene';
import { create } from 'zustand';
import { exchangeSurroundings, type Surroundings } from './surroundings.ts';

interface SceneState extends HistoryState {
  /** Selected nodes, the last one is the one that Properties shows. */
  readonly selection: readonly string[];
}

const history = createCommandHistory<Surroundings>(createScene('Untitled'), { exchangeSurroundings });

/** The scene document, its undo history and what is selected. Change it through the functions below only. */
export const useScene = create<SceneState>(() => ({ ...history.state, selection: [] }));

history.subscribe((state) => {
  const { selection } = useScene.getState();
  const kept = selection.filter((id) => Object.hasOwn(state.document.nodes, id));
  useScene.setState({ ...state, selection: kept.length === selection.length ? selection : kept });
});

export function currentDocument(): SceneDocument {
  return history.document;
}

export function runCommand(
  command: SceneCommand | readonly SceneCommand[],
  options?: DoOptions<Surroundings>,
): void {
  history.do(command, options);
}

export const undo = () => history.undo();
export const redo = () => history.redo();

/** Another scene: the history of the one before ends. */
export function openDocument(document: SceneDocument): void {
  history.reset(document);
  useScene.setState({ selection: [] });
}

/** Everything between is one step to undo: a drag of a handle or of a number. */
export function beginStep(label: string): void {
  history.begin(label);
}

export function endStep(): void {
  history.end();
}

export function select(nodeIds: readonly string[]): void {
  useScene.setState({ selection: nodeIds });
}

/** @param additive Adds to the selection, or takes away what was in it. */
export function selectNode(nodeId: string | null, additive = false): void {
  const { selection } = useScene.getState();
  if (nodeId === null) {
    if (!additive) select([]);
  } else if (!additive) select([nodeId]);
  else if (selection.includes(nodeId)) select(selection.filter((id) => id !== nodeId));
  else select([...selection, nodeId]);
}

export function deleteSelected(): void {
  const { selection, document } = useScene.getState();
  // A node whose ancestor goes too is gone already when its turn comes.
  const covered = new Set(selection.flatMap((id) => descendantsOf(document, id).map((node) => node.id)));
  const nodeIds = selection.filter((id) => !covered.has(id));
  if (nodeIds.length > 0) runCommand({ type: 'delete-nodes', nodeIds });
}

export function duplicateSelected(): void {
  const { selection, document } = useScene.getState();
  if (selection.length === 0) return;
  const copies = planDuplication(document, selection);
  runCommand({ type: 'duplicate-nodes', nodeIds: selection });
  select(selection.flatMap((id) => copies.get(id) ?? []));
}

/** Hides what is selected, or shows it again when all of it is hidden. */
export function toggleSelectedVisible(): void {
  const { selection, document } = useScene.getState();
  const visible = selection.every((id) => document.nodes[id]?.visible === false);
  const changed = selection.filter((id) => document.nodes[id]?.visible !== visible);
  if (changed.length > 0)
    runCommand(changed.map((nodeId) => ({ type: 'set-visible', nodeId, visible }) as const));
}
