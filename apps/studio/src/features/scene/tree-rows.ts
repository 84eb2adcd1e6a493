import { ancestorsOf, childrenOf, type NodeRecord, rootsOf, type SceneDocument } from '@diorama/scene';

export interface TreeRow {
  readonly node: NodeRecord;
  /** 0 for roots. */
  readonly depth: number;
  readonly hasChildren: boolean;
  readonly expanded: boolean;
  /** False when it or something above it is hidden. */
  readonly visible: boolean;
}

/** The rows of the tree that are open, top to bottom. */
export function treeRows(document: SceneDocument, collapsed: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const visit = (nodes: readonly NodeRecord[], depth: number, parentVisible: boolean) => {
    for (const node of nodes) {
      const children = childrenOf(document, node.id);
      const expanded = children.length > 0 && !collapsed.has(node.id);
      const visible = parentVisible && node.visible;
      rows.push({ node, depth, hasChildren: children.length > 0, expanded, visible });
      if (expanded) visit(children, depth + 1, visible);
    }
  };
  visit(rootsOf(document), 0, true);
  return rows;
}

/** The collapsed set without anything that hides the node: what is selected in the viewport must be seen here. */
export function revealed(
  document: SceneDocument,
  collapsed: ReadonlySet<string>,
  nodeId: string,
): ReadonlySet<string> {
  const above = ancestorsOf(document, nodeId).filter(({ id }) => collapsed.has(id));
  if (above.length === 0) return collapsed;
  const next = new Set(collapsed);
  for (const { id } of above) next.delete(id);
  return next;
}

/** From one row to another, both included, in whatever order they were clicked. */
export function rangeBetween(rows: readonly TreeRow[], fromId: string, toId: string): string[] {
  const from = rows.findIndex(({ node }) => node.id === fromId);
  const to = rows.findIndex(({ node }) => node.id === toId);
  if (from < 0 || to < 0) return [toId];
  const ids = rows.slice(Math.min(from, to), Math.max(from, to) + 1).map(({ node }) => node.id);
  return from <= to ? ids : ids.reverse();
}
