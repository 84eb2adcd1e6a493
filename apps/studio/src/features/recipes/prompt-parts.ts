/** A piece of a recipe's prompt: words, or a blank. */
export type PromptPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'blank'; readonly name: string };

const BLANK = /\{\{([a-z][a-z0-9-]{0,31})\}\}/g;

/** The prompt in pieces; together they are the prompt. */
export function promptParts(prompt: string): readonly PromptPart[] {
  const parts: PromptPart[] = [];
  let from = 0;
  for (const match of prompt.matchAll(BLANK)) {
    if (match.index > from) parts.push({ kind: 'text', text: prompt.slice(from, match.index) });
    parts.push({ kind: 'blank', name: match[1]! });
    from = match.index + match[0].length;
  }
  if (from < prompt.length) parts.push({ kind: 'text', text: prompt.slice(from) });
  return parts;
}
