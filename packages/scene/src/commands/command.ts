import { DioramaError } from '@diorama/contracts';
import type { z } from 'zod';
import type { SceneDocument } from '../records/scene-document.ts';
import type { SceneCommand } from './registry.ts';

/** What a command did: the new document, and the command that takes it back exactly. */
export interface Applied {
  readonly document: SceneDocument;
  readonly inverse: SceneCommand;
}

/**
 * One kind of edit. Commands are plain data, so they can be kept, sent and replayed; everything they can do stands
 * in their definition.
 */
export interface CommandDefinition<C extends { readonly type: string }> {
  readonly type: C['type'];
  /**
   * The document after the command; never changes the one given.
   *
   * @throws {DioramaError} `invalid-request` when the command does not fit the document.
   */
  apply(document: SceneDocument, command: C): Applied;
  /** In words, for the undo menu: "Move Armchair". `document` is the one before the command. */
  label(document: SceneDocument, command: C): string;
  /** One command that does what `first` and then `second` do, or null when there is none. Keeps long drags small. */
  merge?(first: C, second: C): C | null;
}

export function invalidCommand(message: string): DioramaError {
  return new DioramaError('invalid-request', message);
}

/** Checks values that come from a form or a gizmo, so that a document can never become one that does not load. */
export function requireValid<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw invalidCommand(`${what}${issue.path.length ? `.${issue.path.join('.')}` : ''}: ${issue.message}`);
}
