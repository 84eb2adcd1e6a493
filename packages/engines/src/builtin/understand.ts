import { throwIfCanceled } from '@diorama/conditioning';
import type { Look, Warning } from '@diorama/contracts';
import { type ReferenceStats, readLook, referenceStats } from '@diorama/look';
import { toLookScene } from '@diorama/scene';
import type { EngineRequest } from '../kit/engine.ts';
import { decodePicture } from '../kit/images/decode-picture.ts';
import { paletteOfPicture, type TonePalette } from './finish/palette-transfer.ts';

export interface Understood {
  readonly look: Look;
  /** Palette and tone to take over; null when no reference is there for that. */
  readonly palette: { readonly target: TonePalette; readonly tone: number; readonly color: number } | null;
  readonly warnings: readonly Warning[];
}

/** Enough for colours and tone; what needs detail decodes the picture again. */
const STATS_EDGE = 256;

/** @throws {DioramaError} `invalid-image` or `image-too-large` for a reference. */
export async function understand(request: EngineRequest, signal: AbortSignal): Promise<Understood> {
  const pictures: { width: number; height: number; rgba: Uint8Array }[] = [];
  for (const { bytes } of request.references) {
    pictures.push(await decodePicture(bytes, STATS_EDGE));
    throwIfCanceled(signal);
  }
  const stats: ReferenceStats[] = pictures.map(referenceStats);
  const read = readLook({
    prompt: request.prompt,
    scene: request.scene ? toLookScene(request.scene.document) : null,
    references: request.references.map(({ role }, index) => ({ role, stats: stats[index] ?? null })),
  });
  const look = read.style === 'clay' ? withClayLight(read) : read;
  return { look, palette: paletteOf(look, pictures), warnings: warningsOf(look, request) };
}

/** Said about these, the light stays as it was said. */
const SCENIC: ReadonlySet<string> = new Set([
  'lighting',
  'time-of-day',
  'weather',
  'environment',
  'background',
  'reference',
]);

/** A clay model stands in a bright, quiet studio unless somebody asked for another light. */
function withClayLight(look: Look): Look {
  if (look.directives.some(({ category }) => SCENIC.has(category))) return look;
  return {
    ...look,
    lighting: {
      kind: 'studio',
      set: 'neutral',
      keyColorSrgb: '#fff6ea',
      accentColorSrgb: '#ffffff',
      fill: 0.45,
      softness: 0.55,
      keyAzimuthDegrees: -48,
    },
    background: { kind: 'gradient', topSrgb: '#e9e7e3', bottomSrgb: '#dcd8d2' },
    ground: look.ground.kind === 'none' ? { ...look.ground, kind: 'plane' } : look.ground,
  };
}

function paletteOf(look: Look, pictures: readonly { rgba: Uint8Array }[]): Understood['palette'] {
  const leading = look.references
    .filter(({ role }) => role === 'style' || role === 'palette')
    .toSorted((a, b) => b.strength - a.strength)[0];
  const picture = leading && pictures[leading.index];
  if (!leading || !picture) return null;
  // A palette brings its colours; a style brings its light and dark as well.
  const tone = leading.role === 'style' ? Math.min(1, leading.strength * 0.75) : 0;
  return { target: paletteOfPicture(picture.rgba), tone, color: Math.min(1, leading.strength * 1.15) };
}

function warningsOf(look: Look, { scene }: EngineRequest): Warning[] {
  const warnings: Warning[] = [];
  if (look.notUnderstood.length > 0) {
    const words = look.notUnderstood.map(({ text }) => `“${text}”`).join(', ');
    warnings.push({ code: 'not-understood', message: `Not understood: ${words}.` });
  }
  for (const { index, role, guessed } of look.references) {
    const name = `Image ${index + 2}`;
    if (guessed)
      warnings.push({
        code: 'reference-role-guessed',
        message: `${name} was taken as ${role}; choose a role to change that.`,
      });
    if (role === 'subject')
      warnings.push({
        code: 'reference-ignored',
        message: `The built-in engine cannot put what ${name} shows into the scene; only its colours were used.`,
      });
    if (role === 'material' && !scene)
      warnings.push({
        code: 'reference-ignored',
        message: `${name} is a material, and without the canvas there is nothing to put it on.`,
      });
  }
  if (!scene)
    warnings.push({
      code: 'canvas-ignored',
      message:
        'The canvas is off. The built-in engine draws only what a scene holds, so this shows the sky, ground and light of the prompt without objects.',
    });
  return warnings;
}
