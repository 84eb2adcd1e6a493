/** A workflow in the API format: node id to class and inputs. */
export type ComfyGraph = Record<string, ComfyNode>;

export interface ComfyNode {
  class_type: string;
  inputs: Record<string, unknown>;
  _meta?: { title?: string };
}

/** A link to an output of another node: `[node id, output index]`. */
export type ComfyLink = [string, number];

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether an input is a link; every list of two is taken for one, as in the program. */
export function isLink(value: unknown): value is ComfyLink {
  return Array.isArray(value) && value.length === 2;
}
