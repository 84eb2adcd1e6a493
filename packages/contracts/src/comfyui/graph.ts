import { z } from 'zod';

/** Output `index` of another node, as the API format writes it. */
export type Link = readonly [nodeId: string, index: number];

export interface GraphNode {
  class_type: string;
  inputs: Record<string, unknown>;
  _meta?: { title?: string | undefined } | undefined;
}

/** A workflow in ComfyUI's API format: node id to class and inputs. */
export type Graph = Record<string, GraphNode>;

/** One input of one node. */
export interface InputReference {
  readonly node: string;
  readonly input: string;
}

const NODES_MAX = 2_000;
/** Ids that a plain object does not keep as its own keys. */
const IMPOSSIBLE_IDS = new Set(['__proto__', 'constructor', 'prototype']);

const nodeSchema = z.object({
  class_type: z.string().min(1).max(200),
  inputs: z.record(z.string(), z.unknown()).default({}),
  _meta: z.object({ title: z.string().max(500).optional() }).optional(),
});

/**
 * A workflow file as a person gives it. The editor's own format (`nodes` and `links`) is refused with the way to
 * export the right one; what else a file may hold beside the nodes is dropped.
 */
export const graphSchema: z.ZodType<Graph, unknown> = z.unknown().transform((value, context): Graph => {
  const refuse = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('A workflow is a JSON object with one entry for each node.');
  }
  if (isEditorFormat(value)) {
    return refuse(
      'This is a workflow as the ComfyUI editor saves it. Open it in ComfyUI, choose Workflow > Export (API) and use that file.',
    );
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return refuse('The workflow has no nodes.');
  if (entries.length > NODES_MAX) return refuse(`The workflow has more than ${NODES_MAX} nodes.`);
  const graph: Graph = {};
  for (const [id, candidate] of entries) {
    if (IMPOSSIBLE_IDS.has(id)) return refuse(`A node cannot have the id "${id}".`);
    const node = nodeSchema.safeParse(candidate);
    if (!node.success) {
      return refuse(
        `Node "${id.slice(0, 60)}" has no class_type, so this is not a workflow in the API format.`,
      );
    }
    graph[id] = node.data;
  }
  for (const [id, node] of Object.entries(graph)) {
    for (const value of Object.values(node.inputs)) {
      if (isLink(value) && !Object.hasOwn(graph, value[0])) {
        return refuse(`Node "${id}" takes its input from node "${value[0]}", which is not in the workflow.`);
      }
    }
  }
  return graph;
});

function isEditorFormat(value: object): boolean {
  return 'nodes' in value && Array.isArray(value.nodes);
}

/** ComfyUI takes every list of two for a link; here the first must also look like a node id. */
export function isLink(value: unknown): value is Link {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    typeof value[0] === 'string' &&
    Number.isInteger(value[1]) &&
    value[1] >= 0
  );
}
