import type { ChangedMaterial, MaterialField, ObjectChange, SceneDiff, SceneObject } from '@diorama/scene';
import { metres } from './camera-words.ts';

/** A line about something that was done to the scene. */
export interface SceneLine {
  readonly sign: 'added' | 'removed' | 'changed';
  readonly name: string;
  readonly words: string;
}

/** The difference of two scenes, a line for each thing. */
export function sceneLines(diff: SceneDiff): SceneLine[] {
  return [
    ...(diff.renamed
      ? [
          {
            sign: 'changed' as const,
            name: 'Scene',
            words: `renamed from “${diff.renamed.before}” to “${diff.renamed.after}”`,
          },
        ]
      : []),
    ...diff.added.map((one) => ({ sign: 'added' as const, name: nameOf(one), words: `added${parts(one)}` })),
    ...diff.removed.map((one) => ({
      sign: 'removed' as const,
      name: nameOf(one),
      words: `removed${parts(one)}`,
    })),
    ...diff.changed.map((one) => ({
      sign: 'changed' as const,
      name: nameOf(one),
      words: one.changes.map(objectChangeInWords).join(', '),
    })),
    ...diff.materials.map((one) => ({
      sign: 'changed' as const,
      name: `${nameOf(one)} (material)`,
      words: materialInWords(one),
    })),
    ...(['added', 'removed', 'changed'] as const).flatMap((sign) =>
      diff.views[sign].map((name) => ({ sign, name: `${name} (view)`, words: sign })),
    ),
  ];
}

const nameOf = ({ name }: { readonly name: string }) => name || 'Without a name';
const parts = ({ parts: count }: SceneObject) =>
  count === 0 ? '' : count === 1 ? ', with 1 part' : `, with ${count} parts`;

function objectChangeInWords(change: ObjectChange): string {
  switch (change.kind) {
    case 'renamed':
      return `renamed from “${change.before}”`;
    case 'moved':
      return `moved by ${metres(change.byM)}`;
    case 'turned':
      return `turned by ${change.byDegrees < 10 ? change.byDegrees.toFixed(1) : change.byDegrees.toFixed(0)}°`;
    case 'scaled': {
      const [x, y, z] = change.factors.map((factor) => `${Math.round(factor * 100)} %`);
      return `scaled to ${x === y && y === z ? x : `${x}, ${y}, ${z}`}`;
    }
    case 'hidden':
      return 'hidden';
    case 'shown':
      return 'shown';
    case 'reparented':
      return change.after === null ? 'taken out of its group' : `put under ${change.after}`;
    case 'reshaped':
      return 'another mesh';
    case 'repainted':
      return `${change.before.join(', ')} → ${change.after.join(', ')}`;
    case 'relit':
      return 'another light';
  }
}

const FIELD_NAMES: Partial<Record<MaterialField, string>> = {
  name: 'name',
  baseColorLinear: 'colour',
  emissiveLinear: 'glow',
  emissiveStrength: 'strength of the glow',
  attenuationColorLinear: 'colour inside',
  attenuationDistanceM: 'depth of colour',
  thicknessM: 'thickness',
  sheenColorLinear: 'sheen',
  baseColorTexture: 'picture',
  metallicRoughnessTexture: 'roughness picture',
  normalTexture: 'relief picture',
  occlusionTexture: 'occlusion picture',
  emissiveTexture: 'glow picture',
};

function materialInWords({ fields }: ChangedMaterial): string {
  return fields
    .map(({ field, before, after }) => `${fieldName(field)} ${shown(before)} → ${shown(after)}`)
    .join(', ');
}

function fieldName(field: MaterialField): string {
  return FIELD_NAMES[field] ?? field.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}

function shown(value: ChangedMaterial['fields'][number]['before']): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return hexOf(value);
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' ? value : 'another one';
}

/** Linear colour as people write colours. */
function hexOf(linear: readonly number[]): string {
  return `#${linear
    .map((value) => {
      const share = Math.min(1, Math.max(0, value));
      const encoded = share <= 0.003_130_8 ? share * 12.92 : 1.055 * share ** (1 / 2.4) - 0.055;
      return Math.round(encoded * 255)
        .toString(16)
        .padStart(2, '0');
    })
    .join('')}`;
}
