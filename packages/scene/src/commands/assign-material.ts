import { findNode, requireNode } from '../queries/tree.ts';
import { createMaterial, type MaterialFields } from '../records/create-records.ts';
import { type MaterialRecord, materialRecordSchema, type SceneDocument } from '../records/scene-document.ts';
import { type CommandDefinition, invalidCommand, requireValid } from './command.ts';
import { freshId } from './fresh-id.ts';
import { restorationOf } from './restore-records.ts';
import type { SetMaterial } from './set-material.ts';
import { withoutNewlyUnused } from './unused-records.ts';

/** Puts a material on primitives of a node's mesh, and into the document where it is not there yet. */
export interface AssignMaterial {
  readonly type: 'assign-material';
  readonly nodeId: string;
  /** Which primitives of the mesh; absent means all. */
  readonly primitives?: readonly number[];
  /** Replaces a record of the same id. */
  readonly material: MaterialRecord;
}

export const assignMaterial: CommandDefinition<AssignMaterial> = {
  type: 'assign-material',
  apply(document, command) {
    const node = requireNode(document, command.nodeId);
    if (!node.mesh) throw invalidCommand(`"${node.name}" has no mesh to put a material on.`);
    const material = requireValid(materialRecordSchema, command.material, 'material');
    const materials = [...node.mesh.materials];
    for (const primitive of command.primitives ?? materials.keys()) {
      if (!(primitive in materials)) throw invalidCommand(`"${node.name}" has no primitive ${primitive}.`);
      materials[primitive] = material.id;
    }
    const edited: SceneDocument = {
      ...document,
      materials: { ...document.materials, [material.id]: material },
      nodes: { ...document.nodes, [node.id]: { ...node, mesh: { ...node.mesh, materials } } },
    };
    const after = withoutNewlyUnused(document, edited);
    return { document: after, inverse: restorationOf(document, after, this.label(document, command)) };
  },
  label: (document, { nodeId }) => `Change material of ${findNode(document, nodeId)?.name ?? 'object'}`,
};

/**
 * The commands that change a material on one node alone. Where other nodes share the material, the node first gets a
 * copy of its own; where a primitive has none, it gets one. Do them as one step.
 *
 * @param primitive Which of the mesh's primitives was clicked; every primitive with the same material follows.
 */
export function paintNode(
  document: SceneDocument,
  nodeId: string,
  primitive: number,
  changes: Partial<MaterialFields>,
): (AssignMaterial | SetMaterial)[] {
  const node = requireNode(document, nodeId);
  const slots = node.mesh?.materials ?? [];
  if (!(primitive in slots)) throw invalidCommand(`"${node.name}" has no primitive ${primitive}.`);
  const materialId = slots[primitive]!;
  const shared =
    materialId !== null &&
    Object.values(document.nodes).some(
      (other) => other.id !== nodeId && other.mesh?.materials.includes(materialId),
    );
  if (materialId !== null && !shared) return [{ type: 'set-material', materialId, changes }];
  const id = freshId(materialId ?? `material-of-${nodeId}`.slice(0, 110), (candidate) =>
    Object.hasOwn(document.materials, candidate),
  );
  const base =
    materialId === null
      ? createMaterial({ id, name: node.name })
      : { ...document.materials[materialId]!, id };
  const primitives = [...slots.keys()].filter((index) => slots[index] === materialId);
  return [{ type: 'assign-material', nodeId, primitives, material: { ...base, ...changes } }];
}
