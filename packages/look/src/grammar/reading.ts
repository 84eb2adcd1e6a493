import type { Note, Span } from '../compose/note.ts';
import type { LookBuilder } from '../look-builder.ts';
import type { FoundObjects, ObjectIndex } from '../objects/object-index.ts';
import type { Descriptor } from './descriptor.ts';
import type { Item } from './lex.ts';
import { correctionOf } from './wording.ts';

/** An object that was named, and can still be described by words after it. */
export interface Target {
  found: FoundObjects;
  item: Item;
  /** Already has a surface from words before it. */
  isDescribed: boolean;
}

/** Where something is said. */
interface Place {
  text: string;
  span: Span;
}

/** What a word that stands for everything finds. */
export const WHOLE_MODEL: FoundObjects = { target: 'all', tier: 0, names: [] };

/**
 * The state of a walk over the items of a prompt: where it is, and what earlier words of the clause have left open.
 *
 * Holds no rules of the language; those are in the `read-*` files, which all work on one of these.
 */
export class Reading {
  readonly prompt: string;
  readonly items: readonly Item[];
  readonly look: LookBuilder;
  readonly index: ObjectIndex;
  /** Position of the item being read. */
  at = 0;

  /** Colours, materials and finishes that wait for their noun. */
  group: Descriptor[] = [];
  groupHasDeterminer = false;
  /** An "and" stands between the group and the next descriptor. */
  afterAnd = false;

  /** How much of the next descriptor or term: 1 is plain, "very" more, "slightly" less. */
  intensity = 1;
  /** The word for it, when it has a place of its own in the phrase. */
  intensityItem: Item | null = null;

  preposition: 'on' | 'against' | 'with' | null = null;
  /** An "in", "of" or "is" after an object: the words to come describe it. */
  link = false;
  /** A "make" or "paint" earlier in the clause. */
  making = false;
  /** `used` once a word was negated: an "and" carries the negation on, anything else ends it. */
  negation: 'none' | 'active' | 'used' = 'none';
  negationStart = 0;

  /** The object named last. */
  last: Target | null = null;
  /** "Focus on", until the object comes. */
  focus: Item | null = null;
  /** A background or floor that was named before its colour: "the background deep red". */
  openHead: Item | null = null;
  /** What the open head alone was understood as. */
  openNote: Note | null = null;
  /** The first noun that was taken for the whole model; other nouns are not the whole too. */
  wholeNoun: string | null = null;
  /** Objects named and not changed so far; at the end they are without effect. */
  readonly onlyNamed = new Set<Item>();

  constructor(prompt: string, items: readonly Item[], look: LookBuilder) {
    this.prompt = prompt;
    this.items = items;
    this.look = look;
    this.index = look.index;
  }

  placeBetween(start: number, end: number): Place {
    return { text: this.prompt.slice(start, end), span: [start, end] };
  }

  /** From the first to the last of the words of a group and its noun. */
  placeOf(group: readonly Descriptor[], noun: Item | null = null): Place {
    const starts = group.map((descriptor) => descriptor.span[0]);
    const ends = group.map((descriptor) => descriptor.span[1]);
    if (noun) {
      starts.push(noun.start);
      ends.push(noun.end);
    }
    return this.placeBetween(Math.min(...starts), Math.max(...ends));
  }

  /** Adds a word to the group, with the intensity that stood before it. */
  push(item: Item, meaning: Pick<Descriptor, 'color' | 'material' | 'modifier'>): void {
    this.group.push({
      text: item.text,
      span: [this.intensityItem?.start ?? item.start, item.end],
      intensity: this.intensity,
      isAlternative: this.afterAnd,
      ...meaning,
      ...(item.readAs ? { correction: correctionOf(item) } : {}),
    });
    this.afterAnd = false;
    this.useIntensity();
  }

  /** Empties the group and gives back what was in it. */
  takeDescriptors(): Descriptor[] {
    const { group } = this;
    this.group = [];
    this.groupHasDeterminer = false;
    this.afterAnd = false;
    return group;
  }

  /** Gives back how much was asked for; the word counts once. */
  useIntensity(): number {
    const { intensity } = this;
    this.intensity = 1;
    this.intensityItem = null;
    return intensity;
  }

  /** Ends an intensity that nothing followed. */
  dropIntensity(): void {
    if (this.intensityItem) this.noEffect(this.intensityItem);
    this.useIntensity();
  }

  noEffect(item: Item): void {
    this.look.addNoEffect(item.text, [item.start, item.end]);
  }

  noEffectOf(group: readonly Descriptor[]): void {
    for (const descriptor of group) this.look.addNoEffect(descriptor.text, descriptor.span);
  }

  notUsed(group: readonly Descriptor[], reason: string): void {
    for (const { text, span } of group) this.look.addNotUnderstood({ text, span, reason });
  }
}
