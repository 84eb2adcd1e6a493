import type { Directive, Grade, Ground, Lens, Look, LookStyle } from '@diorama/contracts';

/** The vocabulary is data: this is its form. Adding a word means adding a line in the file of its category. */

export type Category = Directive['category'];
export type StudioSet = Extract<Look['lighting'], { kind: 'studio' }>['set'];
export type HdriName = Extract<Look['lighting'], { kind: 'hdri' }>['name'];
export type TextureKind = NonNullable<Look['materials'][number]['surface']['texture']>['kind'];

export interface StudioPatch {
  set: StudioSet;
  /** Defaults: white key, white accent, fill 0.5, softness 0.7, key from the front left. */
  keyColorSrgb?: string;
  accentColorSrgb?: string;
  fill?: number;
  softness?: number;
  keyAzimuthDegrees?: number;
}

/** What a term changes. Slots that are replaced (sun, studio, hdri, background) go to the last word said. */
export interface Patch {
  /** Time of day. Azimuth as in the look: 0 from behind the camera, 180 against it, negative from the left. */
  sun?: { elevationDegrees: number; azimuthDegrees?: number; moon?: boolean };
  sky?: { turbidity?: number; cloudCover?: number };
  studio?: StudioPatch;
  hdri?: HdriName;
  /** The scene's own lamps are lit; where it has some, they take the place of `studio` and `grade`. */
  lamps?: true;
  /** A wish for whatever light there is: used by studio and sky alike. */
  light?: { softness?: number; fill?: number; azimuthDegrees?: number };
  background?:
    | { kind: 'color'; colorSrgb: string }
    | { kind: 'gradient'; topSrgb: string; bottomSrgb: string }
    | { kind: 'environment' };
  /** `material` is a name of the material vocabulary. `soft` grounds give way to a floor the scene has. */
  ground?: { kind?: Ground['kind']; material?: string; wetness?: number; soft?: boolean };
  /** Wetness of the ground, whichever it is. */
  groundWetness?: number;
  fog?: number;
  fogColorSrgb?: string;
  precipitation?: 'none' | 'rain' | 'snow';
  precipitationAmount?: number;
  /** Numbers are added to what is there, colours and switches replace. */
  grade?: Partial<Grade>;
  lens?: Partial<Omit<Lens, 'focusOn'>>;
  style?: LookStyle;
}

export interface Term {
  /** Any spelling and the plural of the last word are found too; British or American does not matter. */
  names: readonly string[];
  patch: Patch;
  /** One sentence for the person. Written from the finished look where it is absent (light, sky, lens, ground). */
  effect?: string;
  /** What "no ..." or "without ..." does; nothing but leaving the words out where it is absent. */
  without?: { patch: Patch; effect: string };
  /** Gives way to whatever else is said about the same ("drawing" to "ink", "outdoors" to "dusk"). */
  isVague?: boolean;
  /** Overrides the category of its file. */
  category?: Category;
}

export interface MaterialTerm {
  names: readonly string[];
  colorSrgb: string;
  roughness: number;
  metalness?: number;
  transmission?: number;
  thinWalled?: boolean;
  ior?: number;
  clearcoat?: number;
  sheenSrgb?: string;
  emission?: number;
  wetness?: number;
  texture?: {
    kind: TextureKind;
    scaleM: number;
    /** Second colour; the first is `colorSrgb`. */
    colorBSrgb: string;
    roughnessVariation?: number;
    bumpHeightM?: number;
  };
  /** "Gold wall", "emerald velvet": before another material or a backdrop it is only a colour. */
  alsoColor?: boolean;
}

/** What a word like "dark", "matte" or "wet" does to the colour and the surface it stands with. */
export interface ModifierTerm {
  names: readonly string[];
  color?: 'dark' | 'light' | 'pale' | 'deep' | 'pastel' | 'muted' | 'vivid' | 'neon' | 'off';
  surface?: {
    roughness?: number;
    metalness?: number;
    transmission?: number;
    clearcoat?: number;
    emission?: number;
    wetness?: number;
    ior?: number;
    roughnessVariation?: number;
    bumpHeightM?: number;
  };
}
