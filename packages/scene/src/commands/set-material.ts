import type { MaterialFields } from '../records/create-records.ts';
import { type MaterialRecord, materialRecordSchema, type SceneDocument } from '../records/scene-document.ts';
import { type CommandDefinition, invalidCommand, requireValid } from './command.ts';
import { currentFields, withRecord } from './edit-records.ts';

/** Changes fields of a material, for everything that uses it. To paint one object alone, see `ownMaterial`. */
export interface SetMaterial {
  readonly type: 'set-material';
  readonly materialId: string;
  readonly changes: Partial<MaterialFields>;
}

const changesSchema = materialRecordSchema.omit({ id: true }).partial().strict();

function requireMaterial(document: SceneDocument, materialId: string): MaterialRecord {
  const material = Object.hasOwn(document.materials, materialId) ? document.materials[materialId] : undefined;
  if (!material) throw invalidCommand(`There is no material "${materialId}" in the scene.`);
  return material;
}

export const setMaterial: CommandDefinition<SetMaterial> = {
  type: 'set-material',
  apply(document, command) {
    const material = requireMaterial(document, command.materialId);
    requireValid(changesSchema, command.changes, 'changes');
    return {
      document: withRecord(document, 'materials', { ...material, ...command.changes }),
      inverse: { ...command, changes: currentFields<MaterialFields>(material, command.changes) },
    };
  },
  label: (document, { materialId }) =>
    `Change material ${requireMaterial(document, materialId).name}`.trimEnd(),
  merge: (first, second) =>
    first.materialId === second.materialId
      ? { ...second, changes: { ...first.changes, ...second.changes } }
      : null,
};
