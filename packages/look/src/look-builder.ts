import type { Directive, Look, MaterialAssignment, Surface } from '@diorama/contracts';
import { clamp, mixHex } from './color/oklab.ts';
import { aSurface, defaultLookOf, STUDIO_BACKDROP_SRGB } from './default-look.ts';
import { describeGround, describeLens, describeLighting } from './describe-look.ts';
import { requireMaterial } from './grammar/lexicon.ts';
import { surfaceOf } from './grammar/surfaces.ts';
import type { ObjectIndex } from './objects/object-index.ts';
import type { Category, HdriName, Patch, StudioPatch, StudioSet } from './vocabulary/types.ts';

export type Span = [number, number];

/** Where something was said, and how it is called in messages. */
export interface Said {
  category: Category;
  text: string;
  span: Span | null;
}

export interface Note extends Said {
  /** Written when the look is finished, because words later in the prompt change what earlier ones do. */
  effect: string | ((look: Look) => string);
  corrections: string;
  replacedBy: string | null;
  /** Of a term that gives way to whatever else is said. */
  isVague: boolean;
}

interface Slot<T> {
  value: T;
  order: number;
  note: Note;
}

/** Sets that say only how bright or from where: they bend to a sun or another set instead of replacing it. */
const HINT_SETS = new Set<StudioSet>(['rim', 'low-key', 'high-key', 'neutral']);
/** Sets that stand for a place of their own and win against a time of day. */
const STRONG_SETS = new Set<StudioSet>(['neon', 'candle', 'window']);
const INDOOR_HDRIS = new Set<HdriName>(['apartment', 'lobby', 'warehouse']);

const DARK_SETS = new Set<StudioSet>(['low-key', 'rim', 'neon', 'candle', 'overhead']);
const DARK_BACKDROP_SRGB = '#17181b';

const numberGradeKeys = [
  'exposureEv',
  'contrast',
  'saturation',
  'temperature',
  'tint',
  'vignette',
  'grain',
  'bloom',
] as const;
const gradeRanges: Record<(typeof numberGradeKeys)[number], [number, number]> = {
  exposureEv: [-5, 5],
  contrast: [-1, 1],
  saturation: [-1, 1],
  temperature: [-1, 1],
  tint: [-1, 1],
  vignette: [0, 1],
  grain: [0, 1],
  bloom: [0, 1],
};

/** Gathers what was said in the order it was said and puts the look together at the end. */
export class LookBuilder {
  readonly index: ObjectIndex;
  readonly #look: Look;
  readonly #prompt: string;
  readonly #notes: Note[] = [];
  #order = 0;
  #sun: Slot<NonNullable<Patch['sun']>> | null = null;
  #studio: Slot<StudioPatch> | null = null;
  #hdri: Slot<HdriName> | null = null;
  #skyOrder = -1;
  #turbidity: number | null = null;
  #cloudCover: number | null = null;
  #softness: number | null = null;
  #fill: number | null = null;
  #azimuth: number | null = null;
  #lowKey = false;
  #highKey = false;
  #lightColors: string[] = [];
  #background: Slot<Look['background']> | null = null;
  #ground: (Slot<{ kind: Look['ground']['kind']; surface: Surface }> & { isSoft: boolean }) | null = null;
  #groundTint: string | null = null;
  #groundWetness: number | null = null;
  #style: Slot<Look['style']> | null = null;
  #focal: Slot<number> | null = null;
  #precipitation: Slot<Look['atmosphere']['precipitation']> | null = null;
  /** Target ids joined to the assignment's note, to say when a later phrase replaces it. */
  readonly #assigned = new Map<string, { note: Note; position: number }>();

  constructor(index: ObjectIndex, prompt: string) {
    this.index = index;
    this.#prompt = prompt;
    this.#look = defaultLookOf(index);
  }

  /** Notes something understood. The effect may be a function of the finished look. */
  say(said: Said, effect: Note['effect'], corrections = '', isVague = false): Note {
    const note: Note = { ...said, effect, corrections, replacedBy: null, isVague };
    this.#notes.push(note);
    return note;
  }

