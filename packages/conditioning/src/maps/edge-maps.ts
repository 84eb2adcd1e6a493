import type { Film } from '@diorama/tracer';
import { blur } from '../pixels/planes.ts';
import { findAlbedoEdges } from './albedo-edges.ts';
import { drawLines, LINE_WEIGHTS, markLines, spreadLines, thinOutCrowds } from './lines.ts';
import { thin } from './thin.ts';

/** The film of one exact ray per pixel; `albedo` may be of several. */
type EdgeFilm = Pick<Film, 'width' | 'height' | 'depth' | 'surfaceNormal' | 'objectId' | 'albedo'>;

/** Where edges run, by what makes them. */
export interface EdgeMarks {
  readonly width: number;
  readonly height: number;
  /** Weight of contours and creases (`LINE_WEIGHTS`), 0 for none. */
  readonly geometry: Float32Array;
  /** 1 where colours of surfaces meet away from any contour. */
  readonly albedo: Uint8Array;
}

/** A colour edge this close to a contour is the contour, seen again through the samples of a pixel. */
const SAME_EDGE_PX = 2;

/** Runs of fewer pixels, at a long edge of 1024, are no lines: grooves finer than a pixel show up as loose dots. */
const SPECK_PX = 10;

/** Finds what `cannyMap` and `lineartMap` draw: neither knows the light, so no shadow becomes an edge. */
export async function markEdges(film: EdgeFilm, signal: AbortSignal): Promise<EdgeMarks> {
  const { width, height } = film;
  const geometry = await markLines({ ...film, factor: 1 }, (id) => id > 0, signal);
  dropSpecks(geometry, width, height, Math.max(3, (SPECK_PX * Math.max(width, height)) / 1024));
  const albedo = await findAlbedoEdges(film.albedo, width, height, signal);
  for (let i = 0; i < albedo.length; i++)
    if (albedo[i] === 1 && hasNeighbour(geometry, width, height, i, SAME_EDGE_PX)) albedo[i] = 0;
  return { width, height, geometry, albedo };
}

/** Clears connected spots of fewer than `least` pixels, in place. */
function dropSpecks(plane: Float32Array, width: number, height: number, least: number): void {
  const seen = new Uint8Array(plane.length);
  const spot: number[] = [];
  for (let start = 0; start < plane.length; start++) {
    if (plane[start] === 0 || seen[start] === 1) continue;
    seen[start] = 1;
    spot.length = 0;
    spot.push(start);
    for (let k = 0; k < spot.length; k++) {
      const i = spot[k]!;
      const x = i % width;
      const y = (i - x) / width;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const j = ny * width + nx;
          if (seen[j] === 1 || plane[j] === 0) continue;
          seen[j] = 1;
          spot.push(j);
        }
      }
    }
    if (spot.length < least) for (const i of spot) plane[i] = 0;
  }
}

/** Whether a value above zero lies within `reach` pixels (a square) of pixel `i`. */
function hasNeighbour(plane: Float32Array, width: number, height: number, i: number, reach: number): boolean {
  const x = i % width;
  const y = (i - x) / width;
  for (let ny = Math.max(0, y - reach); ny <= Math.min(height - 1, y + reach); ny++)
    for (let nx = Math.max(0, x - reach); nx <= Math.min(width - 1, x + reach); nx++)
      if (plane[ny * width + nx]! > 0) return true;
  return false;
}

/**
 * What the Canny detector would find in an evenly lit picture: white lines of one pixel on black. It is made from
 * the geometry instead of from a picture: object boundaries, jumps in depth and creases come from one exact ray per
 * pixel, edges within a surface from a Canny detector on the reflectance alone.
 *
 * @returns Grey, one byte a pixel.
 */
export function cannyMap({ width, height, geometry, albedo }: EdgeMarks): Uint8Array {
  const mask = new Uint8Array(albedo.length);
  for (let i = 0; i < mask.length; i++) mask[i] = albedo[i] === 1 || geometry[i]! > 0 ? 1 : 0;
  thin(mask, width, height);
  for (let i = 0; i < mask.length; i++) mask[i]! *= 255;
  return mask;
}

/** Half the width of the heaviest and the lightest line at a long edge of 1024 pixels. */
const HEAVY_PX = 1.1;
const LIGHT_PX = 0.45;
/** One ray per pixel leaves stairs; a little blur takes them away, and what it takes of the brightness is given back. */
const SOFTNESS_PX = 0.6;
const GAIN = 1.35;
/** Lines of patterns and textures are fainter than any line of the form. */
const ALBEDO_WEIGHT = 0.3;

/**
 * A drawing in soft white lines on black, as line-art detectors make: contours heavy, creases lighter, patterns
 * faint, and crowds of lines (leaves, grass) thinned out.
 *
 * @returns Grey, one byte a pixel.
 */
export async function lineartMap(marks: EdgeMarks, signal: AbortSignal): Promise<Uint8Array> {
  const { width, height, geometry, albedo } = marks;
  const scale = Math.max(width, height) / 1024;
  const weights = geometry.slice();
  for (let i = 0; i < weights.length; i++)
    if (albedo[i] === 1 && weights[i]! < ALBEDO_WEIGHT) weights[i] = ALBEDO_WEIGHT;
  const field = await spreadLines(weights, { width, height, factor: 1 }, signal);
  const range = LINE_WEIGHTS.silhouette - ALBEDO_WEIGHT;
  const lines = await drawLines(
    field,
    (weight) =>
      (LIGHT_PX + ((HEAVY_PX - LIGHT_PX) * (weight - ALBEDO_WEIGHT)) / range) * Math.max(0.6, scale),
    signal,
  );
  for (let i = 0; i < lines.data.length; i++) lines.data[i]! *= 0.35 + 0.65 * field.weight[i]!;
  await thinOutCrowds(lines, Math.max(6, 8 * scale), signal);
  await blur(lines.data, width, height, 1, SOFTNESS_PX, signal);
  const out = new Uint8Array(lines.data.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.min(255, Math.round(lines.data[i]! * GAIN * 255));
  return out;
}
