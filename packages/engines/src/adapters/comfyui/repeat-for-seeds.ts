import { type Graph, type InputReference, isLink } from '@diorama/contracts';
import { nodesBehind, setInput } from './graph.ts';

export interface RepeatedGraph {
  readonly graph: Graph;
  /** Ids of the output nodes, by image. */
  readonly outputs: readonly (readonly string[])[];
}

/**
 * One graph that makes an image for each seed: what depends on the seed is there once for each, the models and the
 * pictures are loaded once. A batch would be shorter, but only its first image could be made again by its seed.
 */
export function repeatForSeeds(
  graph: Graph,
  seedInputs: readonly InputReference[],
  outputs: readonly string[],
  seeds: readonly number[],
): RepeatedGraph {
  const repeated: Graph = structuredClone(graph);
  const varying = nodesBehind(
    graph,
    seedInputs.map(({ node }) => node),
  );
  const outputsByImage: string[][] = [];
  seeds.forEach((seed, image) => {
    const idOf = (id: string) => (image === 0 || !varying.has(id) ? id : copyId(graph, id, image));
    if (image > 0) {
      for (const id of varying) {
        const node = graph[id]!;
        const inputs = Object.fromEntries(
          Object.entries(node.inputs).map(([name, value]) => [
            name,
            isLink(value) ? [idOf(value[0]), value[1]] : structuredClone(value),
          ]),
        );
        repeated[idOf(id)] = { ...structuredClone(node), inputs };
      }
    }
    for (const { node, input } of seedInputs) setInput(repeated, { node: idOf(node), input }, seed);
    outputsByImage.push(outputs.map(idOf));
  });
  return { graph: repeated, outputs: outputsByImage };
}

/** The id of a copy: the same every time it is asked for, and none that the workflow itself has. */
function copyId(original: Graph, id: string, image: number): string {
  let candidate = `${id}-image-${image + 1}`;
  while (Object.hasOwn(original, candidate)) candidate += '-';
  return candidate;
}
