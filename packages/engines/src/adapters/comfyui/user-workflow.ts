import type { ControlMapName, Graph, Workflow } from '@diorama/contracts';
import { setInput } from './graph.ts';

/** What a request puts into a workflow; pictures are names in the server's input folder. */
export interface WorkflowValues {
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly canvas: string | null;
  readonly references: readonly string[];
  readonly maps: ReadonlyMap<ControlMapName, string>;
  readonly width: number;
  readonly height: number;
  readonly strength: number;
  /** Images in one batch, for workflows without a seed to vary. */
  readonly count: number;
}

/** The person's graph with the request in its named places; the seed is put in when it is repeated for each image. */
export function fillWorkflow(workflow: Workflow, values: WorkflowValues): Graph {
  const graph = structuredClone(workflow.graph);
  const put = (name: keyof Workflow['inputs'], value: unknown) => {
    if (value === null || value === undefined) return;
    for (const place of workflow.inputs[name] ?? []) setInput(graph, place, value);
  };
  put('prompt', values.prompt);
  put('negativePrompt', values.negativePrompt);
  put('canvas', values.canvas);
  put('reference1', values.references[0]);
  put('reference2', values.references[1]);
  for (const map of WORKFLOW_MAPS) put(map, values.maps.get(map));
  put('width', values.width);
  put('height', values.height);
  put('strength', values.strength);
  put('count', workflow.inputs.seed === undefined ? values.count : 1);
  return graph;
}

/** Maps that a workflow can have places for. */
const WORKFLOW_MAPS = [
  'depth',
  'normal',
  'canny',
  'lineart',
  'segmentation',
] as const satisfies ControlMapName[];

/** Maps that this workflow has places for. */
export function mapsOf({ inputs }: Pick<Workflow, 'inputs'>): ControlMapName[] {
  return WORKFLOW_MAPS.filter((map) => inputs[map] !== undefined);
}

/** How many references this workflow has places for. */
export function referencesOf({ inputs }: Pick<Workflow, 'inputs'>): number {
  return inputs.reference2 !== undefined ? 2 : inputs.reference1 !== undefined ? 1 : 0;
}
