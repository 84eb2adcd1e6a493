import type { Surface } from '@diorama/contracts';
import { colorName } from '../color/color-name.ts';
import { mixHex } from '../color/oklab.ts';
import { aSurface } from '../default-look.ts';
import { describeGround, describeLens, describeLighting } from '../describe-look.ts';
import { effectOfPatch, type LookBuilder, type Note, type Span } from '../look-builder.ts';
import { isPhysical } from '../objects/kinds.ts';
import { usualThingsOf } from '../objects/material-affinity.ts';
import type { FoundObjects, ObjectIndex } from '../objects/object-index.ts';
import { isLightSource, sparedParts } from '../objects/spared-parts.ts';
import { type Item, lex } from './lex.ts';
import { requireMaterial } from './lexicon.ts';
import { changeColor, type Descriptor, readSurface } from './surfaces.ts';

const NEGATORS = new Set([
  'no',
  'not',
  'without',
  'non',
  'never',
  'nor',
  'avoid',
  'exclude',
  'excluding',
  'remove',
  'minu',
  'dont',
  'zero',
  'neither',
  'isnt',
  'hide',
]);
const CONJUNCTIONS = new Set(['and', 'or', '&', 'plus']);
/** After these a colour or material belongs to the object before: "the chair in walnut", "make the walls white". */
const LINKS = new Set([
  'in',
  'of',
  'from',
  'is',
  'are',
  'be',
  'to',
  'into',
  'as',
  'made',
  'like',
  'was',
  'become',
  'becomes',
  'should',
  'look',
  'become',
]);
const STANDING_ON = new Set(['on', 'upon', 'onto', 'over', 'atop']);
const IN_FRONT_OF = new Set(['against', 'before', 'behind']);
const DETERMINERS = new Set([
  'the',
  'a',
  'an',
  'this',
  'that',
  'my',
  'our',
  'its',
  'it',
  'these',
  'those',
  'their',
  'his',
  'her',
  'your',
  'all',
  'each',
  'every',
  'both',
  'one',
  'two',
  'three',
  'four',
]);

/** What lies on a thing and is not a thing itself: "blue paint", "pavilion with timber cladding". */
const COVERINGS = new Set([
  'paint',
  'finish',
  'cladding',
  'upholstery',
  'coating',
  'wrap',
  'paintwork',
  'livery',
  'siding',
  'paneling',
  'veneer',
  'shell',
  'housing',
  'casing',
  'paintjob',
  'skin',
  'material',
  'texture',
  'surface',
  'bodywork',
]);

/** Words that do things ("make the walls white"): the object after them waits for its colour. */
const MAKING = new Set([
  'make',
  'turn',
  'paint',
  'change',
  'color',
  'render',
  'replace',
  'painted',
  'want',
  'coat',
  'give',
  'set',
  'convert',
  'recolor',
  'dye',
  'keep',
]);

const capitalise = (text: string) => (text === '' ? text : text[0]!.toUpperCase() + text.slice(1));
const namesOf = (colors: readonly string[]) => colors.map(colorName).join(' and ');
const listOf = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
const readAs = (item: Item | undefined) => (item?.readAs ? `Read as "${item.readAs}". ` : '');

interface Target {
  found: FoundObjects;
  item: Item;
  /** Already has a surface from words before it. */
  isDescribed: boolean;
}

class PromptReader {
  readonly #prompt: string;
  readonly #items: readonly Item[];
  readonly #look: LookBuilder;
  readonly #index: ObjectIndex;
  #at = 0;
  #group: Descriptor[] = [];
  #groupHasDeterminer = false;
  #afterAnd = false;
  #link = false;
  #making = false;
  #preposition: 'on' | 'against' | 'with' | null = null;
  #intensity = 1;
  #intensityItem: Item | null = null;
  #negation: 'none' | 'active' | 'used' = 'none';
  #negationStart = 0;
  #last: Target | null = null;
  #focus: Item | null = null;
  /** A background or floor that was named before its colour: "the background deep red". */
  #openHead: Item | null = null;
  #openNote: Note | null = null;
  /** The first noun that was taken for the whole model; other nouns are not the whole too. */
  #wholeNoun: string | null = null;
  /** Objects named and not changed so far; they end up without effect. */
  readonly #mentioned = new Map<Item, boolean>();

  constructor(prompt: string, items: readonly Item[], look: LookBuilder) {
    this.#prompt = prompt;
    this.#items = items;
    this.#look = look;
    this.#index = look.index;
  }

  read(): void {
    for (this.#at = 0; this.#at < this.#items.length; this.#at++) this.#readItem(this.#items[this.#at]!);
    this.#endOfClause();
    for (const [item, isUsed] of this.#mentioned)
      if (!isUsed) this.#look.addNoEffect(item.text, [item.start, item.end]);
  }

  /** The next item that is not a word of grammar; null at a break. */
  #peek(from = this.#at + 1): Item | null {
    for (let i = from; i < this.#items.length; i++) {
      const item = this.#items[i]!;
      if (item.kind === 'break') return null;
      if (item.kind === 'consumed') continue;
      if (item.meaning.isFunction && !item.found) {
        if (CONJUNCTIONS.has(item.key)) continue;
        return null;
      }
      return item;
    }
    return null;
  }

  #isHead(item: Item | null): boolean {
    if (!item) return false;
    const { meaning } = item;
    return (
      item.found !== null ||
      meaning.groundNoun !== undefined ||
      meaning.isBackgroundNoun === true ||
      meaning.isAllNoun === true ||
      meaning.isPaletteNoun === true ||
      meaning.isLightNoun === true ||
      (item.kind === 'unknown' && isPhysical(item.token.word))
    );
  }

