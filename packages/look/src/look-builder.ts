import type { Look, MaterialAssignment, Surface } from '@diorama/contracts';
import { clamp, mixHex } from './color/oklab.ts';
import { Assignments } from './compose/assignments.ts';
import { chooseBackground, composeBackground, isDarkBehind } from './compose/backdrop.ts';
import { composeDirectives } from './compose/directives.ts';
import { addToGrade } from './compose/grade.ts';
import { type AskedGround, composeGround, isForOwnGround, wetted } from './compose/ground.ts';
import { LightWishes } from './compose/light-wishes.ts';
import { composeLighting } from './compose/lighting.ts';
import { type Note, replaceSlot, type Said, type Slot, type Span } from './compose/note.ts';
import { aSurface, defaultLookOf } from './default-look.ts';
import { requireMaterial } from './grammar/lexicon.ts';
import { surfaceOf } from './grammar/surfaces.ts';
import type { ObjectIndex } from './objects/object-index.ts';
import type { Patch } from './vocabulary/types.ts';

/** The contract's limit for a palette. */
const MAX_PALETTE_COLORS = 12;
/** Incandescent light, paler than it is: the camera adapts half. */
const LAMP_SRGB = '#ffbe80';
const SHADE_EMISSION = 5;
/** Seen from outside a lamp must hold against what is left of the day. */
const SHADE_EMISSION_OUTDOORS = 40;
const BULB_EMISSION = 60;
const NIGHT = { elevationDegrees: 40, azimuthDegrees: -120, moon: true };
/** Of the air outside, what is left in a room. */
const FOG_INDOORS = 0.3;

/** "Photo of a pencil sketch": photo is the weakest thing to say, "drawing" the next. */
const styleWeight = ({ value, note }: Slot<Look['style']>): number =>
  value === 'photo' ? 0 : note.isVague ? 1 : 2;

/**
 * Gathers what was said in the order it was said and puts the look together at the end, because later words change
 * what earlier ones do.
 */
export class LookBuilder {
  readonly index: ObjectIndex;
  readonly #look: Look;
  readonly #prompt: string;
  readonly #notes: Note[] = [];
  readonly #light = new LightWishes();
  readonly #assignments = new Assignments();
  #background: Slot<Look['background']> | null = null;
  #ground: AskedGround | null = null;
  #groundWetness: number | null = null;
  #style: Slot<Look['style']> | null = null;
  #focal: Slot<number> | null = null;
  /** Who asked for the scene's lamps to be lit. */
  #lamps: Note | null = null;
  #precipitation: Slot<Look['atmosphere']['precipitation']> | null = null;

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

  /** Applies a term's patch. `intensity` scales what is a matter of degree. */
  apply(patch: Patch, note: Note, intensity = 1): void {
    if (patch.lamps && this.#hasLamps) {
      this.#lamps = note;
      note.effect = 'The lamps of the scene are lit.';
      return;
    }
    this.#light.apply(patch, note, intensity);
    if (patch.background) this.setBackground(patch.background, note);
    if (patch.ground) this.#applyGround(patch.ground, note);
    if (patch.groundWetness !== undefined) this.wetGround(patch.groundWetness);
    this.#applyAir(patch, note, intensity);
    if (patch.grade) this.applyGrade(patch.grade, intensity);
    if (patch.lens) this.#applyLens(patch.lens, note, intensity);
    if (patch.style) this.#applyStyle(patch.style, note);
  }

