import type { Surface } from '@diorama/contracts';
import { type ColorChange, changeColor } from '../color/change-color.ts';
import { adjustHex, clamp, hexFromOklab, oklabFromHex } from '../color/oklab.ts';
import { aSurface } from '../default-look.ts';
import type { MaterialTerm } from '../vocabulary/types.ts';
import type { Descriptor } from './descriptor.ts';

/** A material of the vocabulary as a surface. Everything is set: a wooden thing must not keep the glass it was. */
export function surfaceOf(name: string, material: MaterialTerm): Surface {
  const { texture } = material;
  return aSurface(name, {
    colorSrgb: material.colorSrgb,
    roughness: material.roughness,
    metalness: material.metalness ?? 0,
    transmission: material.transmission ?? 0,
    thinWalled: material.thinWalled ?? false,
    ior: material.ior ?? null,
    clearcoat: material.clearcoat ?? 0,
    sheenSrgb: material.sheenSrgb ?? null,
    emission: material.emission ?? null,
    texture: texture
      ? {
          kind: texture.kind,
          scaleM: texture.scaleM,
          colorASrgb: material.colorSrgb,
          colorBSrgb: texture.colorBSrgb,
          roughnessVariation: texture.roughnessVariation ?? 0,
          bumpHeightM: texture.bumpHeightM ?? 0,
        }
      : null,
    wetness: material.wetness ?? 0,
  });
}

/** The texture's second colour keeps its distance to the first when the first is recoloured. */
function recolor(surface: Surface, colorSrgb: string, secondSrgb: string | null): Surface {
  if (!surface.texture) return { ...surface, colorSrgb };
  const from = oklabFromHex(surface.texture.colorASrgb);
  const second = oklabFromHex(surface.texture.colorBSrgb);
  const to = oklabFromHex(colorSrgb);
  const ratio = from.l > 0.05 ? clamp(second.l / from.l, 0.55, 1.5) : 1;
  const keepsJoint = ['brick', 'tiles', 'checker'].includes(surface.texture.kind);
  const b =
    secondSrgb ??
    (keepsJoint
      ? surface.texture.colorBSrgb
      : hexFromOklab({ l: to.l * ratio, a: to.a * 0.9, b: to.b * 0.9 }));
  const sheenSrgb =
    surface.sheenSrgb === null
      ? null
      : adjustHex(colorSrgb, { l: (l) => l + (0.9 - l) * 0.5, c: (c) => c * 0.7 });
  return {
    ...surface,
    colorSrgb,
    sheenSrgb,
    texture: { ...surface.texture, colorASrgb: colorSrgb, colorBSrgb: b },
  };
}

/** What a group comes to. */
export interface DescribedSurface {
  surface: Surface;
  /** Colours of the group after its modifiers, in order. */
  colors: string[];
  hasMaterial: boolean;
  /** Words of the group that could not be used (a second material). */
  unused: Descriptor[];
}

/** Reads a group of descriptors into one surface. */
export function readSurface(group: readonly Descriptor[]): DescribedSurface {
  // Of several materials the last before the noun counts; before it a word like "gold" is a colour.
  const materials = group.filter((item) => item.material);
  const main = materials.findLast((item) => !item.color) ?? materials.at(-1);
  const unused: Descriptor[] = [];
  const colors: string[] = [];
  let changes: { change: ColorChange; intensity: number }[] = [];
  const materialChanges: { change: ColorChange; intensity: number }[] = [];
  const finishes: Descriptor[] = [];
  let position = 0;
  for (const item of group) {
    position += 1;
    if (item === main) {
      materialChanges.push(...changes);
      changes = [];
      continue;
    }
    if (item.color) {
      colors.push(
        changes.reduce(
          (hex, { change, intensity }) => changeColor(hex, change, intensity),
          item.color.colorSrgb,
        ),
      );
      changes = [];
    } else if (item.material) {
      // "Oak herringbone", "knitted wool": one names the kind of the other.
      const isSameFamily = item.material.material === main?.material?.material;
      const isWoodOfFloor =
        item.material.material.texture?.kind === 'wood' &&
        /^(?:planks|wood)$/.test(main?.material?.material.texture?.kind ?? '');
      if (isWoodOfFloor) colors.push(item.material.material.colorSrgb);
      else if (!isSameFamily) unused.push(item);
    } else if (item.modifier) {
      const { color, surface } = item.modifier.modifier;
      if (color && !(color === 'muted' && surface))
        changes.push({ change: color, intensity: item.intensity });
      else if (color) materialChanges.push({ change: color, intensity: item.intensity });
      if (surface) finishes.push(item);
      // "Neon" and "soft" before nothing that has a colour are kept for the whole.
      if (position === group.length) materialChanges.push(...changes);
    }
  }
  let surface = main?.material ? surfaceOf(main.material.name, main.material.material) : aSurface('');
  const baseColor = colors[0] ?? null;
  if (baseColor !== null) surface = recolor(surface, baseColor, colors[1] ?? null);
  else if (surface.colorSrgb !== null) {
    const changed = materialChanges.reduce(
      (hex, { change, intensity }) => changeColor(hex, change, intensity),
      surface.colorSrgb,
    );
    if (changed !== surface.colorSrgb) surface = recolor(surface, changed, null);
  }
  for (const item of finishes) {
    const change = item.modifier!.modifier.surface!;
    if (change.roughness !== undefined) surface.roughness = change.roughness;
    if (change.metalness !== undefined && surface.transmission !== 1)
      surface.metalness = Math.max(change.metalness, surface.metalness ?? 0);
    if (change.transmission !== undefined) {
      surface.transmission = change.transmission;
      surface.metalness = 0;
    }
    if (change.clearcoat !== undefined && !(surface.metalness === 1 && !main))
      surface.clearcoat = change.clearcoat;
    if (change.emission !== undefined) surface.emission = clamp(change.emission * item.intensity, 0, 100);
    if (change.wetness !== undefined) surface.wetness = clamp(change.wetness * item.intensity, 0, 1);
    if (surface.texture) {
      surface.texture.roughnessVariation = clamp(
        Math.max(surface.texture.roughnessVariation, change.roughnessVariation ?? 0),
        0,
        1,
      );
      surface.texture.bumpHeightM = Math.max(surface.texture.bumpHeightM, change.bumpHeightM ?? 0);
    } else if (change.roughnessVariation !== undefined && surface.colorSrgb !== null) {
      surface.texture = {
        kind: 'noise',
        scaleM: 0.06,
        colorASrgb: surface.colorSrgb,
        colorBSrgb: changeColor(surface.colorSrgb, 'dark', 0.7),
        roughnessVariation: change.roughnessVariation,
        bumpHeightM: change.bumpHeightM ?? 0.0003,
      };
    }
  }
  surface.name = group
    .filter((item) => !unused.includes(item))
    .map((item) => item.text.toLowerCase())
    .join(' ')
    .slice(0, 200);
  return { surface, colors, hasMaterial: main !== undefined, unused };
}

/** Whether the words have said nothing that shows ("soft" alone, before a chair). */
export const changesNothing = (surface: Surface): boolean =>
  surface.colorSrgb === null &&
  surface.roughness === null &&
  surface.metalness === null &&
  surface.transmission === null &&
  surface.emission === null &&
  surface.wetness === 0 &&
  surface.clearcoat === null;
