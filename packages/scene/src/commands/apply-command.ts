import type { SceneDocument } from '../records/scene-document.ts';
import type { Applied } from './command.ts';
import { definitionOf, type SceneCommand } from './registry.ts';

/**
 * Applies a command. The given document is left as it is; what the command did not touch is shared with the new one.
 *
 * @returns The new document and the command that restores the old one exactly.
 * @throws {DioramaError} `invalid-request` when the command does not fit the document.
 */
export function applyCommand(document: SceneDocument, command: SceneCommand): Applied {
  return definitionOf(command).apply(document, command);
}

/** What the command does, in words: "Move Armchair". Call it with the document before the command. */
export function labelOf(document: SceneDocument, command: SceneCommand): string {
  return definitionOf(command).label(document, command);
}

/** One command with the effect of `first`, then `second`; null when there is none. */
export function mergeCommands(first: SceneCommand, second: SceneCommand): SceneCommand | null {
  if (first.type !== second.type) return null;
  return definitionOf(first).merge?.(first, second) ?? null;
}