  #isDescriptor(item: Item | null): boolean {
    if (!item) return false;
    return (
      item.kind === 'hex' ||
      item.meaning.color !== undefined ||
      item.meaning.material !== undefined ||
      item.meaning.modifier !== undefined
    );
  }

  /** Whether a colour or material follows that no other noun takes: "background in deep red", "floor: oak". */
  #peekDescribed(): boolean {
    let sawDescriptor = false;
    for (let i = this.#at + 1; i < this.#items.length; i++) {
      const item = this.#items[i]!;
      if (item.kind === 'break' || item.kind === 'consumed') break;
      if (item.meaning.isFunction && !item.found) {
        if (
          LINKS.has(item.key) ||
          CONJUNCTIONS.has(item.key) ||
          DETERMINERS.has(item.key) ||
          item.key === 'should'
        )
          continue;
        break;
      }
      if (this.#isDescriptor(item) && !item.found) sawDescriptor = true;
      else if (this.#isHead(item)) return false;
      else if (!item.meaning.isFiller && item.meaning.intensity === undefined) break;
    }
    return sawDescriptor;
  }

  /** Whether a run of descriptors and adjectives starting here ends in a noun that takes them. */
  #leadsToHead(from: number): boolean {
    for (let i = from; i < Math.min(this.#items.length, from + 6); i++) {
      const item = this.#items[i]!;
      if (item.kind === 'break' || item.kind === 'consumed') return false;
      if (item.meaning.isFunction && !item.found) {
        if (CONJUNCTIONS.has(item.key)) continue;
        return false;
      }
      if (this.#isDescriptor(item) && !item.found) continue;
      if (this.#isHead(item)) return true;
      if (item.meaning.term || item.meaning.isFiller || item.meaning.intensity !== undefined) continue;
      return item.found !== null;
    }
    return false;
  }

  #readItem(item: Item): void {
    if (item.kind === 'break') {
      this.#readBreak(item);
      return;
    }
    if (item.kind === 'consumed') return;
    if (item.kind === 'number') {
      this.#readNumber(item);
      return;
    }
    if (item.kind === 'f-number') {
      this.#readFNumber(item);
      return;
    }
    if (item.kind === 'hex') {
      this.#pushDescriptor(item, { color: { name: item.text, colorSrgb: fullHex(item.text) } });
      return;
    }
    const { meaning, key } = item;
    if (NEGATORS.has(key) && !item.found) {
      this.#endOfGroup();
      this.#negation = 'active';
      this.#negationStart = item.start;
      return;
    }
    if (CONJUNCTIONS.has(key)) {
      if (this.#negation === 'used') this.#negation = 'active';
      this.#afterAnd = this.#group.length > 0;
      return;
    }
    if (meaning.isFunction && !item.found) {
      this.#readFunctionWord(item);
      return;
    }
    if (this.#negation === 'used') this.#negation = 'none';
    if (this.#negation === 'active' && this.#readNegated(item)) return;
    if (meaning.unsupported !== undefined && !item.found) {
      this.#endOfGroup();
      this.#look.addNotUnderstood({
        text: item.text,
        span: [item.start, item.end],
        reason: meaning.unsupported,
      });
      return;
    }
    if (COVERINGS.has(key) && !item.found && this.#readCovering(item)) return;
    if (MAKING.has(key) && !item.found) {
      this.#endOfGroup();
      this.#making = true;
      if (!meaning.term && !meaning.color) {
        this.#noEffect(item);
        return;
      }
    }
    if (meaning.isFocus) {
      this.#endOfGroup();
      this.#focus = item;
      return;
    }
    if (this.#isHeadHere(item)) {
      this.#readHead(item);
      return;
    }
    if (meaning.intensity !== undefined && (this.#peek() !== null || !(meaning.modifier || meaning.term))) {
      this.#dropIntensity();
      this.#intensity = meaning.intensity;
      this.#intensityItem = item;
      return;
    }
    if (item.kind === 'phrase' && this.#isDescriptor(item) && this.#isDescriptorHere(item)) {
      this.#pushDescriptor(item, {
        ...(meaning.color ? { color: meaning.color } : {}),
        ...(meaning.material ? { material: meaning.material } : {}),
        ...(meaning.modifier ? { modifier: meaning.modifier } : {}),
      });
      return;
    }
    if (meaning.term) {
      this.#readTerm(item);
      return;
    }
    if (meaning.isLightNoun && this.#group.length > 0) {
      this.#readHead(item);
      return;
    }
    if (meaning.isBackgroundNoun && this.#peekDescribed()) {
      this.#openHead = item;
      return;
    }
    if (
      meaning.isFiller ||
      meaning.isLightNoun ||
      meaning.isPaletteNoun ||
      meaning.isBackgroundNoun ||
      meaning.isAllNoun
    ) {
      this.#noEffect(item);
      return;
    }
    if (meaning.groundNoun) {
      this.#readHead(item);
      return;
    }
    this.#readUnknown(item);
  }

  #readBreak(item: Item): void {
    const isComma = item.text === ',';
    const hasOnlySmallWords =
      this.#group.length > 0 &&
      (this.#groupHasDeterminer ||
        this.#group.every((descriptor) => !descriptor.material && !descriptor.color)) &&
      this.#group.every((descriptor) => !descriptor.material);
    // "A red, glossy car": the comma stands between two words for the same thing.
    if (
      isComma &&
      hasOnlySmallWords &&
      this.#preposition === null &&
      !this.#link &&
      this.#leadsToHead(this.#at + 1)
    )
      return;
    this.#endOfClause();
  }

  #readFunctionWord(item: Item): void {
    const { key } = item;
    if (key === 'but') {
      this.#endOfGroup();
      this.#negation = 'none';
      return;
    }
    if (DETERMINERS.has(key)) {
      // "Make the bottle white and the cap black": what came before "and the" is complete.
      if (this.#group.length > 0 && (!this.#afterAnd || this.#last !== null)) this.#endOfGroup();
      this.#groupHasDeterminer = true;
      if (key === 'it' && this.#making && this.#index.mainTarget !== null) {
        this.#last = {
          found: { target: this.#index.mainTarget, tier: 0, names: [] },
          item,
          isDescribed: false,
        };
      }
      return;
    }
    if (key === 'with' || key === 'has' || key === 'have' || key === 'having') {
      this.#endOfGroup();
      this.#preposition = 'with';
      this.#link = false;
      return;
    }
    if (STANDING_ON.has(key)) {
      this.#endOfGroup();
      this.#preposition = 'on';
      return;
    }
    if (IN_FRONT_OF.has(key)) {
      this.#endOfGroup();
      this.#preposition = 'against';
      return;
    }
    const isBetweenColors =
      key === 'to' &&
      this.#group.length > 0 &&
      this.#group.every((descriptor) => !descriptor.material || descriptor.color);
    if (isBetweenColors && (this.#openHead !== null || this.#leadsToHead(this.#at + 1))) {
      // "Blue to pink gradient".
      this.#afterAnd = true;
      return;
    }
    if (LINKS.has(key)) {
      const hadGroup = this.#group.length > 0;
      this.#endOfGroup();
      this.#preposition = null;
      this.#link = this.#last !== null && !hadGroup;
      return;
    }
    if (key === 'very' || key === 'so' || key === 'too' || key === 'more') {
      this.#dropIntensity();
      this.#intensity = item.meaning.intensity ?? 1;
    }
  }

  /** "Metallic blue paint": of the thing before, or of the one thing there is. */
  #readCovering(item: Item): boolean {
    if (
      this.#group.length === 0 ||
      this.#preposition === 'on' ||
      this.#preposition === 'against' ||
      this.#negation === 'active'
    )
      return false;
    const main = this.#index.mainFound;
    const target = this.#last ?? (main ? { found: main, item, isDescribed: false } : null);
    if (target === null) return false;
    this.#describe({ ...target, item: this.#last?.item ?? item }, this.#takeGroup(item), item);
    this.#preposition = null;
    return true;
  }

  // "no fog", "not red", "without people"
  #readNegated(item: Item): boolean {
    const { meaning } = item;
    const span: Span = [this.#negationStart, item.end];
    const text = this.#prompt.slice(span[0], span[1]);
    const isEmpty =
      !meaning.term &&
      !meaning.groundNoun &&
      !meaning.isBackgroundNoun &&
      !this.#isDescriptor(item) &&
      !item.found &&
      item.kind !== 'unknown' &&
      !meaning.isLightNoun;
    if (isEmpty && (meaning.isPaletteNoun || meaning.intensity !== undefined)) return true;
    this.#negation = 'used';
    if (meaning.term) {
      const { term, category } = meaning.term;
      if (term.without) {
        const note = this.#look.say({ category, text, span }, term.without.effect);
        this.#look.apply(term.without.patch, note);
      } else this.#look.say({ category, text, span }, `Left out: ${item.text}.`);
    } else if (meaning.isBackgroundNoun) {
      const note = this.#look.say({ category: 'background', text, span }, 'A plain white backdrop.');
      this.#look.setBackground({ kind: 'color', colorSrgb: '#f8f8f8' }, note);
    } else if (meaning.groundNoun && !item.found) {
      const note = this.#look.say({ category: 'ground', text, span }, 'No floor is added.');
      this.#look.setGround('none', aSurface('none'), note, false);
    } else if (this.#isDescriptor(item)) {
      this.#look.say({ category: 'material', text, span }, `${capitalise(item.text)} is not used.`);
    } else if (item.found) {
      this.#look.addNotUnderstood({
        text,
        span,
        reason: 'Objects are not removed by words; hide them in the scene.',
      });
    } else {
      this.#look.say({ category: 'mood', text, span }, 'Nothing is added to the scene, so there is none.');
    }
    // The next negated word of the same list begins its own span.
    this.#negationStart = item.end;
    for (let i = this.#at + 1; i < this.#items.length; i++) {
      const next = this.#items[i]!;
      if (next.kind === 'break') break;
      if (next.meaning.isFunction) continue;
      this.#negationStart = next.start;
      break;
    }
    return true;
  }

  #isDescriptorHere(item: Item): boolean {
    const { meaning } = item;
    if (
      !meaning.term &&
      !meaning.isLightNoun &&
      !meaning.isFiller &&
      !meaning.groundNoun &&
      !meaning.isPaletteNoun
    )
      return true;
    // "Soft", "dark", "pastel", "vintage" describe the noun they stand before; alone they are a mood.
    const next = this.#peek();
    if (next && this.#leadsToHead(this.#at + 1)) {
      const isBeforeLight = next.meaning.isLightNoun === true && !meaning.color;
      if (!isBeforeLight || meaning.term?.category !== 'mood') return true;
    }
    if (next && this.#isDescriptor(next) && !next.meaning.term) return true;
    if (meaning.color || meaning.material) {
      return (
        !meaning.term || this.#link || this.#preposition === 'on' || (this.#making && this.#last !== null)
      );
    }
    if (meaning.modifier) return (this.#link || this.#making) && this.#last !== null;
    return false;
  }

  /** Whether the words mean a thing here, not a quality. */
  #isHeadHere(item: Item): boolean {
    const { meaning } = item;
    const hasGroup = this.#group.length > 0;
    const isPointedAt = this.#groupHasDeterminer || hasGroup || this.#focus !== null || this.#making;
    if (item.found) {
      const isQuality =
        meaning.material !== undefined || meaning.color !== undefined || meaning.modifier !== undefined;
      if (isQuality)
        return isPointedAt && !this.#leadsToHead(this.#at + 1) && !this.#link && this.#preposition !== 'on';
      // "Snowy forest" is a place even if a tree group is called forest.
      if (meaning.term) return isPointedAt || (this.#peek()?.meaning.isFunction ?? false);
      return true;
    }
    if (meaning.isAllNoun && !(meaning.isFiller && !hasGroup)) return true;
    if (meaning.isBackgroundNoun) return hasGroup;
    if (meaning.groundNoun) {
      if (meaning.material && !meaning.term) return false;
      if (meaning.term) return hasGroup;
      return !(meaning.isFiller && !hasGroup && this.#preposition !== 'on');
    }
    if (meaning.isPaletteNoun) return hasGroup;
    if (meaning.isLightNoun)
      return (
        hasGroup &&
        this.#group.some(
          (descriptor) => descriptor.color !== undefined || descriptor.modifier?.modifier.color === 'neon',
        )
      );
    return false;
  }

  #pushDescriptor(item: Item, meaning: Pick<Descriptor, 'color' | 'material' | 'modifier'>): void {
    this.#group.push({
      text: item.text,
      span: [item.start, item.end],
      intensity: this.#intensity,
      isAlternative: this.#afterAnd,
      ...meaning,
      ...(item.readAs ? { correction: readAs(item) } : {}),
    });
    if (this.#intensityItem) this.#group.at(-1)!.span = [this.#intensityItem.start, item.end];
    this.#intensity = 1;
    this.#intensityItem = null;
    this.#afterAnd = false;
  }

  #readTerm(item: Item): void {
    const { term, category } = item.meaning.term!;
    const next = this.#items[this.#at + 1];
    const isOnlyKindOfThing =
      category === 'environment' &&
      next !== undefined &&
      (next.found !== null || (next.kind === 'unknown' && isPhysical(next.token.word))) &&
      !next.meaning.term;
    if (isOnlyKindOfThing) {
      // "Office chair", "garden table": the place only says which kind.
      this.#noEffect(item);
      return;
    }
    if (next?.key === 'free' && !next.meaning.term) {
      this.#negation = 'active';
      this.#negationStart = item.start;
      this.#readNegated(item);
      this.#negation = 'none';
      this.#at += 1;
      return;
    }
    if (this.#focus && !item.found) this.#focus = null;
    // A noun for a place or light ends what stood before it: "red leather in the forest".
    const start = this.#intensityItem?.start ?? item.start;
    const span: Span = [start, item.end];
    const text = this.#prompt.slice(start, item.end);
    const isNeon = term.patch.studio?.set === 'neon' && !term.patch.background;
    if (isNeon) {
      const colors = this.#takeNeonColors();
      if (colors.length > 0) this.#look.addLightColors(colors);
    }
    const staysOutside = term.patch.precipitation !== undefined && this.#index.kind === 'interior';
    const effect = staysOutside
      ? 'The light of such weather comes in from outside; nothing falls in the room.'
      : (term.effect ?? effectOfPatch(term.patch));
    const note = this.#look.say({ category, text, span }, effect, readAs(item), term.isVague === true);
    this.#look.apply(term.patch, note, this.#intensity);
    this.#intensity = 1;
    this.#intensityItem = null;
    if (item.meaning.isBackgroundNoun && this.#peekDescribed()) {
      this.#openHead = item;
      this.#openNote = note;
    }
    this.#preposition = null;
    this.#groupHasDeterminer = false;
  }

  /** Colours around "neon": "pink and blue neon", "neon pink and blue". */
  #takeNeonColors(): string[] {
    const colors: string[] = [];
    const takenBefore = this.#group.filter((descriptor) => descriptor.color);
    for (const descriptor of takenBefore) {
      colors.push(changeColor(descriptor.color!.colorSrgb, 'neon'));
      this.#look.say(
        { category: 'lighting', text: descriptor.text, span: descriptor.span },
        `${capitalise(descriptor.text)} light.`,
      );
    }
    if (takenBefore.length > 0) this.#group = [];
    return colors;
  }

  #dropIntensity(): void {
    if (this.#intensityItem) this.#noEffect(this.#intensityItem);
    this.#intensity = 1;
    this.#intensityItem = null;
  }

  #noEffect(item: Item): void {
    this.#look.addNoEffect(item.text, [item.start, item.end]);
  }

  // ---- heads -----------------------------------------------------------------------------------------------------

  #readHead(item: Item): void {
    this.#dropIntensity();
    const { meaning } = item;
    const group = this.#takeGroup(item);
    if (item.found && !(meaning.isLightNoun && group.length > 0 && item.found.tier > 1)) {
      this.#readObject(item, item.found, group);
      return;
    }
    if (meaning.isLightNoun && group.length > 0) {
      this.#readLight(item, group);
      return;
    }
    if (meaning.isBackgroundNoun) {
      this.#readBackground(item, group);
      return;
    }
    if (meaning.groundNoun) {
      this.#readGround(item, group);
      return;
    }
    if (meaning.isPaletteNoun) {
      this.#readPalette(item, group);
      return;
    }
    if (meaning.isAllNoun) {
      this.#readObject(item, { target: 'all', tier: 0, names: [] }, group);
      return;
    }
    this.#readUnknown(item);
  }

  /** The words before a noun; of "red leather and brass legs" after "with" only the last part. */
  #takeGroup(_head: Item): Descriptor[] {
    let group = this.#group;
    const cut = group.findIndex((descriptor) => descriptor.isAlternative);
    if (cut > 0 && this.#preposition === 'with' && this.#last) {
      const before = group.slice(0, cut);
      const after = group.slice(cut);
      if (
        before.some((descriptor) => descriptor.material) &&
        after.some((descriptor) => descriptor.material)
      ) {
        this.#describe(this.#last, before);
        group = after;
      }
    }
    this.#group = [];
    this.#groupHasDeterminer = false;
    this.#afterAnd = false;
    return group;
  }

  #readObject(item: Item, found: FoundObjects, group: Descriptor[]): void {
    if (this.#focus) {
      const span: Span = [this.#focus.start, item.end];
      const lens = this.#look.lens;
      if (found.target !== 'all') lens.focusOn = found.target;
      if (lens.depthOfField < 0.35) lens.depthOfField = 0.35;
      this.#look.say(
        { category: 'lens', text: this.#prompt.slice(span[0], span[1]), span },
        `In focus: ${item.text}.`,
        readAs(item),
      );
      this.#focus = null;
      return;
    }
    const part =
      this.#preposition === 'with' && this.#last ? this.#index.within(found, this.#last.found.target) : found;
    if (part === null) {
      const span = this.#spanOf(group, item);
      const reason = `No part of ${this.#last!.item.text} is called "${item.text}".`;
      this.#look.addNotUnderstood({ text: this.#prompt.slice(span[0], span[1]), span, reason });
      return;
    }
    const target: Target = { found: part, item, isDescribed: false };
    if (group.length > 0) {
      this.#describe(target, group);
      target.isDescribed = true;
      if (this.#preposition !== 'with' || !this.#last) this.#last = target;
    } else {
      this.#mentioned.set(item, false);
      // "Chrome everything": the words before have been a clause of their own only if they were closed by a comma.
      this.#last = target;
    }
    this.#link = false;
    this.#preposition = null;
  }

  #describe(target: Target, group: readonly Descriptor[], covering: Item | null = null): void {
    const { surface, unused, colors } = readSurface(group);
    const { item, found } = target;
    const spanStart = Math.min(
      covering?.start ?? item.start,
      ...group.map((descriptor) => descriptor.span[0]),
    );
    const spanEnd = Math.max(
      covering?.end ?? item.end,
      ...group.filter((descriptor) => !unused.includes(descriptor)).map((descriptor) => descriptor.span[1]),
    );
    const span: Span = [spanStart, spanEnd];
    const lacksEffect =
      surface.colorSrgb === null &&
      surface.roughness === null &&
      surface.metalness === null &&
      surface.transmission === null &&
      surface.emission === null &&
      surface.wetness === 0 &&
      surface.clearcoat === null;
    for (const descriptor of unused) {
      this.#look.addNotUnderstood({
        text: descriptor.text,
        span: descriptor.span,
        reason: `One material for one object: ${item.text} is ${surface.name}. Name the part it is for.`,
      });
    }
    if (lacksEffect) {
      this.#mentioned.set(item, true);
      for (const descriptor of group) this.#look.addNoEffect(descriptor.text, descriptor.span);
      this.#look.addNoEffect(item.text, [item.start, item.end]);
      return;
    }
    this.#mentioned.set(item, true);
    const what =
      found.target === 'all' ? 'the whole model' : found.names.length > 0 ? listOf(found.names) : item.text;
    const second =
      colors.length > 1 && !surface.texture
        ? ' Only the first colour is used: one colour for one object.'
        : '';
    const why = found.tier >= 7 ? ` No object is called "${item.text}"; this is what comes closest.` : '';
    const note = this.#look.say(
      { category: 'material', text: this.#prompt.slice(span[0], span[1]), span },
      `${capitalise(surface.name)} for ${what}.${second}${why}`,
      `${readAs(item)}${group.map((descriptor) => descriptor.correction ?? '').join('')}`,
    );
    const { target: spared } =
      surface.emission !== null && surface.colorSrgb === null
        ? this.#index.lightSourcesOf(found, isLightSource)
        : this.#index.withoutParts(found, sparedParts(surface, item.token.word));
    this.#look.assign({ target: spared, targetText: item.text, surface, fromReference: null }, note);
  }

  #readGround(item: Item, group: Descriptor[]): void {
    const noun = item.meaning.groundNoun!;
    const isAsked = group.length > 0 || this.#preposition === 'on' || noun.kind === 'plinth';
    if (!isAsked && this.#peekDescribed()) {
      this.#openHead = item;
      return;
    }
    if (!isAsked && /table|desk|counter|shelf|bench|sofa|board|nightstand|dresser|vanity/.test(item.key)) {
      this.#preposition = null;
      this.#readMissing(item, []);
      return;
    }
    const { surface, hasMaterial, colors, unused } = readSurface(group);
    for (const descriptor of unused)
      this.#look.addNotUnderstood({
        text: descriptor.text,
        span: descriptor.span,
        reason: 'One material for the ground.',
      });
    const isWood = group.some((descriptor) => /^wood(en)?$/i.test(descriptor.text));
    const materialName = isWood && noun.wood ? noun.wood : noun.material;
    let result: Surface = surface;
    if (!hasMaterial || (isWood && noun.wood)) {
      // Colour and finish on what such a ground is usually made of; a reflective floor is polished, not grassy.
      const base = readSurface([
        {
          text: materialName,
          span: [0, 0],
          intensity: 1,
          isAlternative: false,
          material: { name: materialName, material: requireMaterial(materialName), isGround: true },
        },
        ...group.filter((descriptor) => !descriptor.material),
      ]);
      result = {
        ...base.surface,
        name: surface.name === '' ? materialName : `${surface.name} ${item.text.toLowerCase()}`,
      };
      if (colors[0] && !result.texture) result.colorSrgb = colors[0];
    }
    const span = this.#spanOf(group, item);
    const note = this.#look.say(
      { category: 'ground', text: this.#prompt.slice(span[0], span[1]), span },
      describeGround,
      readAs(item),
    );
    this.#look.setGround(noun.kind, result, note, false);
    this.#preposition = null;
    this.#last = null;
  }

  #readBackground(item: Item, group: Descriptor[]): void {
    const { surface, colors, hasMaterial } = readSurface(group);
    const span = this.#spanOf(group, item);
    const text = this.#prompt.slice(span[0], span[1]);
    this.#preposition = null;
    if (
      group.some((descriptor) => descriptor.modifier?.modifier.surface?.transmission === 1) &&
      colors.length === 0
    ) {
      this.#look.addNotUnderstood({
        text,
        span,
        reason: 'Images have no transparency; "white background" is the closest.',
      });
      return;
    }
    const found = colors.length > 0 ? colors : hasMaterial && surface.colorSrgb ? [surface.colorSrgb] : [];
    if (found.length === 0) {
      const change = group.find((descriptor) => descriptor.modifier?.modifier.color)?.modifier?.modifier
        .color;
      if (group.length === 0 || change === undefined) {
        this.#look.addNoEffect(text, span);
        return;
      }
      const plain = {
        dark: '#1a1b1e',
        deep: '#26282d',
        light: '#ecebe8',
        pale: '#efeeeb',
        pastel: '#f1dfe4',
        muted: '#b9b5ae',
        vivid: '#ff7a59',
        neon: '#ff2fa0',
        off: '#efece4',
      }[change];
      found.push(plain);
    }
    const wantsGradient = found.length > 1 || /gradient/i.test(text);
    const first = found[0]!;
    const second = found[1] ?? mixHex(first, '#ffffff', 0.45);
    const note = this.#look.say(
      { category: 'background', text, span },
      wantsGradient
        ? `A gradient from ${colorName(first)} to ${colorName(second)}.`
        : `Backdrop: ${/^(?:#|$)/.test(surface.name) ? colorName(first) : surface.name}.`,
      readAs(item) + group.map((descriptor) => descriptor.correction ?? '').join(''),
    );
    this.#look.setBackground(
      wantsGradient
        ? { kind: 'gradient', topSrgb: first, bottomSrgb: second }
        : { kind: 'color', colorSrgb: first },
      note,
    );
    if (hasMaterial && !this.#index.hasGround) this.#look.setGround('backdrop', surface, note, true);
    this.#last = null;
  }

  #readPalette(item: Item, group: Descriptor[]): void {
    const span = this.#spanOf(group, item);
    const { colors, surface } = readSurface(group);
    const found = colors.length > 0 ? colors : surface.colorSrgb ? [surface.colorSrgb] : [];
    if (found.length === 0) {
      for (const descriptor of group) this.#dangling([descriptor]);
      this.#noEffect(item);
      return;
    }
    this.#sayPalette(this.#prompt.slice(span[0], span[1]), span, found, 0.35);
    this.#preposition = null;
  }

  #sayPalette(text: string, span: Span, colors: readonly string[], strength: number): void {
    const note = this.#look.say(
      { category: 'grade', text, span },
      `Colours of the picture lean to ${namesOf(colors)}.`,
    );
    for (const [i, color] of colors.entries()) this.#look.addPalette(color, i === 0 ? 1 : 0.6);
    this.#look.applyGrade({
      highlightsSrgb: mixHex(colors[0]!, '#ffffff', 0.4),
      shadowsSrgb: mixHex(colors[1] ?? colors[0]!, '#101014', 0.6),
      splitTone: strength,
    });
    void note;
  }

  #readLight(item: Item, group: Descriptor[]): void {
    const span = this.#spanOf(group, item);
    const text = this.#prompt.slice(span[0], span[1]);
    const isNeon =
      group.some((descriptor) => descriptor.modifier?.modifier.color === 'neon') ||
      /neon|led|laser/.test(item.key);
    const { colors } = readSurface(group);
    const vivid = colors.map((color) => (isNeon ? changeColor(color, 'neon') : color));
    if (vivid.length > 0) this.#look.addLightColors(vivid);
    const term = item.meaning.term?.term;
    const note = this.#look.say(
      { category: 'lighting', text, span },
      vivid.length > 0 ? `Light in ${namesOf(vivid)}.` : describeLighting,
    );
    if (term) this.#look.apply(term.patch, note);
    else if (isNeon)
      this.#look.apply(
        {
          studio: { set: 'neon', fill: 0.15, softness: 0.4, keyAzimuthDegrees: -70 },
          grade: { bloom: 0.25 },
        },
        note,
      );
    for (const descriptor of group) {
      const name = descriptor.modifier?.name;
      if (name === 'soft') this.#look.apply({ light: { softness: 0.9, fill: 0.6 } }, note);
    }
    this.#preposition = null;
  }

  /** A thing that is not in the scene. */
  #readMissing(item: Item, group: Descriptor[]): void {
    const whole = this.#index.findWhole(item.token.word);
    const isSameWhole = this.#wholeNoun === null || this.#wholeNoun === item.token.word;
    if (whole && isSameWhole && !(this.#preposition === 'with' && this.#wholeNoun !== null)) {
      this.#wholeNoun = item.token.word;
      this.#readObject(item, whole, group);
      return;
    }
    if (!this.#index.hasScene && group.length > 0 && this.#last === null) {
      this.#readObject(item, { target: 'all', tier: 0, names: [] }, group);
      return;
    }
    const span = this.#spanOf(group, item);
    const closest = this.#index.closestNames(item.token.word);
    const place = this.#index.hasScene
      ? `No object called "${item.text}" is in the scene.`
      : `Without a scene there is no "${item.text}".`;
    const hint = closest.length > 0 ? ` There are ${listOf(closest)}.` : '';
    this.#look.addNotUnderstood({ text: this.#prompt.slice(span[0], span[1]), span, reason: place + hint });
  }

  #readUnknown(item: Item): void {
    const { word } = item.token;
    if (item.kind === 'unknown' && isPhysical(word)) {
      this.#dropIntensity();
      if (item.meaning.color && (this.#leadsToHead(this.#at + 1) || this.#link)) {
        this.#pushDescriptor(item, { color: item.meaning.color });
        return;
      }
      const next = this.#items[this.#at + 1];
      const isNounNext =
        next !== undefined &&
        !next.meaning.term &&
        (next.found !== null ||
          (next.kind === 'unknown' && isPhysical(next.token.word)) ||
          (next.meaning.groundNoun !== undefined && !next.meaning.material));
      if (isNounNext) {
        // "Perfume bottle", "sports car": only the last noun is the thing.
        this.#noEffect(item);
        return;
      }
      if (
        word === 'wall' &&
        this.#index.kind === 'object' &&
        this.#group.length > 0 &&
        !this.#index.find('wall')
      ) {
        this.#readBackground(item, this.#takeGroup(item));
        return;
      }
      const group = this.#takeGroup(item);
      this.#readMissing(item, group);
      this.#preposition = null;
      return;
    }
    if (
      item.meaning.color &&
      (this.#group.length > 0 || this.#isHead(this.#peek()) || this.#link || this.#preposition === 'on')
    ) {
      this.#pushDescriptor(item, { color: item.meaning.color });
      return;
    }
    if (item.tag && /^(?:ADP|DET|PRON|AUX|CCONJ|SCONJ|PART|INTJ)$/.test(item.tag.pos) && word.length < 8)
      return;
    if (word.length === 1 && /[a-z]/.test(word)) return;
    this.#dropIntensity();
    if (
      this.#index.isAnonymous &&
      item.tag &&
      /^(?:NOUN|PROPN)$/.test(item.tag.pos) &&
      this.#wholeNoun === null
    ) {
      // "Astronaut" over a model without names: it is what the model shows.
      this.#readMissing(item, this.#takeGroup(item));
      return;
    }
    this.#look.addNotUnderstood({ text: item.text, span: [item.start, item.end] });
  }

  // ---- numbers ---------------------------------------------------------------------------------------------------

  #readNumber(item: Item): void {
    const { value = 0, unit = '' } = item.token;
    const span: Span = [item.start, item.end];
    const next = this.#items[this.#at + 1];
    if ((unit === 'mm' || (unit === '' && next?.key === 'mm')) && value >= 6 && value <= 1200) {
      const focalLengthMm = Math.min(400, Math.max(8, value));
      const note = this.#look.say({ category: 'lens', text: item.text, span }, (finished) =>
        describeLens(finished, 'focal-length'),
      );
      this.#look.apply({ lens: { focalLengthMm } }, note);
    } else if ((unit === 'k' || unit === 'kelvin') && value >= 1000 && value <= 20_000) {
      const temperature = Math.max(-0.9, Math.min(0.9, (5600 - value) / (value < 5600 ? 4500 : 9000)));
      const note = this.#look.say(
        { category: 'grade', text: item.text, span },
        `White light of ${value} kelvin: ${temperature > 0 ? 'warmer' : 'colder'} colours.`,
      );
      this.#look.apply({ grade: { temperature } }, note);
    } else if (
      unit === '°' &&
      this.#items
        .slice(Math.max(0, this.#at - 4), this.#at + 5)
        .some((other) => /\bsun\b|elevation|horizon/.test(other.key))
    ) {
      const note = this.#look.say({ category: 'time-of-day', text: item.text, span }, describeLighting);
      this.#look.apply({ sun: { elevationDegrees: Math.min(90, value) } }, note);
    } else if (
      unit === 'am' ||
      unit === 'pm' ||
      (unit === 'clock' && value < 24) ||
      (unit === '' && next?.text.toLowerCase() === "o'clock")
    ) {
      this.#readHour(
        item,
        unit === 'pm' && value < 12 ? value + 12 : unit === 'am' && value === 12 ? 0 : value,
      );
    } else this.#noEffect(item);
  }

  #readHour(item: Item, hour: number): void {
    if (hour < 0 || hour > 24) {
      this.#noEffect(item);
      return;
    }
    const isNight = hour < 5 || hour > 21;
    const elevationDegrees = isNight ? 35 : Math.max(-6, Math.sin(((hour - 6) / 14) * Math.PI) * 58);
    const azimuthDegrees = isNight ? -110 : Math.max(-150, Math.min(150, ((13 - hour) / 7) * 120));
    const note = this.#look.say(
      { category: 'time-of-day', text: item.text, span: [item.start, item.end] },
      describeLighting,
    );
    this.#look.apply({ sun: { elevationDegrees, azimuthDegrees, moon: isNight } }, note);
  }

  #readFNumber(item: Item): void {
    const stop = item.token.value ?? 0;
    const span: Span = [item.start, item.end];
    if (stop < 0.7 || stop > 64) {
      this.#noEffect(item);
      return;
    }
    // About what a full-frame camera shows of a tabletop: f/1.4 very shallow, f/11 everything sharp.
    const depthOfField = Math.max(0, Math.min(1, 0.95 - 0.27 * Math.log2(stop)));
    const note = this.#look.say({ category: 'lens', text: item.text, span }, (finished) =>
      describeLens(finished, 'depth-of-field'),
    );
    this.#look.apply({ lens: { depthOfField } }, note);
  }

  // ---- ends ------------------------------------------------------------------------------------------------------

  #endOfGroup(): void {
    const group = this.#group;
    this.#group = [];
    this.#afterAnd = false;
    this.#groupHasDeterminer = false;
    if (group.length > 0) this.#dangling(group);
    this.#dropIntensity();
  }

  #endOfClause(): void {
    this.#endOfGroup();
    if (this.#focus) this.#noEffect(this.#focus);
    this.#focus = null;
    if (this.#openHead && !this.#openHead.meaning.term) this.#noEffect(this.#openHead);
    this.#openHead = null;
    this.#openNote = null;
    this.#link = false;
    this.#making = false;
    this.#preposition = null;
    this.#negation = 'none';
    this.#last = null;
  }

  /** Colours, materials and finishes that no noun followed. */
  #dangling(group: Descriptor[]): void {
    const span = this.#spanOf(group, null);
    const text = this.#prompt.slice(span[0], span[1]);
    const described = readSurface(group);
    const { surface, colors, hasMaterial } = described;
    const open = this.#openHead;
    if (open) {
      this.#openHead = null;
      if (this.#openNote) this.#look.unsay(this.#openNote);
      this.#openNote = null;
      if (open.meaning.groundNoun && !open.meaning.isBackgroundNoun) this.#readGround(open, group);
      else this.#readBackground(open, group);
      return;
    }
    const target = this.#last;
    if (
      target &&
      (this.#link ||
        this.#making ||
        (!target.isDescribed &&
          this.#preposition === null &&
          target.item.end <= span[0] &&
          !this.#hasBreak(target.item.end, span[0])))
    ) {
      this.#describe(target, group);
      target.isDescribed = true;
      this.#link = false;
      return;
    }
    const isNeon = group.some((descriptor) => descriptor.modifier?.modifier.color === 'neon');
    if (isNeon && !hasMaterial) {
      const lights = colors.map((color) => changeColor(color, 'neon'));
      if (lights.length > 0) this.#look.addLightColors(lights);
      const note = this.#look.say({ category: 'lighting', text, span }, describeLighting);
      this.#look.apply(
        {
          studio: {
            set: 'neon',
            keyColorSrgb: '#ff3ea5',
            accentColorSrgb: '#22d3ee',
            fill: 0.15,
            softness: 0.4,
            keyAzimuthDegrees: -70,
          },
          grade: { bloom: 0.3 },
        },
        note,
      );
      return;
    }
    const groundMaterial = group.find((descriptor) => descriptor.material?.isGround);
    const stands = this.#preposition === 'on';
    const isBehind = this.#preposition === 'against';
    this.#preposition = null;
    if (hasMaterial && (stands || (groundMaterial && !isBehind))) {
      const floor = stands
        ? null
        : ((/floor/i.test(text) ? this.#index.find('floor') : null) ?? this.#index.groundTarget);
      if (floor && floor.tier <= 1) {
        const note = this.#look.say(
          { category: 'ground', text, span },
          `${capitalise(surface.name)} for ${listOf(floor.names)}.`,
        );
        this.#look.assign({ target: floor.target, targetText: text, surface, fromReference: null }, note);
        return;
      }
      const note = this.#look.say(
        { category: 'ground', text, span },
        describeGround,
        group.map((descriptor) => descriptor.correction ?? '').join(''),
      );
      this.#look.setGround('plane', surface, note, false);
      return;
    }
    if ((stands || isBehind) && (colors.length > 0 || (hasMaterial && surface.colorSrgb))) {
      const color = colors[0] ?? surface.colorSrgb!;
      const note = this.#look.say({ category: 'background', text, span }, `Backdrop: ${surface.name}.`);
      this.#look.setBackground(
        colors.length > 1
          ? { kind: 'gradient', topSrgb: color, bottomSrgb: colors[1]! }
          : { kind: 'color', colorSrgb: color },
        note,
      );
      return;
    }
    if (hasMaterial) {
      if (this.#index.mainTarget === null && group.every((descriptor) => descriptor.color)) {
        this.#sayPalette(
          text,
          span,
          group.map((descriptor) => descriptor.color!.colorSrgb),
          0.25,
        );
        return;
      }
      if (this.#index.mainTarget !== null) {
        this.#describeMain(group, text, span);
        return;
      }
      if (this.#giveToUsualThings(group, text, span)) return;
      const names = this.#index.closestNames(surface.name);
      const reason = this.#index.hasScene
        ? `Say what is made of it. There are ${listOf(names)}.`
        : 'Without a scene there is nothing to make of it.';
      this.#look.addNotUnderstood({ text, span, reason });
      return;
    }
    if (colors.length > 0) {
      this.#sayPalette(text, span, colors, 0.25);
      return;
    }
    // Finishes alone: "matte", "glossy", "wet".
    const finishes = group.filter((descriptor) => descriptor.modifier?.modifier.surface);
    if (surface.wetness > 0 && finishes.length === group.length && surface.roughness === null) {
      this.#look.say({ category: 'ground', text, span }, 'The ground is wet.');
      this.#look.wetGround(surface.wetness);
      return;
    }
    const isSafeForAll = surface.transmission === null && surface.emission === null;
    if (finishes.length > 0 && (this.#index.mainTarget !== null || (isSafeForAll && this.#index.hasScene))) {
      this.#describeMain(group, text, span);
      return;
    }
    for (const descriptor of group) this.#look.addNoEffect(descriptor.text, descriptor.span);
  }

  /** "Velvet" in a room with an armchair: what is usually made of it, when only one such thing is there. */
  #giveToUsualThings(group: readonly Descriptor[], text: string, span: Span): boolean {
    const parts = splitByMaterial(group);
    const targets = parts.map((part) => {
      const material = part.findLast((descriptor) => descriptor.material)?.material?.material;
      if (!material) return null;
      const isWet = part.some((descriptor) => (descriptor.modifier?.modifier.surface?.wetness ?? 0) > 0);
      for (const word of isWet
        ? ['terrace', 'floor', 'paving', 'plinth', ...usualThingsOf(material)]
        : usualThingsOf(material)) {
        const found = this.#index.find(word);
        if (found && found.tier <= 2) return { part, found };
      }
      return null;
    });
    if (targets.length === 0 || targets.some((target) => target === null)) return false;
    for (const target of targets) {
      const { part, found } = target!;
      const { surface } = readSurface(part);
      const partSpan = parts.length === 1 ? span : this.#spanOf(part, null);
      const partText = parts.length === 1 ? text : this.#prompt.slice(...partSpan);
      const note = this.#look.say(
        { category: 'material', text: partText, span: partSpan },
        `${capitalise(surface.name)} for ${listOf(found.names)}: nothing else is named, and it is usually made of it.`,
      );
      this.#look.assign({ target: found.target, targetText: partText, surface, fromReference: null }, note);
    }
    return true;
  }

  #describeMain(group: readonly Descriptor[], text: string, span: Span): void {
    const { surface, unused } = readSurface(group);
    for (const descriptor of unused)
      this.#look.addNotUnderstood({
        text: descriptor.text,
        span: descriptor.span,
        reason: `One material for one object: it is ${surface.name}.`,
      });
    const target = this.#index.mainFound?.target ?? 'all';
    const note = this.#look.say(
      { category: 'material', text, span },
      `${capitalise(surface.name)} for ${target === 'all' ? 'the whole model' : listOf(this.#index.mainFound?.names ?? [])}.`,
      group.map((descriptor) => descriptor.correction ?? '').join(''),
    );
    this.#look.assign({ target, targetText: 'everything', surface, fromReference: null }, note);
  }

  #hasBreak(from: number, to: number): boolean {
    return /[,;.!?\n()|:]/.test(this.#prompt.slice(from, to));
  }

  #spanOf(group: readonly Descriptor[], item: Item | null): Span {
    const starts = group.map((descriptor) => descriptor.span[0]);
    const ends = group.map((descriptor) => descriptor.span[1]);
    if (item) {
      starts.push(item.start);
      ends.push(item.end);
    }
    return [Math.min(...starts), Math.max(...ends)];
  }
}

/** "Linen and oak" as two; "red and blue velvet" stays one. */
function splitByMaterial(group: readonly Descriptor[]): Descriptor[][] {
  const cut = group.findIndex((descriptor) => descriptor.isAlternative);
  if (cut <= 0) return [[...group]];
  const parts = [
    group.slice(0, cut),
    ...splitByMaterial(
      group
        .slice(cut)
        .map((descriptor, i) => (i === 0 ? { ...descriptor, isAlternative: false } : descriptor)),
    ),
  ];
  return parts.every((part) => part.some((descriptor) => descriptor.material)) ? parts : [[...group]];
}

const fullHex = (text: string): string => {
  const digits = text.slice(1).toLowerCase();
  return digits.length === 3 ? `#${[...digits].map((digit) => digit + digit).join('')}` : `#${digits}`;
};

/** Reads a prompt into the builder. `consumed` are places that something else has understood already. */
export function readPrompt(
  prompt: string,
  look: LookBuilder,
  consumed: readonly [number, number][] = [],
): void {
  const items = lex(prompt, look.index, consumed);
  new PromptReader(prompt, items, look).read();
}
