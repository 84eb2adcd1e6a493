import type { Look, LookScene } from '@diorama/contracts';
import { readPrompt } from './grammar/read-prompt.ts';
import { LookBuilder } from './look-builder.ts';
import { objectIndexOf } from './objects/object-index.ts';
import { applyReferences, type ReferenceInput } from './references/apply-references.ts';
import { findReferenceMentions } from './references/reference-mentions.ts';

export interface LookInput {
  prompt: string;
  /** The named objects words can bind to; null when there is no scene. */
  scene: LookScene | null;
  /** At most two are used, in the order of the slots. */
  references: readonly ReferenceInput[];
}

/** More is cut off: nobody reads chips for a novel, and the time for one prompt stays bounded. */
const MAX_PROMPT_CHARACTERS = 4_000;

/**
 * Reads prompt and references into a look.
 *
 * Pure and deterministic: same input, same look. Never throws on any text; what was not understood is in the result.
 * The first call builds the vocabulary and the tagger (about a quarter of a second); later ones take milliseconds.
 */
export function readLook(input: LookInput): Look {
  const prompt = input.prompt.slice(0, MAX_PROMPT_CHARACTERS);
  const builder = new LookBuilder(objectIndexOf(input.scene), prompt);
  const references = input.references.slice(0, 2);
  const mentions = findReferenceMentions(prompt, references.length);
  readPrompt(
    prompt,
    builder,
    mentions.map((mention) => mention.span),
  );
  applyReferences(prompt, references, mentions, builder);
  return builder.finish();
}
