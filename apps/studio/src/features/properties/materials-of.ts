import { descendantsOf, type MaterialRecord, type SceneDocument } from '@diorama/scene';

/** A material of the selection, with the places where it is used there. */
export interface MaterialUse {
  /** null stands for primitives without a material. */
  readonly materialId: string | null;
  readonly record: MaterialRecord | null;
  /** Nodes of the selection, with the first primitive that has it. */
  readonly places: readonly { readonly nodeId: string; readonly primitive: number }[];
}

/** The materials of the given nodes and everything below them, in the order in which they are met. */
export function materialsOf(document: SceneDocument, nodeIds: readonly string[]): MaterialUse[] {
  const uses = new Map<string | null, { nodeId: string; primitive: number }[]>();
  const seen = new Set<string>();
  for (const id of nodeIds) {
    const root = document.nodes[id];
    if (!root) continue;
    for (const node of [root, ...descendantsOf(document, id)]) {
      if (!node.mesh || seen.has(node.id)) continue;
      seen.add(node.id);
      node.mesh.materials.forEach((materialId, primitive) => {
        const places = uses.get(materialId) ?? [];
        if (!places.some((place) => place.nodeId === node.id)) places.push({ nodeId: node.id, primitive });
        uses.set(materialId, places);
      });
    }
  }
  return [...uses].map(([materialId, places]) => ({
    materialId,
    record: materialId === null ? null : (document.materials[materialId] ?? null),
    places,
  }));
}
