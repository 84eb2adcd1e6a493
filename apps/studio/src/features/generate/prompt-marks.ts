/** Spans of the prompt for the underlines behind the text. Offsets are UTF-16, end exclusive. */
export interface PromptPart {
  readonly text: string;
  readonly kind: 'plain' | 'understood' | 'unknown' | 'over';
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: 'understood' | 'unknown';
}

/**
 * Cuts the prompt into parts. Spans may be stale by a key press or two, overlap or point past the end; the text must
 * come out complete whatever they say.
 *
 * @param limit Characters after which the rest is marked as too long.
 */
export function promptParts(
  prompt: string,
  understood: readonly (readonly [number, number])[],
  unknown: readonly (readonly [number, number])[],
  limit: number,
): PromptPart[] {
  const spans: Span[] = [
    ...unknown.map(([start, end]) => ({ start, end, kind: 'unknown' as const })),
    ...understood.map(([start, end]) => ({ start, end, kind: 'understood' as const })),
  ].sort((a, b) => a.start - b.start || b.end - a.end);
  const parts: PromptPart[] = [];
  const text = prompt.slice(0, limit);
  let at = 0;
  const push = (end: number, kind: PromptPart['kind']) => {
    if (end > at) parts.push({ text: text.slice(at, end), kind });
    at = Math.max(at, end);
  };
  for (const span of spans) {
    const end = Math.min(span.end, text.length);
    if (span.start < at || span.start >= end) continue;
    push(span.start, 'plain');
    push(end, span.kind);
  }
  push(text.length, 'plain');
  if (prompt.length > limit) parts.push({ text: prompt.slice(limit), kind: 'over' });
  return parts;
}

/** The prompt without one understood phrase, and without the comma or space that it leaves behind. */
export function withoutSpan(prompt: string, [start, end]: readonly [number, number]): string {
  const before = prompt.slice(0, start).replace(/[\s,;]+$/, '');
  const after = prompt.slice(end).replace(/^[\s,;]+/, '');
  if (!before) return after;
  if (!after) return before;
  return /[.!?]$/.test(before) || /^[.!?]/.test(after)
    ? `${before} ${after}`.replace(' .', '.')
    : `${before}, ${after}`;
}
