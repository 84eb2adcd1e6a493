import { type Generation, tagSchema } from '@diorama/contracts';

const TITLE_CHARACTERS = 60;
const TAGS_SUGGESTED = 16;

/** A title to begin with: the first words of the prompt, cut where a thought ends. */
export function suggestTitle(prompt: string): string {
  const line = prompt.trim().split(/\r?\n/)[0]?.replace(/\s+/g, ' ') ?? '';
  let title = '';
  for (const clause of line.split(/(?<=[,.;:!?])\s/)) {
    const longer = title ? `${title} ${clause}` : clause;
    if ([...longer].length > TITLE_CHARACTERS) break;
    title = longer;
  }
  if (!title) title = cutAtWord(line);
  title = title.replace(/[\s,.;:]+$/u, '');
  return title.charAt(0).toLocaleUpperCase('en') + title.slice(1);
}

function cutAtWord(text: string): string {
  const letters = [...text];
  if (letters.length <= TITLE_CHARACTERS) return text;
  const cut = letters.slice(0, TITLE_CHARACTERS).join('');
  return cut.includes(' ') ? cut.slice(0, cut.lastIndexOf(' ')) : cut;
}

/** Tags that fit: those of the entry, then what was understood of its prompt. */
export function suggestTags(generation: Pick<Generation, 'tags' | 'look'>): readonly string[] {
  const { tags, look } = generation;
  const words = [
    ...tags,
    ...(look && look.style !== 'photo' ? [look.style] : []),
    ...(look?.directives ?? []).map(({ text }) => text),
  ];
  const valid = words.flatMap((word) => {
    const parsed = tagSchema.safeParse(word);
    return parsed.success ? [parsed.data] : [];
  });
  return [...new Set(valid)].slice(0, TAGS_SUGGESTED);
}
