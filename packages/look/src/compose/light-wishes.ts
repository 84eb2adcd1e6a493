import { clamp } from '../color/oklab.ts';
import type { HdriName, Patch, StudioPatch, StudioSet } from '../vocabulary/types.ts';
import { type Note, replaceSlot, type Slot } from './note.ts';

/** Sets that say only how bright or from where: they bend to a sun or another set instead of replacing it. */
export const HINT_SETS: ReadonlySet<StudioSet> = new Set(['rim', 'low-key', 'high-key', 'neutral']);
/** Sets that stand for a place of their own and win against a time of day. */
export const STRONG_SETS: ReadonlySet<StudioSet> = new Set(['neon', 'candle', 'window']);
/** Sets that say no more than that there is a studio. */
export const PLAIN_SETS: ReadonlySet<StudioSet> = new Set(['softbox', 'neutral']);

type Sun = NonNullable<Patch['sun']>;

/** A slot that knows when it was filled, for kinds of light that push each other out. */
type Ordered<T> = Slot<T> & { order: number };

/** "Sunny morning", "golden hour, long shadows": the clearest words about the time of day place the sun. */
const weightOf = (note: Note): number => (note.category !== 'time-of-day' ? 0 : note.isVague ? 1 : 2);

/** Two suns this close are the same time of day in other words. */
const SAME_SUN_DEGREES = 9;

/** Everything that words have asked of the light; what comes of it is decided when all is said. */
export class LightWishes {
  sun: Ordered<Sun> | null = null;
  studio: Ordered<StudioPatch> | null = null;
  hdri: Ordered<HdriName> | null = null;
  /** When the sky was last spoken of; -1 = never. */
  skyOrder = -1;
  turbidity: number | null = null;
  cloudCover: number | null = null;
  softness: number | null = null;
  fill: number | null = null;
  azimuthDegrees: number | null = null;
  isLowKey = false;
  isHighKey = false;
  /** Colours of lamps: the key first, then the accent. */
  readonly colorsSrgb: string[] = [];
  #order = 0;

  /** Whether words have chosen the light. */
  get isAsked(): boolean {
    return this.sun !== null || this.studio !== null || this.hdri !== null || this.skyOrder >= 0;
  }

  apply(patch: Patch, note: Note, intensity: number): void {
    if (patch.sun) this.#applySun(patch.sun, note);
    if (patch.sky) this.#applySky(patch.sky, note, intensity);
    if (patch.studio) this.#applyStudio(patch.studio, note);
    if (patch.hdri) this.hdri = this.#replace(this.hdri, patch.hdri, note);
    this.softness = patch.light?.softness ?? this.softness;
    this.fill = patch.light?.fill ?? this.fill;
    this.azimuthDegrees = patch.light?.azimuthDegrees ?? this.azimuthDegrees;
  }

  #replace<T>(old: Slot<T> | null, value: T, note: Note): Ordered<T> {
    this.#order += 1;
    return { ...replaceSlot(old, value, note), order: this.#order };
  }

  #applySun(sun: Sun, note: Note): void {
    const known = this.sun;
    const weight = weightOf(note);
    if (known === null || weight > weightOf(known.note)) this.sun = this.#replace(null, sun, note);
    else if (weight < weightOf(known.note)) this.sun = { ...known, order: ++this.#order };
    else {
      // A moonlit night is one thing, not a night replaced by a moon.
      const isSame =
        (known.value.moon === true) === (sun.moon === true) &&
        Math.abs(known.value.elevationDegrees - sun.elevationDegrees) < SAME_SUN_DEGREES;
      this.sun = this.#replace(isSame || weight < 2 ? null : known, sun, note);
    }
  }

  #applySky({ turbidity, cloudCover }: NonNullable<Patch['sky']>, note: Note, intensity: number): void {
    this.#order += 1;
    this.skyOrder = this.#order;
    if (turbidity !== undefined) this.turbidity = Math.max(this.turbidity ?? 0, turbidity);
    if (cloudCover === undefined) return;
    // Weather is about the clouds; a time or a place only brings some along.
    const asked =
      note.category === 'weather' ? cloudCover * Math.min(1.1, intensity) : (this.cloudCover ?? cloudCover);
    this.cloudCover = clamp(asked, 0, 1);
  }

  #applyStudio(patch: StudioPatch, note: Note): void {
    if (patch.set === 'low-key') this.isLowKey = true;
    if (patch.set === 'high-key') this.isHighKey = true;
    const known = this.studio;
    const set = known?.value.set;
    if (known === null || set === undefined || set === patch.set) {
      this.studio = this.#replace(null, patch, note);
      return;
    }
    // "Studio product shot, rim light" in any order is a studio with a rim light.
    if (PLAIN_SETS.has(patch.set)) return;
    // "Neon, low key": the one says which lamps, the other how much of them.
    if (STRONG_SETS.has(set) && HINT_SETS.has(patch.set)) return;
    if (set === 'rim' && patch.set === 'low-key') return;
    const addsTo =
      PLAIN_SETS.has(set) || (HINT_SETS.has(set) && (STRONG_SETS.has(patch.set) || this.isLowKey));
    this.studio = this.#replace(addsTo ? null : known, patch, note);
  }
}
