import type { Look } from '@diorama/contracts';
import { colorName } from './color/color-name.ts';
import { chromaOf, oklabFromHex } from './color/oklab.ts';

/** Sentences about a look, for chips and for `--explain`. */

const sideOf = (azimuthDegrees: number): string => {
  const angle = Math.abs(azimuthDegrees);
  const side = azimuthDegrees < 0 ? 'the left' : 'the right';
  if (angle < 15) return 'from behind the camera';
  if (angle < 70) return `from the front and ${side}`;
  if (angle < 110) return `from ${side}`;
  if (angle < 160) return `from ${side} and behind`;
  return 'from behind the subject';
};

const warmthOf = (elevationDegrees: number): string =>
  elevationDegrees < 0
    ? 'only twilight is left'
    : elevationDegrees < 10
      ? 'warm light'
      : elevationDegrees < 20
        ? 'slightly warm light'
        : 'clear white light';

const SET_NAMES: Record<Extract<Look['lighting'], { kind: 'studio' }>['set'], string> = {
  softbox: 'a large softbox',
  'high-key': 'bright light from all sides',
  'low-key': 'one small light and dark surroundings',
  rim: 'an edge light from behind',
  window: 'window light',
  ring: 'a ring light around the camera',
  neon: 'neon tubes',
  overhead: 'a light from above',
  candle: 'candle light',
  neutral: 'even neutral light',
};

export function describeLighting(look: Look): string {
  const { lighting } = look;
  if (lighting.kind === 'hdri') return `Light and reflections of a place: ${lighting.name}.`;
  if (lighting.kind === 'studio') {
    const isTinted = chromaOf(oklabFromHex(lighting.keyColorSrgb)) > 0.04;
    const colors = isTinted ? `, ${colorName(lighting.keyColorSrgb)}` : '';
    const accent = lighting.set === 'neon' ? ` and ${colorName(lighting.accentColorSrgb)}` : '';
    return `Studio with ${SET_NAMES[lighting.set]}, ${sideOf(lighting.keyAzimuthDegrees)}${colors}${accent}.`;
  }
  const clouds =
    lighting.cloudCover > 0.85
      ? 'overcast sky'
      : lighting.cloudCover > 0.5
        ? 'cloudy sky'
        : lighting.cloudCover > 0.2
          ? 'some clouds'
          : 'clear sky';
  const where = sideOf(lighting.sunAzimuthDegrees);
  const height = Math.round(lighting.sunElevationDegrees);
  if (lighting.moon) return `Moonlit night, moon ${height} degrees above the horizon, ${where}; ${clouds}.`;
  if (height < 0) return `Sun ${-height} degrees below the horizon: only twilight is left; ${clouds}.`;
  if (lighting.cloudCover > 0.85) return `Overcast sky, no direct sun: soft light without hard shadows.`;
  return `Sun ${height} degrees above the horizon, ${where}; ${warmthOf(height)}, ${clouds}.`;
}

export function describeGround(look: Look): string {
  const { ground } = look;
  if (ground.kind === 'none') return "The scene's own floor stays.";
  const wet =
    ground.surface.wetness > 0.3 && !/\b(?:wet|damp|soaked)\b/.test(ground.surface.name) ? 'wet ' : '';
  const forms = { plane: 'Endless floor', backdrop: 'Backdrop', plinth: 'Round podium' } as const;
  return `${forms[ground.kind]}: ${wet}${ground.surface.name}.`;
}

/** The lens in a sentence; `only` leaves out what a word did not speak of. */
export function describeLens(look: Look, only: 'focal-length' | 'depth-of-field' | null = null): string {
  const { lens } = look;
  const parts: string[] = [];
  if (only === 'focal-length') return `${Math.round(lens.focalLengthMm ?? 50)} mm lens.`;
  if (lens.focalLengthMm !== null && only === null) parts.push(`${Math.round(lens.focalLengthMm)} mm lens`);
  if (lens.depthOfField > 0.7) parts.push('very shallow depth of field');
  else if (lens.depthOfField > 0.3) parts.push('shallow depth of field');
  else if (lens.depthOfField > 0) parts.push('slightly blurred background');
  else parts.push('everything sharp');
  const sentence = parts.join(', ');
  return `${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`;
}

const describeBackground = ({ background }: Look): string => {
  if (background.kind === 'environment') return 'what lights the scene';
  if (background.kind === 'color') return background.colorSrgb;
  if (background.kind === 'gradient') return `${background.topSrgb} to ${background.bottomSrgb}`;
  return `reference ${background.index + 1}`;
};

function describeGrade({ grade }: Look): string {
  const parts: string[] = [];
  for (const key of [
    'exposureEv',
    'contrast',
    'saturation',
    'temperature',
    'tint',
    'vignette',
    'grain',
    'bloom',
  ] as const) {
    const value = grade[key];
    if (Math.abs(value) >= 0.005)
      parts.push(`${key === 'exposureEv' ? 'exposure' : key} ${value > 0 ? '+' : ''}${value.toFixed(2)}`);
  }
  if (grade.splitTone > 0)
    parts.push(
      `split tone ${grade.shadowsSrgb ?? 'none'} / ${grade.highlightsSrgb ?? 'none'} ${grade.splitTone.toFixed(2)}`,
    );
  if (grade.monochrome) parts.push('black and white');
  return parts.length > 0 ? parts.join(', ') : 'neutral';
}

/** The look as lines of plain text: what was understood, what not, and what it comes to. */
export function describeLook(look: Look): string {
  const lines: string[] = [];
  if (look.directives.length > 0) {
    lines.push('Understood');
    for (const directive of look.directives)
      lines.push(`  ${directive.text} (${directive.category}): ${directive.effect}`);
  }
  if (look.notUnderstood.length > 0) {
    lines.push('Not understood');
    for (const entry of look.notUnderstood)
      lines.push(`  ${entry.text}${entry.reason ? `: ${entry.reason}` : ''}`);
  }
  if (look.noEffect && look.noEffect.length > 0) {
    lines.push('Without effect', `  ${look.noEffect.map(({ text }) => text).join(', ')}`);
  }
  lines.push('Look');
  lines.push(`  style       ${look.style}`);
  lines.push(`  light       ${describeLighting(look)}`);
  lines.push(`  background  ${describeBackground(look)}`);
  lines.push(`  ground      ${describeGround(look)}`);
  for (const { targetText, surface, fromReference } of look.materials) {
    lines.push(
      `  material    ${targetText}: ${fromReference === null ? surface.name : `from reference ${fromReference + 1}`}`,
    );
  }
  lines.push(`  lens        ${describeLens(look)}`);
  const { fog, precipitation } = look.atmosphere;
  if (fog > 0) lines.push(`  air         fog ${fog.toFixed(2)}`);
  if (precipitation !== 'none')
    lines.push(`  air         ${precipitation} ${look.atmosphere.precipitationAmount.toFixed(2)}`);
  lines.push(`  grade       ${describeGrade(look)}`);
  for (const reference of look.references) {
    lines.push(
      `  reference   ${reference.index + 1} as ${reference.role}${reference.guessed ? ' (guessed)' : ''}: ${reference.effect}`,
    );
  }
  return lines.join('\n');
}
