import type { Look, ReferenceRole } from '@diorama/contracts';
import { chromaOf, clamp, oklabFromHex } from '../color/oklab.ts';
import { aSurface } from '../default-look.ts';
import type { LookBuilder } from '../look-builder.ts';
import { wordsOfName } from '../objects/object-names.ts';
import { guessRole } from './guess-role.ts';
import type { ReferenceMention } from './reference-mentions.ts';
import type { ReferenceStats } from './reference-stats.ts';

export interface ReferenceInput {
  /** What the person chose; null = to be found out. */
  role: ReferenceRole | null;
  /** null when the picture has not been measured (yet). */
  stats: ReferenceStats | null;
}

/** How strongly palette and tone are taken over, by role. */
const STRENGTHS: Record<ReferenceRole, number> = {
  style: 0.7,
  palette: 0.55,
  background: 0.35,
  subject: 0.2,
  material: 0,
};

/** A renderer's neutral picture has about this tone; the grade moves from there to the reference's. */
const NEUTRAL = { lightness: 0.62, contrast: 0.7, saturation: 0.22 };

/** Settles the roles and applies what each reference brings. Say it after the prompt: words about it come first. */
export function applyReferences(
  prompt: string,
  references: readonly ReferenceInput[],
  mentions: readonly ReferenceMention[],
  look: LookBuilder,
): void {
  for (const [index, reference] of references.slice(0, 2).entries()) {
    const mention =
      mentions.find((other) => other.index === index && other.role !== null) ??
      mentions.find((other) => other.index === index) ??
      null;
    const role = reference.role ?? mention?.role ?? guessRole(reference.stats);
    const said = {
      category: 'reference' as const,
      text: mention ? prompt.slice(...mention.span) : `Image ${index + 2}`,
      span: mention?.span ?? null,
    };
    const strength = STRENGTHS[role];
    const effect = applyRole(prompt, role, index as 0 | 1, reference.stats, strength, mention, look, said);
    const guessed = reference.role === null && (mention?.role ?? null) === null;
    look.addReference({ index, role, guessed, strength, effect });
    for (const extra of mentions.filter((other) => other.index === index && other !== mention)) {
      look.say({ category: 'reference', text: prompt.slice(...extra.span), span: extra.span }, effect);
    }
  }
}

function applyRole(
  prompt: string,
  role: ReferenceRole,
  index: 0 | 1,
  stats: ReferenceStats | null,
  strength: number,
  mention: ReferenceMention | null,
  look: LookBuilder,
  said: Parameters<LookBuilder['say']>[0],
): string {
  const name = `Image ${index + 2}`;
  const unmeasured = stats ? '' : ' It has not been measured yet.';
  switch (role) {
    case 'background': {
      const effect = `${name} stands behind the scene, and the light follows its brightness and warmth.${unmeasured}`;
      const note = look.say(said, effect);
      look.setBackground({ kind: 'reference', index }, note);
      if (stats) matchLight(stats, look, note);
      return effect;
    }
    case 'material': {
      const target = materialTarget(prompt, mention, look);
      const effect = `Colour and texture of ${name} for ${target.text === 'everything' ? 'the whole model' : target.text}.${unmeasured}`;
      const note = look.say(said, effect);
      const color = stats?.palette[0]?.colorSrgb ?? null;
      look.assign(
        {
          target: target.target,
          targetText: target.text,
          surface: aSurface(name, { colorSrgb: color }),
          fromReference: index,
        },
        note,
      );
      return effect;
    }
    case 'subject': {
      const effect = `The built-in engine cannot put what ${name} shows into the scene; only its colours are used, lightly.`;
      look.say(said, effect);
      if (stats) takeOver(stats, strength, look, false);
      return effect;
    }
    case 'palette': {
      const effect = `The colours of ${name} tint shadows and highlights.${unmeasured}`;
      look.say(said, effect);
      if (stats) takeOver(stats, strength, look, false);
      return effect;
    }
    case 'style': {
      const effect = `Colours, contrast and tone follow ${name}.${unmeasured}`;
      look.say(said, effect);
      if (stats) takeOver(stats, strength, look, true);
      return effect;
    }
  }
}

/** Palette and split tone; with `tone` exposure, contrast and saturation too. */
function takeOver(stats: ReferenceStats, strength: number, look: LookBuilder, tone: boolean): void {
  for (const { colorSrgb, weight } of stats.palette) look.addPalette(colorSrgb, weight);
  const isGrey = stats.saturation < 0.02;
  const grade: Partial<Look['grade']> = {
    shadowsSrgb: stats.shadowsSrgb,
    highlightsSrgb: stats.highlightsSrgb,
    splitTone: clamp(strength * (tone ? 0.6 : 0.5), 0, 1),
  };
  if (tone) {
    const median = stats.lightnessPercentiles[3];
    grade.exposureEv = clamp((median - NEUTRAL.lightness) * 2.2 * strength, -0.9, 0.7);
    grade.contrast = clamp((stats.contrast - NEUTRAL.contrast) * 0.8 * strength, -0.35, 0.35);
    grade.saturation = clamp((stats.saturation - NEUTRAL.saturation) * 1.2 * strength, -0.4, 0.3);
    grade.temperature = clamp(stats.mean.b * 2.2 * strength, -0.35, 0.35);
    if (isGrey) grade.monochrome = true;
  }
  look.applyGrade(grade);
}

/** Light that could have lit the picture, so that the scene sits in it. */
function matchLight(stats: ReferenceStats, look: LookBuilder, note: ReturnType<LookBuilder['say']>): void {
  const isDark = stats.mean.l < 0.35;
  const highlights = oklabFromHex(stats.highlightsSrgb);
  const warmth = highlights.b;
  const hasSky = stats.topLightness > stats.bottomLightness + 0.06;
  if (!look.hasLight) {
    if (isDark && warmth < 0.02)
      look.apply({ sun: { elevationDegrees: 30, azimuthDegrees: -110, moon: true } }, note);
    else if (hasSky && warmth > 0.045)
      look.apply({ sun: { elevationDegrees: 7, azimuthDegrees: -125 }, sky: { turbidity: 4 } }, note);
    else if (hasSky)
      look.apply(
        {
          sun: { elevationDegrees: 36, azimuthDegrees: -60 },
          sky: { cloudCover: stats.contrast < 0.5 && chromaOf(highlights) < 0.03 ? 0.9 : 0.15 },
        },
        note,
      );
    else
      look.apply(
        {
          studio: {
            set: 'softbox',
            keyColorSrgb: '#ffffff',
            fill: 0.5,
            softness: 0.8,
            keyAzimuthDegrees: -45,
          },
        },
        note,
      );
  }
  look.applyGrade({
    exposureEv: clamp((stats.mean.l - 0.6) * 1.2, -0.7, 0.35),
    temperature: clamp(stats.mean.b * 1.6, -0.25, 0.25),
    splitTone: 0.12,
    shadowsSrgb: stats.shadowsSrgb,
    highlightsSrgb: stats.highlightsSrgb,
  });
}

function materialTarget(
  prompt: string,
  mention: ReferenceMention | null,
  look: LookBuilder,
): { target: 'all' | string[]; text: string } {
  if (mention) {
    const words = wordsOfName(prompt.slice(...mention.clause));
    for (const word of words) {
      const found = look.index.find(word);
      if (found && found.tier <= 3) return { target: found.target, text: word };
    }
  }
  const main = look.index.mainTarget ?? 'all';
  return { target: main, text: main === 'all' ? 'everything' : 'the main object' };
}
