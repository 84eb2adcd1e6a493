import type { Generation } from '@diorama/contracts';

const PROJECT_CHARACTERS = 40;
const PROMPT_CHARACTERS = 60;

/**
 * A file name without extension by which a person finds an image again: project, first words of the prompt, seed. Only
 * letters, digits and hyphens, so that every system takes it as it is.
 */
export function exportName(generation: Generation, position: number): string {
  const project = generation.project?.name ?? generation.request.project ?? '';
  const seed = generation.outputs[position]?.seed ?? generation.request.seed;
  return (
    [slug(project, PROJECT_CHARACTERS), slug(generation.request.prompt, PROMPT_CHARACTERS), seed]
      .filter((part) => part !== '' && part !== null)
      .join('-') || 'diorama'
  );
}

/** Words joined by hyphens, cut between words where that leaves enough. */
export function slug(text: string, characters: number): string {
  const words = text
    .toWellFormed()
    .normalize('NFC')
    .slice(0, characters * 8)
    .match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu);
  let joined = '';
  for (const word of words ?? []) {
    const next = joined === '' ? word : `${joined}-${word}`;
    if ([...next].length > characters) break;
    joined = next;
  }
  // One word longer than all that fits, as in writing without spaces.
  return joined === '' && words ? [...words[0]!].slice(0, characters).join('') : joined;
}
