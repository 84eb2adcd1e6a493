import { normaliseWord } from './normalise.ts';

/** One word, number or break of the prompt, with its place in it. */
export interface Token {
  kind: 'word' | 'number' | 'hex' | 'f-number' | 'break' | 'joiner';
  /** As written. */
  text: string;
  /** Normalised; the empty string for breaks. */
  word: string;
  /** UTF-16 offsets, end exclusive. */
  start: number;
  end: number;
  /** `number`: value and the unit written behind it. */
  value?: number;
  unit?: string;
}

const PATTERN =
  /(?<hex>#(?:[0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-z]))|(?<f>\bf\s?\/\s?\d{1,2}(?:[.,]\d{1,2})?|\bf\d{1,2}(?:\.\d{1,2})?(?![\p{L}\d]))|(?<clock>\b\d{1,2}:\d{2}\b)|(?<number>\d{1,6}(?:[.,]\d{1,3})?)(?<unit>\s?(?:mm|cm|kelvin|degrees?|°|am|pm|a\.m\.|p\.m\.|%|px)(?![\p{L}])|k(?![\p{L}]))?|(?<word>\p{L}[\p{L}\p{M}\p{N}]*(?:['’]\p{L}+)?)|(?<break>[,;.!?:\n\r()[\]{}|"“”]|\s[-–—]\s|--|[–—])|(?<joiner>[-_/&+])/giu;

/** "90s" and "3d" are words although they begin with digits. */
const DIGIT_WORDS =
  /^(?:\d{2,4}s|[23]d|\d{1,2}k|24k|3ds|4x5|5d|800t|400h|16mm(?= film)|35mm(?= film))(?![\p{L}\p{N}])/iu;

/** Splits any string; what is neither word nor number nor punctuation (emoji, control characters) is left out. */
export function tokenize(prompt: string): Token[] {
  const tokens: Token[] = [];
  PATTERN.lastIndex = 0;
  for (;;) {
    const match = PATTERN.exec(prompt);
    if (!match?.groups) break;
    const start = match.index;
    const groups = match.groups;
    const text = match[0];
    const end = start + text.length;
    if (groups.number !== undefined || groups.f !== undefined) {
      const digitWord = DIGIT_WORDS.exec(prompt.slice(start, start + 12));
      const isPartOfWord = start > 0 && /[\p{L}\p{N}]/u.test(prompt[start - 1]!);
      if (digitWord && !isPartOfWord && groups.f === undefined) {
        const word = digitWord[0];
        PATTERN.lastIndex = start + word.length;
        tokens.push({ kind: 'word', text: word, word: normaliseWord(word), start, end: start + word.length });
        continue;
      }
    }
    if (groups.hex !== undefined) {
      tokens.push({ kind: 'hex', text, word: text.toLowerCase(), start, end });
    } else if (groups.f !== undefined) {
      const value = Number(text.replace(/[^\d.,]/g, '').replace(',', '.'));
      tokens.push({ kind: 'f-number', text, word: '', start, end, value });
    } else if (groups.clock !== undefined) {
      const [hours = 0, minutes = 0] = text.split(':').map(Number);
      tokens.push({
        kind: 'number',
        text,
        word: text,
        start,
        end,
        value: hours + minutes / 60,
        unit: 'clock',
      });
    } else if (groups.number !== undefined) {
      const value = Number(groups.number.replace(',', '.'));
      const unit = (groups.unit ?? '')
        .trim()
        .toLowerCase()
        .replaceAll('.', '')
        .replace(/^degrees?$/, '°');
      tokens.push({ kind: 'number', text, word: groups.number, start, end, value, unit });
    } else if (groups.word !== undefined) {
      tokens.push({ kind: 'word', text, word: normaliseWord(text), start, end });
    } else if (groups.joiner !== undefined) {
      tokens.push({ kind: 'joiner', text, word: text, start, end });
    } else {
      tokens.push({ kind: 'break', text, word: '', start, end });
    }
  }
  return tokens;
}