  /** Takes a note back that a fuller phrase says better. */
  unsay(note: Note): void {
    const at = this.#notes.indexOf(note);
    if (at >= 0) this.#notes.splice(at, 1);
  }

  #replace<T>(old: Slot<T> | null, value: T, note: Note): Slot<T> {
    if (old && old.note !== note && old.value !== value) old.note.replacedBy = note.text;
    this.#order += 1;
    return { value, order: this.#order, note };
  }

  /** Applies a term's patch. `intensity` scales what is a matter of degree. */
  apply(patch: Patch, note: Note, intensity = 1): void {
    const look = this.#look;
    if (patch.sun) {
      const known = this.#sun;
      // "Sunny morning", "golden hour, long shadows": the clearest words about the time of day place the sun.
      const weight = (by: Note) => (by.category !== 'time-of-day' ? 0 : by.isVague ? 1 : 2);
      if (known === null || weight(note) > weight(known.note))
        this.#sun = this.#replace(null, patch.sun, note);
      else if (weight(note) < weight(known.note)) this.#sun = { ...known, order: ++this.#order };
      else {
        // A moonlit night is one thing, not a night replaced by a moon.
        const isSame =
          (known.value.moon === true) === (patch.sun.moon === true) &&
          Math.abs(known.value.elevationDegrees - patch.sun.elevationDegrees) < 9;
        this.#sun = this.#replace(isSame || weight(note) < 2 ? null : known, patch.sun, note);
      }
    }
    if (patch.sky) {
      this.#order += 1;
      this.#skyOrder = this.#order;
      if (patch.sky.turbidity !== undefined)
        this.#turbidity = Math.max(this.#turbidity ?? 0, patch.sky.turbidity);
      if (patch.sky.cloudCover !== undefined) {
        const isWeather = note.category === 'weather';
        this.#cloudCover = isWeather
          ? patch.sky.cloudCover * Math.min(1.1, intensity)
          : (this.#cloudCover ?? patch.sky.cloudCover);
        this.#cloudCover = clamp(this.#cloudCover, 0, 1);
      }
    }
    if (patch.studio) this.#applyStudio(patch.studio, note);
    if (patch.hdri) this.#hdri = this.#replace(this.#hdri, patch.hdri, note);
    if (patch.light) {
      this.#softness = patch.light.softness ?? this.#softness;
      this.#fill = patch.light.fill ?? this.#fill;
      this.#azimuth = patch.light.azimuthDegrees ?? this.#azimuth;
    }
    if (patch.background) this.setBackground(patch.background, note);
    if (patch.ground) {
      const material = patch.ground.material;
      const surface =
        material === undefined ? aSurface('ground') : surfaceOf(material, requireMaterial(material));
      if (patch.ground.wetness !== undefined) surface.wetness = patch.ground.wetness;
      this.setGround(patch.ground.kind ?? 'plane', surface, note, patch.ground.soft === true);
    }
    if (patch.groundWetness !== undefined) this.#groundWetness = clamp(patch.groundWetness, 0, 1);
    if (patch.fog !== undefined)
      look.atmosphere.fog =
        patch.fog === 0 ? 0 : clamp(Math.max(look.atmosphere.fog, patch.fog * intensity), 0, 1);
    if (patch.fogColorSrgb) look.atmosphere.fogColorSrgb = patch.fogColorSrgb;
    if (patch.precipitation) {
      this.#precipitation = this.#replace(this.#precipitation, patch.precipitation, note);
      look.atmosphere.precipitation = patch.precipitation;
      look.atmosphere.precipitationAmount =
        patch.precipitation === 'none' ? 0 : clamp((patch.precipitationAmount ?? 0.5) * intensity, 0, 1);
    }
    if (patch.grade) this.applyGrade(patch.grade, intensity);
    if (patch.lens) {
      if (patch.lens.focalLengthMm !== undefined && patch.lens.focalLengthMm !== null) {
        this.#focal = this.#replace(this.#focal, patch.lens.focalLengthMm, note);
        look.lens.focalLengthMm = patch.lens.focalLengthMm;
      }
      if (patch.lens.depthOfField !== undefined)
        look.lens.depthOfField = clamp(patch.lens.depthOfField * intensity, 0, 1);
    }
    if (patch.style) {
      // "Photo of a pencil sketch": photo is the weakest thing to say, "drawing" the next.
      const weight = (style: Look['style'], by: Note) => (style === 'photo' ? 0 : by.isVague ? 1 : 2);
      const known = this.#style;
      if (known === null || weight(patch.style, note) >= weight(known.value, known.note)) {
        const old =
          known !== null && weight(patch.style, note) === weight(known.value, known.note) ? known : null;
        this.#style = this.#replace(old, patch.style, note);
        look.style = patch.style;
      }
    }
  }

  #applyStudio(patch: StudioPatch, note: Note): void {
    if (patch.set === 'low-key') this.#lowKey = true;
    if (patch.set === 'high-key') this.#highKey = true;
    const old = this.#studio;
    if (old && old.value.set !== patch.set) {
      const isVaguer = patch.set === 'softbox' || patch.set === 'neutral';
      // "Studio product shot, rim light" in any order is a studio with a rim light.
      if (isVaguer) return;
      // "Neon, low key": the one says which lamps, the other how much of them.
      if (STRONG_SETS.has(old.value.set) && HINT_SETS.has(patch.set)) return;
      if (STRONG_SETS.has(patch.set) && HINT_SETS.has(old.value.set)) {
        this.#studio = this.#replace(null, patch, note);
        return;
      }
      if (
        old.value.set === 'softbox' ||
        old.value.set === 'neutral' ||
        (this.#lowKey && HINT_SETS.has(old.value.set))
      ) {
        if (patch.set === 'low-key' && old.value.set === 'rim') return;
        this.#studio = this.#replace(null, patch, note);
        return;
      }
    }
    this.#studio = this.#replace(old && old.value.set !== patch.set ? old : null, patch, note);
  }

  applyGrade(grade: Partial<Look['grade']>, intensity = 1): void {
    const target = this.#look.grade;
    for (const key of numberGradeKeys) {
      const value = grade[key];
      if (value !== undefined) target[key] = clamp(target[key] + value * intensity, ...gradeRanges[key]);
    }
    if (grade.shadowsSrgb !== undefined) target.shadowsSrgb = grade.shadowsSrgb;
    if (grade.highlightsSrgb !== undefined) target.highlightsSrgb = grade.highlightsSrgb;
    if (grade.splitTone !== undefined)
      target.splitTone = clamp(Math.max(target.splitTone, grade.splitTone * intensity), 0, 1);
    if (grade.monochrome !== undefined) target.monochrome = grade.monochrome;
  }

  setBackground(background: Look['background'], note: Note): void {
    // The sky itself is the weakest background.
    if (background.kind === 'environment' && this.#background !== null) return;
    // Backdrops that a kind of light brings along give way silently.
    const isWeak =
      this.#background?.value.kind === 'environment' || this.#background?.note.category === 'lighting';
    if (note.category === 'lighting' && this.#background !== null && !isWeak) return;
    const old = isWeak ? null : this.#background;
    this.#background = this.#replace(old, background, note);
  }

  setGround(kind: Look['ground']['kind'], surface: Surface, note: Note, isSoft: boolean): void {
    if (isSoft && this.#ground !== null && !this.#ground.isSoft) return;
    const old = this.#ground === null || this.#ground.isSoft ? null : this.#ground;
    this.#ground = { ...this.#replace(old, { kind, surface }, note), isSoft };
  }

  /** A backdrop in this colour, unless a ground was asked for. */
  tintGround(colorSrgb: string): void {
    this.#groundTint = colorSrgb;
  }

  wetGround(wetness: number): void {
    this.#groundWetness = clamp(wetness, 0, 1);
  }

  addLightColors(colors: readonly string[]): void {
    this.#lightColors.push(...colors);
  }

  /** Whether words have chosen the light. */
  get hasLight(): boolean {
    return this.#sun !== null || this.#studio !== null || this.#hdri !== null || this.#skyOrder >= 0;
  }

  get lens(): Look['lens'] {
    return this.#look.lens;
  }

  addPalette(colorSrgb: string, weight: number): void {
    if (this.#look.palette.length < 12) this.#look.palette.push({ colorSrgb, weight: clamp(weight, 0, 1) });
  }

  addReference(reference: Look['references'][number]): void {
    this.#look.references.push(reference);
  }

  addNotUnderstood(entry: Look['notUnderstood'][number]): void {
    this.#look.notUnderstood.push(entry);
  }

  addNoEffect(text: string, span: Span): void {
    this.#look.noEffect?.push({ text, span });
  }

  assign(assignment: MaterialAssignment, note: Note): void {
    const key = assignment.target === 'all' ? 'all' : assignment.target.join('\n');
    const old = this.#assigned.get(key);
    if (old) {
      const previous = this.#look.materials[old.position]!;
      const replacesColor = assignment.surface.colorSrgb !== null && previous.surface.colorSrgb !== null;
      if (replacesColor) old.note.replacedBy = note.text;
      // "The chair is red ... glossy chair": what the later phrase leaves open stays.
      if (!replacesColor)
        assignment = { ...assignment, surface: mergeSurfaces(previous.surface, assignment.surface) };
      this.#look.materials[old.position] = assignment;
      this.#assigned.set(key, { note, position: old.position });
      return;
    }
    this.#assigned.set(key, { note, position: this.#look.materials.length });
    // The whole first: what names an object is more exact and goes on top of it.
    if (assignment.target === 'all') {
      this.#look.materials.unshift(assignment);
      for (const entry of this.#assigned.values()) entry.position += 1;
      this.#assigned.set(key, { note, position: 0 });
    } else this.#look.materials.push(assignment);
  }

  finish(): Look {
    const look = this.#look;
    this.#composeLighting();
    this.#composeBackground();
    this.#composeGround();
    this.#composeInside();
    this.#paintBackdrop();
    this.#sortMaterials();
    if (
      look.atmosphere.fog > 0 &&
      look.atmosphere.fogColorSrgb === null &&
      look.lighting.kind === 'sky' &&
      !look.lighting.moon
    ) {
      if (look.lighting.sunElevationDegrees < 8 && look.lighting.sunElevationDegrees > -2)
        look.atmosphere.fogColorSrgb = '#e3c9ad';
    }
    const contrastNote = look.grade;
    if (contrastNote.monochrome) contrastNote.saturation = Math.min(contrastNote.saturation, 0);
    look.palette.sort((a, b) => b.weight - a.weight);
    look.directives = this.#directives();
    look.notUnderstood.sort((a, b) => a.span[0] - b.span[0]);
    look.noEffect?.sort((a, b) => a.span[0] - b.span[0]);
    return look;
  }

  #composeLighting(): void {
    const base = this.#look.lighting;
    const sun = this.#sun;
    let studio = this.#studio;
    const hdri = this.#hdri;
    const set = studio?.value.set;
    const skyOrder = Math.max(sun?.order ?? -1, this.#skyOrder);
    let kind: 'sky' | 'studio' | 'hdri' | 'default' = 'default';
    if (studio) kind = 'studio';
    if (sun && !studio) kind = 'sky';
    // A room in words over a room in the scene: its own windows let the light in.
    const isOwnRoom = hdri?.value === 'apartment' && this.index.kind === 'interior';
    if (hdri && !studio && !sun) kind = isOwnRoom ? 'sky' : 'hdri';
    if (studio && !sun && this.#skyOrder > studio.order && (set === 'softbox' || set === 'neutral'))
      kind = 'sky';
    if (studio && set !== undefined && (sun || this.#skyOrder >= 0)) {
      if (STRONG_SETS.has(set)) kind = 'studio';
      else if (sun && HINT_SETS.has(set)) kind = 'sky';
      else if (sun && sun.order > studio.order) {
        kind = 'sky';
        if (sun.note.category !== 'weather') studio.note.replacedBy ??= sun.note.text;
      } else if (sun) sun.note.replacedBy ??= studio.note.text;
    }
    if (hdri && studio && set !== undefined) {
      if (HINT_SETS.has(set) || ((set === 'softbox' || set === 'overhead') && hdri.order > studio.order)) {
        kind = 'hdri';
        if (!HINT_SETS.has(set)) studio.note.replacedBy ??= hdri.note.text;
      } else if (set === 'softbox' || set === 'overhead') hdri.note.replacedBy ??= studio.note.text;
    }
    const isCloudy = (this.#cloudCover ?? 0) > 0.6;
    if (hdri && !STRONG_SETS.has(set ?? 'neutral') && kind !== 'studio') {
      const isIndoor = INDOOR_HDRIS.has(hdri.value);
      if (sun?.value.moon)
        kind = isIndoor ? 'studio' : hdri.value === 'city' || hdri.value === 'night' ? 'hdri' : 'sky';
      else if (sun) kind = isIndoor && this.index.kind === 'object' ? 'studio' : 'sky';
      else if ((!isIndoor && isCloudy) || isOwnRoom) kind = 'sky';
      else kind = 'hdri';
      if (kind === 'studio' && !STRONG_SETS.has(set ?? 'neutral')) {
        // A room at some hour: the light that comes in through its window.
        const warmth = sun?.value.moon
          ? '#ffc890'
          : (sun?.value.elevationDegrees ?? 40) < 12
            ? '#ffcf94'
            : '#fff4e2';
        studio = {
          value: sun?.value.moon
            ? { set: 'low-key', keyColorSrgb: warmth, fill: 0.2, softness: 0.5, keyAzimuthDegrees: -60 }
            : { set: 'window', keyColorSrgb: warmth, fill: 0.35, softness: 0.55, keyAzimuthDegrees: -85 },
          order: 0,
          note: hdri.note,
        };
      }
    }
    if (kind === 'default' && (this.#skyOrder >= 0 || skyOrder >= 0)) kind = 'sky';
    if (kind === 'default' && this.#lightColors.length > 0) kind = 'studio';

    if (kind === 'default') this.#look.lighting = this.#withHints(base);
    else if (kind === 'hdri' && hdri) {
      const name = sun?.value.moon ? 'night' : hdri.value;
      const rotation = this.#azimuth ?? 0;
      this.#look.lighting = { kind: 'hdri', name, rotationDegrees: clamp(rotation, -180, 180) };
    } else if (kind === 'sky') {
      const low = sun?.value.elevationDegrees ?? null;
      this.#look.lighting = this.#withHints({
        kind: 'sky',
        sunElevationDegrees: low ?? (base.kind === 'sky' ? base.sunElevationDegrees : 36),
        sunAzimuthDegrees: sun?.value.azimuthDegrees ?? (base.kind === 'sky' ? base.sunAzimuthDegrees : -60),
        turbidity: clamp(this.#turbidity ?? 2.8, 1.7, 10),
        cloudCover: this.#cloudCover ?? 0.08,
        moon: sun?.value.moon ?? false,
      });
    } else {
      const isColored = this.#lightColors.length > 0;
      const patch: StudioPatch = studio?.value ?? {
        set: isColored ? 'neon' : 'softbox',
        fill: 0.2,
        softness: 0.5,
        keyAzimuthDegrees: -60,
      };
      this.#look.lighting = this.#withHints({
        kind: 'studio',
        set: patch.set,
        keyColorSrgb: this.#lightColors[0] ?? this.#sunTinted(patch.keyColorSrgb ?? '#ffffff', patch.set),
        accentColorSrgb: this.#lightColors[1] ?? this.#lightColors[0] ?? patch.accentColorSrgb ?? '#ffffff',
        fill: this.#lowKey
          ? Math.min(patch.fill ?? 0.5, 0.1)
          : this.#highKey
            ? Math.max(patch.fill ?? 0.5, 0.8)
            : (patch.fill ?? 0.5),
        softness: patch.softness ?? 0.7,
        keyAzimuthDegrees: patch.keyAzimuthDegrees ?? -40,
      });
    }
    if (kind !== 'studio' && this.#lightColors.length > 0) {
      // No lamps in this light: the colour goes into the grade.
      this.applyGrade({ highlightsSrgb: this.#lightColors[0]!, splitTone: 0.4 });
      if (this.#lightColors[1])
        this.applyGrade({ shadowsSrgb: mixHex(this.#lightColors[1], '#101014', 0.5) });
    }
  }

  /** Weather stays outside of a room. */
  #composeInside(): void {
    if (this.index.kind !== 'interior') return;
    const { atmosphere } = this.#look;
    atmosphere.precipitation = 'none';
    atmosphere.precipitationAmount = 0;
    atmosphere.fog *= 0.3;
  }

  /** A backdrop that stands in the scene takes the colour that was asked for behind the subject. */
  #paintBackdrop(): void {
    const { background, lighting } = this.#look;
    const found = this.index.find('backdrop');
    if (!found || found.tier > 1 || background.kind === 'environment' || background.kind === 'reference')
      return;
    const isDarkSet = lighting.kind === 'studio' && DARK_SETS.has(lighting.set);
    const note = this.#background?.note ?? this.#studio?.note;
    if (!note || (this.#background === null && !isDarkSet)) return;
    if (this.#assigned.has(found.target === 'all' ? 'all' : found.target.join('\n'))) return;
    const colorSrgb = background.kind === 'color' ? background.colorSrgb : background.topSrgb;
    this.assign(
      {
        target: found.target,
        targetText: 'backdrop',
        surface: aSurface('backdrop', { colorSrgb }),
        fromReference: null,
      },
      note,
    );
  }

  /** From the whole to the parts, so that what is named more exactly comes last and stays on top. */
  #sortMaterials(): void {
    const depth = ({ target }: MaterialAssignment) =>
      target === 'all' ? -1 : Math.min(...target.slice(0, 50).map((id) => this.index.depthOf(id)));
    this.#look.materials = this.#look.materials
      .map((entry, i) => ({ entry, i, depth: depth(entry) }))
      .sort((a, b) => a.depth - b.depth || a.i - b.i)
      .map(({ entry }) => entry);
  }

  /** Window light at golden hour is golden. */
  #sunTinted(color: string, set: StudioSet): string {
    if (set !== 'window' || !this.#sun || this.#studio?.note.category === 'environment') return color;
    const { elevationDegrees, moon } = this.#sun.value;
    if (moon) return '#9fb4e0';
    if (elevationDegrees < -1) return '#b9c6ea';
    if (isLow(elevationDegrees)) return '#ffc98a';
    return (this.#cloudCover ?? 0) > 0.6 ? '#e6edf5' : color;
  }

  #withHints(lighting: Look['lighting']): Look['lighting'] {
    if (lighting.kind === 'studio') {
      return {
        ...lighting,
        softness: this.#softness ?? lighting.softness,
        fill: this.#lowKey ? Math.min(this.#fill ?? 1, lighting.fill) : (this.#fill ?? lighting.fill),
        keyAzimuthDegrees: this.#azimuth ?? lighting.keyAzimuthDegrees,
      };
    }
    if (lighting.kind === 'sky') {
      let cloudCover = lighting.cloudCover;
      if (this.#softness !== null && this.#softness > 0.7)
        cloudCover = Math.max(cloudCover, lighting.moon ? 0.2 : 0.55);
      if (this.#fill !== null && this.#fill > 0.9 && !lighting.moon) cloudCover = 1;
      if (this.#softness !== null && this.#softness < 0.2 && this.#skyOrder < 0)
        cloudCover = Math.min(cloudCover, 0.03);
      return { ...lighting, cloudCover, sunAzimuthDegrees: this.#azimuth ?? lighting.sunAzimuthDegrees };
    }
    return lighting;
  }

  #composeBackground(): void {
    const { lighting } = this.#look;
    if (this.#background) {
      const { value } = this.#background;
      // "Low key" brings a black backdrop; under a sky only an asked-for backdrop replaces it.
      const isBroughtBySet = this.#background.note.category === 'lighting' && lighting.kind !== 'studio';
      this.#look.background = isBroughtBySet ? { kind: 'environment' } : value;
      if (value.kind === 'environment' && lighting.kind === 'studio')
        this.#look.background = this.#studioBackground(lighting.set);
      return;
    }
    this.#look.background =
      lighting.kind === 'studio' ? this.#studioBackground(lighting.set) : { kind: 'environment' };
  }

  #studioBackground(set: StudioSet): Look['background'] {
    if (set === 'neon') {
      const { lighting } = this.#look;
      const accent = lighting.kind === 'studio' ? lighting.accentColorSrgb : '#22d3ee';
      const key = lighting.kind === 'studio' ? lighting.keyColorSrgb : '#ff3ea5';
      return {
        kind: 'gradient',
        topSrgb: mixHex('#07070c', accent, 0.12),
        bottomSrgb: mixHex('#07070c', key, 0.3),
      };
    }
    if (set === 'candle') return { kind: 'gradient', topSrgb: '#120b07', bottomSrgb: '#3a2213' };
    if (set === 'window') return { kind: 'color', colorSrgb: '#d6d0c6' };
    if (DARK_SETS.has(set)) return { kind: 'color', colorSrgb: DARK_BACKDROP_SRGB };
    return { kind: 'color', colorSrgb: set === 'high-key' ? '#f7f7f5' : STUDIO_BACKDROP_SRGB };
  }

  #composeGround(): void {
    const look = this.#look;
    const asked = this.#ground;
    const backdropColor =
      look.background.kind === 'color'
        ? look.background.colorSrgb
        : look.background.kind === 'gradient'
          ? look.background.bottomSrgb
          : null;
    const own = this.index.groundTarget;
    if (asked && !asked.isSoft && own && asked.value.kind !== 'plinth' && asked.value.kind !== 'none') {
      // An added floor would lie hidden under the scene's own.
      this.assign(
        {
          target: own.target,
          targetText: asked.value.surface.name,
          surface: asked.value.surface,
          fromReference: null,
        },
        asked.note,
      );
      look.ground = { kind: 'none', surface: aSurface('none') };
    } else if (asked && !(asked.isSoft && this.index.hasGround)) {
      look.ground = asked.value;
      // A paper backdrop has the colour of what is behind.
      const isPaper =
        asked.isSoft && asked.value.kind === 'backdrop' && asked.note.category !== 'environment';
      if (isPaper && backdropColor)
        look.ground = { ...asked.value, surface: { ...asked.value.surface, colorSrgb: backdropColor } };
    } else if (this.index.hasGround) look.ground = { kind: 'none', surface: aSurface('none') };
    else if (look.background.kind === 'environment') {
      look.ground =
        this.index.kind === 'interior'
          ? { kind: 'none', surface: aSurface('none') }
          : {
              kind: 'plane',
              surface: aSurface('pale stone', { colorSrgb: '#b3aea6', roughness: 0.75, metalness: 0 }),
            };
    } else if (this.index.kind === 'object' || this.#background !== null) {
      const color = this.#groundTint ?? backdropColor ?? STUDIO_BACKDROP_SRGB;
      look.ground = {
        kind: 'backdrop',
        surface: aSurface('backdrop', { colorSrgb: color, roughness: 0.7, metalness: 0 }),
      };
    }
    if (this.#groundWetness !== null && this.#groundWetness > 0 && own && this.index.kind !== 'interior') {
      const note = this.#notes[0];
      const wet = aSurface('wet', { wetness: this.#groundWetness });
      if (note)
        this.assign(
          { target: own.target, targetText: 'the ground', surface: wet, fromReference: null },
          note,
        );
    }
    if (this.#groundWetness !== null && look.ground.kind !== 'none') {
      look.ground = { ...look.ground, surface: { ...look.ground.surface, wetness: this.#groundWetness } };
    }
    if (look.ground.surface.texture?.kind === 'snow' && look.ground.surface.wetness > 0.3)
      look.ground.surface.wetness = 0.3;
  }

  /** A part of a phrase without blanks, commas and the like around it. */
  #withoutBlanks(span: Span | null): Span | null {
    if (!span) return null;
    const text = this.#prompt.slice(span[0], span[1]);
    const start = text.search(/[\p{L}\p{N}#]/u);
    if (start < 0) return null;
    return [span[0] + start, span[0] + text.replace(/[^\p{L}\p{N}\p{M}°%]+$/u, '').length];
  }

  #directives(): Directive[] {
    const look = this.#look;
    const placed = this.#notes.map((note) => ({ note, span: note.span }));
    const missed = look.notUnderstood.map((entry) => ({ entry, span: entry.span as Span | null }));
    // Inner words first: of "red vintage chair" the mood keeps "vintage", and the chair gets what is left of the phrase.
    const bySize = [...placed, ...missed]
      .filter((item) => item.span !== null)
      .sort((a, b) => a.span![1] - a.span![0] - (b.span![1] - b.span![0]) || a.span![0] - b.span![0]);
    const used: Span[] = [];
    for (const item of bySize) {
      item.span = this.#withoutBlanks(largestFree(item.span!, used));
      if (item.span) used.push(item.span);
    }
    look.notUnderstood = missed.flatMap(({ entry, span }) =>
      span ? [{ ...entry, text: this.#prompt.slice(span[0], span[1]), span }] : [],
    );
    look.noEffect =
      look.noEffect?.filter(
        ({ span }) => largestFree(span, used)?.every((end, i) => end === span[i]) ?? false,
      ) ?? [];
    return placed
      .map(({ note, span }) => {
        const effect = typeof note.effect === 'string' ? note.effect : note.effect(look);
        const replaced =
          note.replacedBy === null ? effect : `Replaced by "${note.replacedBy}": the later words count.`;
        return { category: note.category, text: note.text, span, effect: `${note.corrections}${replaced}` };
      })
      .sort((a, b) => (a.span?.[0] ?? Number.MAX_SAFE_INTEGER) - (b.span?.[0] ?? Number.MAX_SAFE_INTEGER));
  }
}

const isLow = (elevationDegrees: number): boolean => elevationDegrees < 12;

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

function mergeSurfaces(first: Surface, second: Surface): Surface {
  const merged: Surface = {
    ...second,
    name: `${second.name} ${first.name}`.trim(),
    wetness: Math.max(first.wetness, second.wetness),
  };
  return {
    ...merged,
    colorSrgb: second.colorSrgb ?? first.colorSrgb,
    roughness: second.roughness ?? first.roughness,
    metalness: second.metalness ?? first.metalness,
    transmission: second.transmission ?? first.transmission,
    thinWalled: second.thinWalled ?? first.thinWalled,
    ior: second.ior ?? first.ior,
    clearcoat: second.clearcoat ?? first.clearcoat,
    sheenSrgb: second.sheenSrgb ?? first.sheenSrgb,
    emission: second.emission ?? first.emission,
    texture: second.texture ?? first.texture,
  };
}

/** The sentence for a term that brings none of its own. */
export function effectOfPatch(patch: Patch): (look: Look) => string {
  return (look) => {
    if (patch.lens) {
      const { focalLengthMm, depthOfField } = patch.lens;
      return describeLens(
        look,
        focalLengthMm === undefined ? 'depth-of-field' : depthOfField === undefined ? 'focal-length' : null,
      );
    }
    if (patch.sun || patch.sky || patch.studio || patch.hdri) {
      const ground = patch.ground && look.ground.kind !== 'none' ? ` ${describeGround(look)}` : '';
      return `${describeLighting(look)}${ground}`;
    }
    if (patch.ground) return describeGround(look);
    return 'Understood.';
  };
}
