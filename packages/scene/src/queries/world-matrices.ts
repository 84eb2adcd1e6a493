import { composeMatrix, type Mat4, multiplyMatrices } from '../math/mat4.ts';
import type { NodeRecord, SceneDocument } from '../records/scene-document.ts';
import { childrenOf, requireNode, rootsOf } from './tree.ts';

/** From the node's own space to its parent's. */
export function localMatrix(node: Pick<NodeRecord, 'translation' | 'rotation' | 'scale'>): Mat4 {
  return composeMatrix(node);
}

const matricesByNodes = new WeakMap<SceneDocument['nodes'], ReadonlyMap<string, Mat4>>();

/** From each node's own space to the world's, by node id, hidden nodes included. Do not write into the matrices. */
export function worldMatrices(document: SceneDocument): ReadonlyMap<string, Mat4> {
  const known = matricesByNodes.get(document.nodes);
  if (known) return known;
  const matrices = new Map<string, Mat4>();
  const open = [...rootsOf(document)];
  for (let node = open.pop(); node; node = open.pop()) {
    const local = localMatrix(node);
    const parent = node.parentId === null ? undefined : matrices.get(node.parentId);
    matrices.set(node.id, parent ? multiplyMatrices(parent, local) : local);
    open.push(...childrenOf(document, node.id));
  }
  matricesByNodes.set(document.nodes, matrices);
  return matrices;
}

/** One node's matrix to world space; walks only its ancestors, so it is cheap while a gizmo drags. */
export function worldMatrixOf(document: SceneDocument, nodeId: string): Mat4 {
  const node = requireNode(document, nodeId);
  const known = matricesByNodes.get(document.nodes)?.get(nodeId);
  if (known) return known;
  const local = localMatrix(node);
  return node.parentId === null ? local : multiplyMatrices(worldMatrixOf(document, node.parentId), local);
}
