import type { Grade } from '@diorama/contracts';
import { clamp } from '../color/oklab.ts';

type NumberKey = {
  [Key in keyof Grade]: Grade[Key] extends number ? Key : never;
}[keyof Grade];
const RANGES: Record<Exclude<NumberKey, 'splitTone'>, readonly [number, number]> = {
  exposureEv: [-5, 5],
  contrast: [-1, 1],
  saturation: [-1, 1],
  temperature: [-1, 1],
  tint: [-1, 1],
  vignette: [0, 1],
  grain: [0, 1],
  bloom: [0, 1],
};
const KEYS = Object.keys(RANGES) as (keyof typeof RANGES)[];

/** Adds to a grade in place: numbers add up within their ranges, colours and switches replace. */
export function addToGrade(target: Grade, grade: Partial<Grade>, intensity: number): void {
  for (const key of KEYS) {
    const value = grade[key];
    if (value !== undefined) target[key] = clamp(target[key] + value * intensity, ...RANGES[key]);
  }
  if (grade.shadowsSrgb !== undefined) target.shadowsSrgb = grade.shadowsSrgb;
  if (grade.highlightsSrgb !== undefined) target.highlightsSrgb = grade.highlightsSrgb;
  if (grade.monochrome !== undefined) target.monochrome = grade.monochrome;
  if (grade.splitTone !== undefined)
    target.splitTone = clamp(Math.max(target.splitTone, grade.splitTone * intensity), 0, 1);
}
