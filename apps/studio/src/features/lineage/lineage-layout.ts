import type { LineageTree } from '@diorama/contracts';

/** Where a picture of the tree stands, in columns from the oldest and rows from the top. */
export interface LineageBox {
  readonly id: string;
  readonly column: number;
  /** May lie between two rows: a parent stands in the middle of its children. */
  readonly row: number;
  /** The one it is drawn behind; null for the first ones. */
  readonly parent: string | null;
  readonly children: readonly string[];
}

export interface LineageLine {
  readonly from: string;
  readonly to: string;
  readonly how: LineageTree['edges'][number]['how'];
  /** False for further origins, which cross the tree: an image that was a reference. */
  readonly isTrunk: boolean;
}

export interface LineageLayout {
  readonly boxes: readonly LineageBox[];
  readonly lines: readonly LineageLine[];
  readonly columns: number;
  readonly rows: number;
}

/** A tree from left to right, children in the order they were made. What has several origins stands behind one of them. */
export function layOutLineage({ nodes, edges }: Pick<LineageTree, 'nodes' | 'edges'>): LineageLayout {
  const order = new Map(nodes.map(({ id, seq }) => [id, seq]));
  const known = edges.filter(({ from, to }) => order.has(from) && order.has(to) && from !== to);
  const trunk = new Map<string, string>();
  for (const isInput of [false, true])
    for (const { from, to, how } of known)
      if ((how === 'input') === isInput && !trunk.has(to) && !leadsTo(trunk, from, to)) trunk.set(to, from);
  const children = new Map<string, string[]>();
  for (const { id } of [...nodes].sort((a, b) => a.seq - b.seq)) {
    const parent = trunk.get(id);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), id]);
  }

  const boxes: LineageBox[] = [];
  let nextRow = 0;
  // Own stack: a chain of a thousand retries must not be a thousand calls deep.
  const rowOf = new Map<string, number>();
  const roots = nodes.filter(({ id }) => !trunk.has(id)).sort((a, b) => a.seq - b.seq);
  const stack = roots.map(({ id }) => ({ id, column: 0, isDone: false })).reverse();
  let columns = 0;
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { id, column, isDone } = top;
    const below = children.get(id) ?? [];
    if (!isDone && below.length > 0) {
      stack.push({ id, column, isDone: true });
      for (const child of [...below].reverse()) stack.push({ id: child, column: column + 1, isDone: false });
      continue;
    }
    const row = below.length === 0 ? nextRow++ : (rowOf.get(below[0]!)! + rowOf.get(below.at(-1)!)!) / 2;
    rowOf.set(id, row);
    columns = Math.max(columns, column + 1);
    boxes.push({ id, column, row, parent: trunk.get(id) ?? null, children: below });
  }
  return {
    boxes: boxes.sort((a, b) => a.column - b.column || a.row - b.row),
    lines: known.map(({ from, to, how }) => ({ from, to, how, isTrunk: trunk.get(to) === from })),
    columns,
    rows: nextRow,
  };
}

/** Whether following the trunk up from one comes to the other: behind that one it would stand behind itself. */
function leadsTo(trunk: ReadonlyMap<string, string>, from: string, to: string): boolean {
  for (let id: string | undefined = from; id !== undefined; id = trunk.get(id)) if (id === to) return true;
  return false;
}

/** Where an arrow key leads from a picture of the tree; undefined when there is nothing that way. */
export function neighbourOf(
  { boxes }: Pick<LineageLayout, 'boxes'>,
  id: string,
  key: string,
): string | undefined {
  const box = boxes.find((one) => one.id === id);
  if (!box) return undefined;
  const inColumn = boxes.filter(({ column }) => column === box.column);
  const at = inColumn.findIndex((one) => one.id === id);
  switch (key) {
    case 'ArrowLeft':
      return box.parent ?? undefined;
    case 'ArrowRight':
      return box.children[Math.floor((box.children.length - 1) / 2)];
    case 'ArrowUp':
      return inColumn[at - 1]?.id;
    case 'ArrowDown':
      return inColumn[at + 1]?.id;
    case 'Home':
      return boxes[0]?.id;
    case 'End':
      return boxes.at(-1)?.id;
    default:
      return undefined;
  }
}

const HOW_WORDS: Readonly<Record<LineageLine['how'], string>> = {
  retry: 'Retried',
  remix: 'Remixed',
  settings: 'Same settings',
  rerun: 'Other engine',
  restored: 'Restored scene',
  recipe: 'From a recipe',
  input: 'As reference',
};

/** How one came from the other, in a word or two. */
export function howInWords(how: LineageLine['how']): string {
  return HOW_WORDS[how];
}
