import type { Span } from '../compose/note.ts';
import type { MaterialTerm, ModifierTerm } from '../vocabulary/types.ts';

/** One word of a group such as "glossy dark red leather". */
export interface Descriptor {
  text: string;
  span: Span;
  intensity: number;
  /** Comes after an "and": the second of two. */
  isAlternative: boolean;
  color?: { name: string; colorSrgb: string };
  material?: { name: string; material: MaterialTerm; isGround: boolean };
  modifier?: { name: string; modifier: ModifierTerm };
  /** What is told about a typing error in the word. */
  correction?: string;
}

/** Whether a group speaks of neon colours. */
export const isNeon = (group: readonly Descriptor[]): boolean =>
  group.some(({ modifier }) => modifier?.modifier.color === 'neon');

/** Whether a group says that something is wet. */
export const isWet = (group: readonly Descriptor[]): boolean =>
  group.some(({ modifier }) => (modifier?.modifier.surface?.wetness ?? 0) > 0);
