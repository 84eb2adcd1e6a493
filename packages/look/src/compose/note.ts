import type { Look } from '@diorama/contracts';
import type { Category } from '../vocabulary/types.ts';

/** Start and end in the prompt, in UTF-16 units; the end is exclusive. */
export type Span = [number, number];

/** Where something was said, and how it is called in messages. */
export interface Said {
  category: Category;
  text: string;
  span: Span | null;
}

/** Something understood; becomes a directive of the look. */
export interface Note extends Said {
  /** Written when the look is finished, because words later in the prompt change what earlier ones do. */
  effect: string | ((look: Look) => string);
  corrections: string;
  replacedBy: string | null;
  /** Of a term that gives way to whatever else is said. */
  isVague: boolean;
}

/** A value of which there is one in a look, with the words that asked for it. */
export interface Slot<T> {
  value: T;
  note: Note;
}

/** Puts a value where another was; the words for the other are told that they do not count. */
export function replaceSlot<T>(old: Slot<T> | null, value: T, note: Note): Slot<T> {
  if (old && old.note !== note && old.value !== value) old.note.replacedBy = note.text;
  return { value, note };
}
