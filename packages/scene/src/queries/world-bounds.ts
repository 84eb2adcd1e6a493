import { type Bounds, transformBounds, uniteBounds } from '../math/bounds.ts';
import type { SceneDocument } from '../records/scene-document.ts';
import { ancestorsOf, meshNodes } from './tree.ts';
import { worldMatrices } from './world-matrices.ts';

/** The box of a source's mesh in its own space; null when it has no triangles or is not loaded. */
export type BoundsOfMesh = (sourceId: string, meshIndex: number) => Bounds | null;

/**
 * The world-space box around everything visible, or around the given nodes and what is below them.
 *
 * The box of a rotated mesh is the box around its rotated box, so it may be somewhat larger than the mesh.
 *
 * @returns null when there is nothing to enclose.
 */
export function worldBounds(
  document: SceneDocument,
  boundsOfMesh: BoundsOfMesh,
  nodeIds?: Iterable<string>,
): Bounds | null {
  const wanted = nodeIds && new Set(nodeIds);
  const matrices = worldMatrices(document);
  let bounds: Bounds | null = null;
  for (const node of meshNodes(document)) {
    if (wanted && !wanted.has(node.id) && !ancestorsOf(document, node.id).some(({ id }) => wanted.has(id)))
      continue;
    const local = boundsOfMesh(node.mesh.source, node.mesh.index);
    if (local) bounds = uniteBounds(bounds, transformBounds(matrices.get(node.id)!, local));
  }
  return bounds;
}
