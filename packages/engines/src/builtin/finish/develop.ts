import type { View } from '@diorama/conditioning';
import { blur, forEachRow } from '@diorama/conditioning';
import type { Look } from '@diorama/contracts';
import type { Film, Vec3 } from '@diorama/tracer';
import type { Composition } from '../compose/compose-scene.ts';
import { samplePlate } from '../compose/compose-scene.ts';
import { lookUp } from '../environment/equirect.ts';
import { addAir } from './air.ts';
import { addBloom } from './bloom.ts';
import { luminance, smoothstep } from './colour.ts';
import { createSceneGrade, gradeDisplay } from './grade.ts';
import { type TonePalette, transferPalette } from './palette-transfer.ts';
import { addPrecipitation } from './precipitation.ts';
import { createToneMapper, type ToneCurve } from './tone-map.ts';

export interface DevelopInput {
  /** Clean radiance; changed in place and returned as display-linear. */
  readonly rgb: Float32Array;
  readonly film: Pick<Film, 'width' | 'height' | 'depth' | 'objectId' | 'coverage'>;
  readonly composition: Composition;
  readonly view: View;
  readonly look: Look;
  readonly exposure: number;
  /** Share of each pixel that the shadow-catching floor fills; by the pixel's middle when null. */
  readonly matte: Float32Array | null;
  /** Gains per channel, see `meterWhiteBalance`. */
  readonly whiteBalance: readonly [number, number, number];
  readonly palette: { readonly target: TonePalette; readonly tone: number; readonly color: number } | null;
  readonly seed: number;
  /** Without it the preview stays cheap: no bloom, precipitation or grain. */
  readonly full: boolean;
  readonly signal: AbortSignal;
}

/** Endless floors begin to melt into the distance here, in radii of the scene. */
const SKY_FADE_RADII = 30;
/** Over a panorama it begins earlier: half a radius beyond the subject, counted from its far side. */
const PANORAMA_FADE_RADII = 1.5;
const STUDIO_FADE_RADII = 7;

/** Filmic where light is part of the subject, neutral where colours shall come out as they were named. */
function toneCurveFor(look: Look): ToneCurve {
  if (look.style !== 'photo' && look.style !== 'clay') return 'neutral';
  if (look.background.kind === 'reference') return 'neutral';
  if (look.lighting.kind === 'studio')
    return look.lighting.set === 'neon' || look.lighting.set === 'candle' ? 'filmic' : 'neutral';
  return 'filmic';
}

/** From radiance to the finished photograph: air, exposure, light in the lens, tone, grade. */
export async function develop(input: DevelopInput): Promise<Float32Array> {
  const { rgb, film, composition, view, look, exposure, signal, full } = input;
  const { width, height } = film;
  const { rig, backplate, extent } = composition;
  const plate = backplate.kind !== 'environment';
  const scratch = new Float32Array(3);
  const cameraDistance = Math.hypot(
    view.position[0] - extent.center[0],
    view.position[1] - extent.center[1],
    view.position[2] - extent.center[2],
  );
  const fadeRadii = look.lighting.kind === 'studio' ? STUDIO_FADE_RADII : SKY_FADE_RADII;

  const shadows = plate ? await catchShadows(input) : null;
  await addAir({
    rgb,
    width,
    height,
    depth: film.depth,
    objectId: film.objectId,
    coverage: film.coverage,
    view,
    horizon: plate ? plateHorizon(input) : rig.horizon,
    // A panorama has a floor of its own, into which ours dissolves without a seam.
    distance:
      rig.bakedPanorama && !plate ? (direction, out) => lookUp(rig.environment, direction, out) : null,
    backdrop: plate ? null : rig.backdrop,
    tracedBackground: (direction: Vec3, out: Float32Array) => lookUp(rig.environment, direction, out),
    isEndlessFloor: composition.isEndlessFloor,
    floorFadeM: rig.bakedPanorama
      ? cameraDistance + extent.radius * PANORAMA_FADE_RADII
      : Math.max(fadeRadii * extent.radius, cameraDistance * 2.5),
    floorFadePower: rig.bakedPanorama ? 5 : 1.5,
    atmosphere: look.atmosphere,
    nearM: Math.max(0, cameraDistance - extent.radius),
    farM: cameraDistance + extent.radius * 1.4,
    signal,
  });

  for (let i = 0; i < rgb.length; i++) rgb[i] = Math.max(0, rgb[i]! * exposure);
  if (full) {
    const farM = cameraDistance + extent.radius * 5;
    await addPrecipitation(
      rgb,
      width,
      height,
      film.depth,
      look.atmosphere,
      cameraDistance * 0.12,
      farM,
      input.seed,
      signal,
    );
    // Every lens spills a little, or suns and lamps look pasted.
    await addBloom(
      rgb,
      width,
      height,
      Math.max(look.grade.bloom, look.lighting.kind === 'studio' ? 0.03 : 0.1),
      signal,
    );
  }

  const mapper = createToneMapper(toneCurveFor(look));
  const grade = createSceneGrade(look.grade, input.whiteBalance);
  const shift = 2 ** look.grade.exposureEv;
  const ratio = width / height;
  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const at = i * 3;
      // Exposure, white balance and contrast of the look are for the light; a plate comes as it was given.
      const behind = plate ? 1 - film.coverage[i]! : 0;
      const caught = shadows?.matte[i] ?? 0;
      const lit = shadows?.lit[i] ?? 1;
      if (behind + caught > 0.999) {
        samplePlate(backplate, (x + 0.5) / width, (y + 0.5) / height, ratio, scratch);
        for (let c = 0; c < 3; c++) rgb[at + c] = scratch[c]! * (behind + caught * lit);
        continue;
      }
      if (caught > 0) {
        samplePlate(backplate, (x + 0.5) / width, (y + 0.5) / height, ratio, scratch);
        for (let c = 0; c < 3; c++) rgb[at + c]! += scratch[c]! * caught * lit;
      }
      rgb[at]! *= shift;
      rgb[at + 1]! *= shift;
      rgb[at + 2]! *= shift;
      grade(rgb, at);
      mapper.apply(rgb, at);
      const share = behind + caught * lit;
      if (share > 0) {
        // The plate was mixed in as light; what tone and grade did to that share is taken back.
        samplePlate(backplate, (x + 0.5) / width, (y + 0.5) / height, ratio, scratch);
        const wanted = [scratch[0]!, scratch[1]!, scratch[2]!];
        for (let c = 0; c < 3; c++) scratch[c] = scratch[c]! * shift;
        grade(scratch, 0);
        mapper.apply(scratch, 0);
        for (let c = 0; c < 3; c++)
          rgb[at + c] = Math.max(0, rgb[at + c]! + share * (wanted[c]! - scratch[c]!));
      }
    }
  });
  if (input.palette)
    await transferPalette(
      rgb,
      width,
      height,
      input.palette.target,
      input.palette.tone,
      input.palette.color,
      signal,
    );
  // A transferred palette already tints shadows and highlights.
  const splitTone = input.palette ? 0 : look.grade.splitTone;
  const finalGrade = { ...look.grade, splitTone, grain: full ? look.grade.grain : 0 };
  await gradeDisplay(rgb, width, height, finalGrade, input.seed, signal);
  return rgb;
}

