/** A piece of a text of the guide: words, or `code` that stood in backticks. */
export interface GuideText {
  readonly text: string;
  readonly isCode: boolean;
}

/** Takes a text apart at its backticks; one without a partner is a character like any other. */
export function guideText(text: string): readonly GuideText[] {
  const pieces: GuideText[] = [];
  let from = 0;
  for (const match of text.matchAll(/`([^`]+)`/g)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), isCode: false });
    pieces.push({ text: match[1]!, isCode: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isCode: false });
  return pieces;
}

/** Without the backticks: for alternative texts. */
export function plainText(text: string): string {
  return guideText(text)
    .map((piece) => piece.text)
    .join('');
}
