import type { Look } from '@diorama/contracts';
import type { Note, Span } from './note.ts';

type WithPlaces = Pick<Look, 'directives' | 'notUnderstood' | 'noEffect'>;

/**
 * Shares a prompt out among what was understood, what was not and what has no effect, so that no place is told twice.
 *
 * @param look Finished but for these three; effects are written from it.
 */
export function composeDirectives(look: Look, notes: readonly Note[], prompt: string): WithPlaces {
  const understood = notes.map((note) => ({ note, span: note.span }));
  const missed = look.notUnderstood.map((entry) => ({ entry, span: entry.span as Span | null }));
  // Inner words first: of "red vintage chair" the mood keeps "vintage", and the chair gets what is left of the phrase.
  const bySize = [...understood, ...missed]
    .flatMap((item) => (item.span ? [{ item, span: item.span }] : []))
    .sort((a, b) => a.span[1] - a.span[0] - (b.span[1] - b.span[0]) || a.span[0] - b.span[0]);
  const used: Span[] = [];
  for (const { item, span } of bySize) {
    item.span = trimmed(largestFree(span, used), prompt);
    if (item.span) used.push(item.span);
  }
  const isFree = (span: Span) => largestFree(span, used)?.every((end, i) => end === span[i]) ?? false;
  return {
    directives: understood
      .map(({ note, span }) => ({
        category: note.category,
        text: note.text,
        span,
        effect: `${note.corrections}${effectOf(note, look)}`,
      }))
      .sort((a, b) => (a.span?.[0] ?? Number.MAX_SAFE_INTEGER) - (b.span?.[0] ?? Number.MAX_SAFE_INTEGER)),
    notUnderstood: missed
      .flatMap(({ entry, span }) => (span ? [{ ...entry, text: prompt.slice(...span), span }] : []))
      .sort(byStart),
    // An intensity before the word ("highly light") is part of its place but not of its name.
    noEffect: (look.noEffect ?? [])
      .filter(({ span }) => isFree(span))
      .map(({ span }) => ({ text: prompt.slice(...span), span }))
      .sort(byStart),
  };
}

const byStart = (a: { span: Span }, b: { span: Span }): number => a.span[0] - b.span[0];

function effectOf({ effect, replacedBy }: Note, look: Look): string {
  if (replacedBy !== null) return `Replaced by "${replacedBy}": the later words count.`;
  return typeof effect === 'string' ? effect : effect(look);
}

/** A part of a phrase without blanks, commas and the like around it. */
function trimmed(span: Span | null, prompt: string): Span | null {
  if (!span) return null;
  const text = prompt.slice(...span);
  const start = text.search(/[\p{L}\p{N}#]/u);
  if (start < 0) return null;
  return [span[0] + start, span[0] + text.replace(/[^\p{L}\p{N}\p{M}°%]+$/u, '').length];
}

/** The longest part of a span that no other covers; null when nothing is left. */
function largestFree(span: Span, used: readonly Span[]): Span | null {
  let best: Span | null = null;
  let [start] = span;
  const end = span[1];
  for (const [from, to] of [...used, [end, end] as Span].sort((a, b) => a[0] - b[0])) {
    if (to <= start || from > end) continue;
    const free: Span = [start, Math.min(from, end)];
    if (free[1] > free[0] && (best === null || free[1] - free[0] >= best[1] - best[0])) best = free;
    start = Math.max(start, to);
  }
  return best;
}