/** Over a plate, fog takes the plate's own colour around the middle. */
function plateHorizon({
  composition,
  exposure,
  film,
}: DevelopInput): (direction: Vec3, out: Float32Array) => void {
  const color = new Float32Array(3);
  samplePlate(composition.backplate, 0.5, 0.45, film.width / film.height, color);
  for (let c = 0; c < 3; c++) color[c]! /= exposure;
  return (_, out) => out.set(color);
}

interface Shadows {
  /** Share of each pixel that the catcher fills. */
  readonly matte: Float32Array;
  /** Share of the plate's light that is left, 0 to 1. */
  readonly lit: Float32Array;
}

/** In daylight shadows are never black: the sky of the photograph lights them too. */
const PHOTOGRAPH_SHADOW = 0.82;
const PLAIN_SHADOW = 0.62;

/**
 * Takes the shadow-catching floor out of the radiance and gives back how much of the plate's light it leaves. The
 * floor is an even grey under even light, so what is darker than its open parts is shadow.
 */
async function catchShadows(input: DevelopInput): Promise<Shadows | null> {
  const { rgb, film, composition, look, signal } = input;
  const { width, height, objectId } = film;
  const matte = input.matte ?? Float32Array.from(objectId, (id) => (composition.isShadowCatcher(id) ? 1 : 0));
  const levels: number[] = [];
  // Radiance of the floor alone, spread over its border so that mixed pixels can be taken apart.
  const floor = new Float32Array(width * height * 4);
  for (let i = 0; i < objectId.length; i++) {
    if (matte[i]! < 0.99 || !composition.isShadowCatcher(objectId[i]!)) continue;
    const light = luminance(rgb[i * 3]!, rgb[i * 3 + 1]!, rgb[i * 3 + 2]!);
    if (i % 3 === 0) levels.push(light);
    for (let c = 0; c < 3; c++) floor[i * 4 + c] = rgb[i * 3 + c]!;
    floor[i * 4 + 3] = 1;
  }
  if (levels.length < 16) return null;
  levels.sort((a, b) => a - b);
  const open = Math.max(1e-9, levels[Math.floor(levels.length * 0.7)]!);
  await blur(floor, width, height, 4, 1.1, signal);
  const lit = new Float32Array(width * height).fill(1);
  const depthOfShadow = look.background.kind === 'reference' ? PHOTOGRAPH_SHADOW : PLAIN_SHADOW;
  await forEachRow(height, signal, (y) => {
    for (let i = y * width; i < (y + 1) * width; i++) {
      const share = matte[i]!;
      const known = floor[i * 4 + 3]!;
      if (share <= 0 || known < 1e-3) continue;
      const light = luminance(floor[i * 4]!, floor[i * 4 + 1]!, floor[i * 4 + 2]!) / known;
      lit[i] = 1 - (1 - smoothstep(0, 0.9, light / open)) * depthOfShadow;
      for (let c = 0; c < 3; c++)
        rgb[i * 3 + c] =
          share > 0.99 ? 0 : Math.max(0, rgb[i * 3 + c]! - (share * floor[i * 4 + c]!) / known);
    }
  });
  return { matte, lit };
}
