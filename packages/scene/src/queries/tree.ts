import { DioramaError } from '@diorama/contracts';
import type { NodeRecord, SceneDocument } from '../records/scene-document.ts';

type Nodes = SceneDocument['nodes'];

// Documents are never changed in place, so what was derived from a table of nodes holds as long as that table lives.
const childrenByNodes = new WeakMap<Nodes, Map<string | null, readonly NodeRecord[]>>();

function childIndex(document: SceneDocument): Map<string | null, readonly NodeRecord[]> {
  const known = childrenByNodes.get(document.nodes);
  if (known) return known;
  const index = new Map<string | null, NodeRecord[]>();
  for (const node of Object.values(document.nodes)) {
    const siblings = index.get(node.parentId);
    if (siblings) siblings.push(node);
    else index.set(node.parentId, [node]);
  }
  for (const siblings of index.values()) siblings.sort(bySiblingOrder);
  childrenByNodes.set(document.nodes, index);
  return index;
}

function bySiblingOrder(a: NodeRecord, b: NodeRecord): number {
  return a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

export function findNode(document: SceneDocument, nodeId: string): NodeRecord | undefined {
  return Object.hasOwn(document.nodes, nodeId) ? document.nodes[nodeId] : undefined;
}

/** @throws {DioramaError} `invalid-request` when the node is not in the document. */
export function requireNode(document: SceneDocument, nodeId: string): NodeRecord {
  const node = findNode(document, nodeId);
  if (!node) throw new DioramaError('invalid-request', `There is no node "${nodeId}" in the scene.`);
  return node;
}

/** In display order. */
export function childrenOf(document: SceneDocument, nodeId: string): readonly NodeRecord[] {
  return childIndex(document).get(nodeId) ?? [];
}

/** Nodes without parent, in display order. */
export function rootsOf(document: SceneDocument): readonly NodeRecord[] {
  return childIndex(document).get(null) ?? [];
}

/** Everything below a node, parents before their children, without the node itself. */
export function descendantsOf(document: SceneDocument, nodeId: string): NodeRecord[] {
  const found: NodeRecord[] = [];
  const open = [...childrenOf(document, nodeId)].reverse();
  for (let node = open.pop(); node; node = open.pop()) {
    found.push(node);
    open.push(...[...childrenOf(document, node.id)].reverse());
  }
  return found;
}

/** From the parent up to the root. */
export function ancestorsOf(document: SceneDocument, nodeId: string): NodeRecord[] {
  const found: NodeRecord[] = [];
  let parentId = requireNode(document, nodeId).parentId;
  while (parentId !== null) {
    const parent = requireNode(document, parentId);
    found.push(parent);
    parentId = parent.parentId;
  }
  return found;
}

/** Every node in tree order: parents before children, siblings in display order. */
export function nodesInTreeOrder(document: SceneDocument): NodeRecord[] {
  return rootsOf(document).flatMap((root) => [root, ...descendantsOf(document, root.id)]);
}

/** A node is visible when it and everything above it is. */
export function isVisible(document: SceneDocument, nodeId: string): boolean {
  const node = requireNode(document, nodeId);
  return node.visible && ancestorsOf(document, nodeId).every((ancestor) => ancestor.visible);
}

/** Visible nodes in tree order; a hidden node takes everything below it along. */
export function visibleNodes(document: SceneDocument): NodeRecord[] {
  const found: NodeRecord[] = [];
  const open = [...rootsOf(document)].reverse();
  for (let node = open.pop(); node; node = open.pop()) {
    if (!node.visible) continue;
    found.push(node);
    open.push(...[...childrenOf(document, node.id)].reverse());
  }
  return found;
}

export type MeshNode = NodeRecord & { readonly mesh: NonNullable<NodeRecord['mesh']> };

/** Visible nodes that have a mesh, in tree order. */
export function meshNodes(document: SceneDocument): MeshNode[] {
  return visibleNodes(document).filter((node): node is MeshNode => node.mesh !== null);
}
