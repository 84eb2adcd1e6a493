import { DioramaError, LIMITS } from '@diorama/contracts';
import type { SceneDocument, TextureRef } from './scene-document.ts';

const TEXTURE_SLOTS = [
  'baseColorTexture',
  'metallicRoughnessTexture',
  'normalTexture',
  'occlusionTexture',
  'emissiveTexture',
] as const;

/** The names of a material's texture slots. */
export type TextureSlotName = (typeof TEXTURE_SLOTS)[number];

/** The names of a material's texture slots, for loops over them. */
export const TEXTURE_SLOT_NAMES: readonly TextureSlotName[] = TEXTURE_SLOTS;

export function invalidScene(place: string, fault: string): DioramaError {
  return new DioramaError('invalid-scene', `${place}: ${fault}`, { details: { place } });
}

/**
 * What the schema cannot say: keys are ids, every referenced record exists, parents form a tree, limits hold.
 *
 * @throws {DioramaError} `invalid-scene`; `details.place` is the path of the field at fault.
 */
export function checkScene(document: SceneDocument): void {
  for (const table of ['sources', 'nodes', 'materials', 'views'] as const)
    for (const [key, record] of Object.entries(document[table]))
      if (record.id !== key)
        throw invalidScene(`${table}.${key}.id`, `The id "${record.id}" is not the key it stands under.`);

  checkNodes(document);
  for (const material of Object.values(document.materials))
    for (const slot of TEXTURE_SLOTS) {
      const texture: TextureRef | null = material[slot];
      if (texture && !Object.hasOwn(document.sources, texture.source))
        throw invalidScene(
          `materials.${material.id}.${slot}.source`,
          `There is no source "${texture.source}".`,
        );
    }
}

function checkNodes(document: SceneDocument): void {
  const { nodes, materials, sources } = document;
  const all = Object.values(nodes);
  if (all.length > LIMITS.nodes)
    throw invalidScene('nodes', `There are ${all.length} nodes; at most ${LIMITS.nodes} are allowed.`);
  for (const node of all) {
    if (node.parentId !== null && !Object.hasOwn(nodes, node.parentId))
      throw invalidScene(`nodes.${node.id}.parentId`, `There is no node "${node.parentId}".`);
    if (!node.mesh) continue;
    if (!Object.hasOwn(sources, node.mesh.source))
      throw invalidScene(`nodes.${node.id}.mesh.source`, `There is no source "${node.mesh.source}".`);
    node.mesh.materials.forEach((materialId, index) => {
      if (materialId !== null && !Object.hasOwn(materials, materialId))
        throw invalidScene(
          `nodes.${node.id}.mesh.materials.${index}`,
          `There is no material "${materialId}".`,
        );
    });
  }
  checkTree(document);
}

function checkTree({ nodes }: SceneDocument): void {
  const depths = new Map<string, number>();
  for (const start of Object.values(nodes)) {
    const path: string[] = [];
    let id: string | null = start.id;
    while (id !== null && !depths.has(id)) {
      path.push(id);
      depths.set(id, Number.NaN); // On the way up; meeting it again before it has a depth is a cycle.
      id = nodes[id]!.parentId;
    }
    let depth = id === null ? 0 : depths.get(id)!;
    if (Number.isNaN(depth)) throw invalidScene(`nodes.${start.id}.parentId`, 'The parents form a loop.');
    for (const step of path.reverse()) {
      depth += 1;
      if (depth > LIMITS.nodeDepth)
        throw invalidScene(`nodes.${step}`, `The tree is deeper than ${LIMITS.nodeDepth} levels.`);
      depths.set(step, depth);
    }
  }
}