  #applyGround({ kind, material, wetness, soft }: NonNullable<Patch['ground']>, note: Note): void {
    const surface =
      material === undefined ? aSurface('ground') : surfaceOf(material, requireMaterial(material));
    if (wetness !== undefined) surface.wetness = wetness;
    this.setGround(kind ?? 'plane', surface, note, soft === true);
  }

  #applyAir(patch: Patch, note: Note, intensity: number): void {
    const { atmosphere } = this.#look;
    if (patch.fog !== undefined)
      atmosphere.fog = patch.fog === 0 ? 0 : clamp(Math.max(atmosphere.fog, patch.fog * intensity), 0, 1);
    if (patch.fogColorSrgb) atmosphere.fogColorSrgb = patch.fogColorSrgb;
    if (!patch.precipitation) return;
    this.#precipitation = replaceSlot(this.#precipitation, patch.precipitation, note);
    atmosphere.precipitation = patch.precipitation;
    atmosphere.precipitationAmount =
      patch.precipitation === 'none' ? 0 : clamp((patch.precipitationAmount ?? 0.5) * intensity, 0, 1);
  }

  #applyLens({ focalLengthMm, depthOfField }: NonNullable<Patch['lens']>, note: Note, much: number): void {
    const { lens } = this.#look;
    if (focalLengthMm !== undefined && focalLengthMm !== null) {
      this.#focal = replaceSlot(this.#focal, focalLengthMm, note);
      lens.focalLengthMm = focalLengthMm;
    }
    if (depthOfField !== undefined) lens.depthOfField = clamp(depthOfField * much, 0, 1);
  }

  #applyStyle(value: Look['style'], note: Note): void {
    const known = this.#style;
    const weight = styleWeight({ value, note });
    const knownWeight = known ? styleWeight(known) : -1;
    if (weight < knownWeight) return;
    this.#style = replaceSlot(weight === knownWeight ? known : null, value, note);
    this.#look.style = value;
  }

  /** Adds to the grade; numbers are scaled by `intensity`. */
  applyGrade(grade: Partial<Look['grade']>, intensity = 1): void {
    addToGrade(this.#look.grade, grade, intensity);
  }

  setBackground(value: Look['background'], note: Note): void {
    const known = this.#background;
    const choice = chooseBackground(known, { value, note });
    if (choice !== 'known')
      this.#background = replaceSlot(choice === 'next-instead' ? known : null, value, note);
  }

  /** `isSoft` grounds give way to any other and to a floor the scene has. */
  setGround(kind: Look['ground']['kind'], surface: Surface, note: Note, isSoft: boolean): void {
    const hard = this.#ground?.isSoft === false ? this.#ground : null;
    if (isSoft && hard) return;
    this.#ground = { ...replaceSlot(hard, { kind, surface }, note), isSoft };
  }

  wetGround(wetness: number): void {
    this.#groundWetness = clamp(wetness, 0, 1);
  }

  get #hasLamps(): boolean {
    const { shades, bulbs } = this.index.lampParts;
    return shades.length + bulbs.length > 0;
  }

  addLightColors(colorsSrgb: readonly string[]): void {
    this.#light.colorsSrgb.push(...colorsSrgb);
  }

  /** Whether words have chosen the light. */
  get hasLight(): boolean {
    return this.#light.isAsked;
  }

  get lens(): Look['lens'] {
    return this.#look.lens;
  }

  addPalette(colorSrgb: string, weight: number): void {
    const { palette } = this.#look;
    if (palette.length < MAX_PALETTE_COLORS) palette.push({ colorSrgb, weight: clamp(weight, 0, 1) });
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
    this.#assignments.assign(assignment, note);
  }

  /** The look of all that was said. To be called once, at the end. */
  finish(): Look {
    const look = this.#look;
    this.#lightLamps();
    look.lighting = composeLighting(this.#light, look.lighting, this.index.kind);
    this.#colorLightWithoutLamps();
    look.background = composeBackground(this.#background, look.lighting);
    this.#assignOwnGround();
    look.ground = composeGround(look, this.#ground, this.index, this.#background !== null);
    this.#wetOwnGround();
    look.ground = wetted(look.ground, this.#groundWetness);
    this.#finishAir();
    this.#paintBackdrop();
    look.materials = this.#assignments.inOrder(this.index);
    if (look.grade.monochrome) look.grade.saturation = Math.min(look.grade.saturation, 0);
    look.palette.sort((a, b) => b.weight - a.weight);
    return Object.assign(look, composeDirectives(look, this.#notes, this.#prompt));
  }

  /** The scene's lamps shine, and when nothing else is said it is night around them. */
  #lightLamps(): void {
    const note = this.#lamps;
    if (!note) return;
    if (!this.#light.isAsked) this.#light.apply({ sun: NIGHT }, { ...note, isVague: true }, 1);
    const { shades, bulbs } = this.index.lampParts;
    for (const [target, emission] of [
      [shades, this.index.kind === 'interior' ? SHADE_EMISSION : SHADE_EMISSION_OUTDOORS],
      [bulbs, BULB_EMISSION],
    ] as const) {
      if (target.length === 0) continue;
      const surface = aSurface('lit', { colorSrgb: LAMP_SRGB, emission });
      this.assign({ target, targetText: 'lamp', surface, fromReference: null }, note);
    }
  }

  /** A sky or a place has no lamps to colour: the colour goes into the grade. */
  #colorLightWithoutLamps(): void {
    const [key, accent] = this.#light.colorsSrgb;
    if (key === undefined || this.#look.lighting.kind === 'studio') return;
    this.applyGrade({ highlightsSrgb: key, splitTone: 0.4 });
    if (accent) this.applyGrade({ shadowsSrgb: mixHex(accent, '#101014', 0.5) });
  }

  #assignOwnGround(): void {
    const asked = this.#ground;
    const own = this.index.groundTarget;
    if (!asked || !own || !isForOwnGround(asked)) return;
    const { surface } = asked.value;
    this.assign({ target: own.target, targetText: surface.name, surface, fromReference: null }, asked.note);
  }

  #wetOwnGround(): void {
    const own = this.index.groundTarget;
    const note = this.#notes[0];
    const wetness = this.#groundWetness ?? 0;
    if (!own || !note || wetness === 0 || this.index.kind === 'interior') return;
    const surface = aSurface('wet', { wetness });
    this.assign({ target: own.target, targetText: 'the ground', surface, fromReference: null }, note);
  }

  #finishAir(): void {
    const { atmosphere, lighting } = this.#look;
    if (this.index.kind === 'interior') {
      // Weather stays outside of a room.
      atmosphere.precipitation = 'none';
      atmosphere.precipitationAmount = 0;
      atmosphere.fog *= FOG_INDOORS;
    }
    if (atmosphere.fog === 0 || lighting.kind !== 'sky' || lighting.moon) return;
    // No sun throws hard shadows through thick fog, unless it is low and its beams are the point.
    if (lighting.sunElevationDegrees >= 8 && this.index.kind !== 'interior')
      lighting.cloudCover = Math.max(lighting.cloudCover, clamp(atmosphere.fog * 2 - 0.35, 0, 0.95));
    // Mist takes the colour of a sun near the horizon.
    if (lighting.sunElevationDegrees < 8 && lighting.sunElevationDegrees > -2)
      atmosphere.fogColorSrgb ??= '#e3c9ad';
  }

  /** A backdrop that stands in the scene takes the colour that was asked for behind the subject. */
  #paintBackdrop(): void {
    const { background, lighting } = this.#look;
    const found = this.index.find('backdrop');
    if (!found || found.tier > 1 || background.kind === 'environment' || background.kind === 'reference')
      return;
    const note = this.#background?.note ?? this.#light.studio?.note;
    if (!note || (this.#background === null && !isDarkBehind(lighting))) return;
    if (this.#assignments.has(found.target)) return;
    const colorSrgb = background.kind === 'color' ? background.colorSrgb : background.topSrgb;
    const surface = aSurface('backdrop', { colorSrgb });
    this.assign({ target: found.target, targetText: 'backdrop', surface, fromReference: null }, note);
  }
}
