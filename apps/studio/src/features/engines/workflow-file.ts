import {
  type Graph,
  graphSchema,
  LIMITS,
  type Workflow,
  type WorkflowInputName,
  workflowSchema,
} from '@diorama/contracts';

export type PlaceType = 'text' | 'image' | 'number';

/** What of a request can be put into a person's own workflow: its words, and the kind of value it replaces. */
export const INPUT_FIELDS: readonly {
  readonly name: WorkflowInputName;
  readonly label: string;
  readonly takes: PlaceType;
}[] = [
  { name: 'prompt', label: 'Prompt', takes: 'text' },
  { name: 'negativePrompt', label: 'Negative prompt', takes: 'text' },
  { name: 'canvas', label: 'Canvas', takes: 'image' },
  { name: 'reference1', label: 'Image 2', takes: 'image' },
  { name: 'reference2', label: 'Image 3', takes: 'image' },
  { name: 'depth', label: 'Depth map', takes: 'image' },
  { name: 'normal', label: 'Normal map', takes: 'image' },
  { name: 'canny', label: 'Edge map', takes: 'image' },
  { name: 'lineart', label: 'Line map', takes: 'image' },
  { name: 'segmentation', label: 'Segments', takes: 'image' },
  { name: 'seed', label: 'Seed', takes: 'number' },
  { name: 'width', label: 'Width', takes: 'number' },
  { name: 'height', label: 'Height', takes: 'number' },
  { name: 'strength', label: 'Strength', takes: 'number' },
  { name: 'count', label: 'Number of images', takes: 'number' },
];

/** A value in the graph that a request can replace. */
export interface Place {
  readonly node: string;
  readonly input: string;
  readonly type: PlaceType;
  /** "KSampler #3: seed". */
  readonly label: string;
}

/** The workflows among a connection's options; what is none is left to the server to complain about. */
export function workflowsOf(options: Readonly<Record<string, unknown>>): Workflow[] {
  const { workflows } = options;
  if (!Array.isArray(workflows)) return [];
  return workflows.flatMap((one) => {
    const parsed = workflowSchema.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
}

export type ReadWorkflow =
  | { readonly ok: true; readonly graph: Graph }
  | { readonly ok: false; readonly fault: string };

/** Reads an exported workflow file and says in one sentence what is wrong with it when it is none. */
export function readWorkflowFile(text: string): ReadWorkflow {
  if (text.length > LIMITS.jsonBodyBytes * 0.9)
    return { ok: false, fault: 'The file is too large for a workflow.' };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, fault: 'The file is not JSON. Export the workflow again.' };
  }
  const parsed = graphSchema.safeParse(json);
  return parsed.success
    ? { ok: true, graph: parsed.data }
    : { ok: false, fault: parsed.error.issues[0]?.message ?? 'This is no workflow in the API format.' };
}

/** Every value in the graph that is not a link to another node. */
export function placesOf(graph: Graph): Place[] {
  return Object.entries(graph).flatMap(([node, { class_type, inputs, _meta }]) =>
    Object.entries(inputs).flatMap(([input, value]): Place[] => {
      const title =
        _meta?.title && _meta.title !== class_type ? `${_meta.title} (${class_type})` : class_type;
      const label = `${title} #${node}: ${input}`;
      if (typeof value === 'number') return [{ node, input, type: 'number', label }];
      if (typeof value !== 'string') return [];
      const isImage = /^loadimage/i.test(class_type) && input === 'image';
      return [{ node, input, type: isImage ? 'image' : 'text', label }];
    }),
  );
}

/** Lower-case letters, digits and hyphens, not yet taken. */
export function workflowId(name: string, taken: ReadonlySet<string>): string {
  const stem =
    name
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 48)
      .replace(/-+$/, '') || 'workflow';
  let id = stem;
  for (let number = 2; taken.has(id); number++) id = `${stem}-${number}`;
  return id;
}
