import type { ReferenceRole } from '@diorama/contracts';

/** A place where the prompt talks about a reference picture. */
export interface ReferenceMention {
  index: 0 | 1;
  /** null when the words do not say what for. */
  role: ReferenceRole | null;
  span: [number, number];
  /** Words between, for finding the object a material is for. */
  clause: [number, number];
}

// The studio calls the slots Canvas, Image 2 and Image 3; people also count the references themselves.
const MENTION =
  /\b(?:the\s+)?(?:(first|second|1st|2nd|left|right|other|same|attached|uploaded|provided|given|supplied)\s+)?(?:style\s+)?(?:(reference|ref)(?:\s+(?:image|picture|photo|pic))?|(image|picture|photo|img|pic))(?:\s*(?:#|no\.?|number)?\s*([123]|one|two|three))?\b/giu;

const ROLE_WORDS: readonly (readonly [ReferenceRole, RegExp])[] = [
  ['background', /\b(?:background|backdrop|behind|back\s*plate|backplate|scenery|environment|setting)\b/iu],
  [
    'material',
    /\b(?:textures?|materials?|surface|patterns?|fabric|finish|wood|wallpaper|upholstery|print)\b/iu,
  ],
  ['palette', /\b(?:colou?rs?|palette|tones?|colou?r\s*scheme|hues?)\b/iu],
  ['subject', /\b(?:subject|person|object|product|character|logo|insert|add|place|put)\b/iu],
  [
    'style',
    /\b(?:style|look|mood|feel|feeling|aesthetics?|vibe|lighting|light|atmosphere|grade|grading|inspired|like|match|matching|similar)\b/iu,
  ],
];

const LEADING =
  /(?:\b(?:in|with|use|using|take|taking|apply|copy|from|match|matching|get|give|it|the|a|same|exact|overall|general|style|look|mood|feel|aesthetics?|vibe|lighting|light|atmosphere|grade|grading|colou?rs?|palette|tones?|scheme|textures?|materials?|surface|patterns?|fabric|background|backdrop|of|as|on|like|inspired|by|based|similar|to|and|for)\s+)+$/iu;
/** "The fabric from the image", "in the style of the picture": without a number, but clear. */
const TAKEN_FROM =
  /\b(?:from|use|using|apply|copy|match|matching|(?:textures?|materials?|patterns?|fabric|finish|colou?rs?|palette|style|look|mood|light|lighting|wood)\s+(?:of|in|on))\s+$/iu;
const TRAILING =
  /^\s+(?:(?:as|for|to|be|set|the|a|an|its|it|used|is|style|palette|background|backdrop|material|texture|mood|look|inspiration|behind|scene|colou?rs?|reference|subject|guide|source|of|and)\b\s*)*(?:style|palette|background|backdrop|material|texture|mood|look|inspiration|behind|colou?rs?|reference|subject)\b/iu;

/** Finds them in order; `count` is how many references there are. */
export function findReferenceMentions(prompt: string, count: number): ReferenceMention[] {
  if (count === 0) return [];
  const mentions: ReferenceMention[] = [];
  for (const match of prompt.matchAll(MENTION)) {
    const [text, ordinal, reference, picture, number] = match;
    const isDefinite = /^the\b/i.test(text);
    // "A photo of a chair" talks about the result, not about a reference.
    const at = match.index;
    const isTakenFrom = isDefinite && TAKEN_FROM.test(prompt.slice(Math.max(0, at - 60), at));
    if (!reference && picture && !number && !(isDefinite && ordinal) && !isTakenFrom) continue;
    const clauseStart = Math.max(0, at - 120) + lastBreak(prompt.slice(Math.max(0, at - 120), at));
    const after = prompt.slice(at + text.length, at + text.length + 120);
    const clauseEnd = at + text.length + firstBreak(after);
    const before = prompt.slice(clauseStart, at);
    const lead = LEADING.exec(before)?.[0] ?? '';
    const tail = TRAILING.exec(prompt.slice(at + text.length, clauseEnd))?.[0] ?? '';
    const words = `${lead} ${tail}`;
    const wider = prompt.slice(clauseStart, clauseEnd).replace(text, ' ');
    const role =
      ROLE_WORDS.find(([, pattern]) => pattern.test(words))?.[0] ??
      ROLE_WORDS.find(([, pattern]) => pattern.test(wider))?.[0] ??
      null;
    mentions.push({
      index: indexOf(ordinal?.toLowerCase(), reference !== undefined, number?.toLowerCase(), count),
      role,
      span: [at - lead.length, at + text.length + tail.length],
      clause: [clauseStart, clauseEnd],
    });
  }
  return mentions.filter((mention, i) => i === 0 || mention.span[0] >= mentions[i - 1]!.span[1]);
}

function indexOf(
  ordinal: string | undefined,
  isReference: boolean,
  number: string | undefined,
  count: number,
): 0 | 1 {
  const last = count > 1 ? 1 : 0;
  const value = number === undefined ? null : ({ one: 1, two: 2, three: 3 }[number] ?? Number(number));
  if (value !== null && !isReference) return value === 3 ? last : 0;
  if (value !== null) return value >= 2 ? last : 0;
  if (ordinal === 'second' || ordinal === '2nd' || ordinal === 'right' || ordinal === 'other') return last;
  return 0;
}

const lastBreak = (text: string): number =>
  Math.max(...[',', ';', '.', '\n', '!', '?'].map((mark) => text.lastIndexOf(mark))) + 1;
function firstBreak(text: string): number {
  const found = text.search(/[,;.\n!?]/);
  return found < 0 ? text.length : found;
}
