import { type Graph, type InputReference, isLink, type Link } from '@diorama/contracts';

/** Builds graphs node by node; ids are readable because people open them in ComfyUI. */
export class GraphBuilder {
  readonly graph: Graph = {};

  /**
   * Adds a node.
   *
   * @param id Wanted id; a number is put behind it when it is taken.
   * @returns A link to one of its outputs by index, the first unless said otherwise.
   */
  add(id: string, classType: string, inputs: Record<string, unknown>): (output?: number) => Link {
    let free = id;
    for (let number = 2; Object.hasOwn(this.graph, free); number += 1) free = `${id}-${number}`;
    this.graph[free] = { class_type: classType, inputs };
    return (output = 0) => [free, output];
  }
}

/** Puts a value into a node. Unknown nodes are left alone: they were refused when the workflow was added. */
export function setInput(graph: Graph, { node, input }: InputReference, value: unknown): void {
  if (Object.hasOwn(graph, node)) graph[node]!.inputs[input] = value;
}

/** Nodes that get something, however indirectly, from one of these; with these. */
export function nodesBehind(graph: Graph, ids: Iterable<string>): Set<string> {
  const found = new Set(ids);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [id, node] of Object.entries(graph)) {
      if (found.has(id)) continue;
      if (Object.values(node.inputs).some((value) => isLink(value) && found.has(value[0]))) {
        found.add(id);
        grown = true;
      }
    }
  }
  return found;
}
