import { create } from 'zustand';

export type LineageDialog =
  /** Where an entry came from and what came of it. */
  | { readonly kind: 'tree'; readonly id: string }
  /** Two entries, field by field. */
  | { readonly kind: 'changes'; readonly before: string; readonly after: string };

/** What is open, the uppermost last: the tree leads to changes, and closing them leads back to it. */
export const useLineageDialogs = create<{ readonly open: readonly LineageDialog[] }>(() => ({ open: [] }));

export function openLineage(id: string): void {
  useLineageDialogs.setState({ open: [{ kind: 'tree', id }] });
}

/** Opens what changed between two generations, over whatever is shown. */
export function openChanges(before: string, after: string): void {
  useLineageDialogs.setState(({ open }) => ({ open: [...open, { kind: 'changes', before, after }] }));
}

export function closeLineageDialog(): void {
  useLineageDialogs.setState(({ open }) => ({ open: open.slice(0, -1) }));
}

export function closeLineageDialogs(): void {
  useLineageDialogs.setState({ open: [] });
}
