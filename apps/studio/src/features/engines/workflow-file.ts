/** What of a request can be put into a person's own workflow, with the words for it. */
export const WORKFLOW_INPUTS = [
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
] as const satisfies readonly { name: string; label: string; takes: PlaceType }[];
export type WorkflowInputName = (typeof WORKFLOW_INPUTS)[number]['name'];

export type PlaceType = 'text' | 'image' | 'number';

/** A value in the graph that a request can replace. */
export interface Place {
  readonly node: string;
  readonly input: string;
  readonly type: PlaceType;
  /** "KSampler #3: seed". */
  readonly label: string;
}

export interface WorkflowNode {
  readonly class_type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly _meta?: { readonly title?: string };
}
export type WorkflowGraph = Readonly<Record<string, WorkflowNode>>;

export type WorkflowInputs = Partial<Record<WorkflowInputName, readonly { node: string; input: string }[]>>;

export interface Workflow {
  readonly id: string;
  readonly name: string;
  readonly graph: WorkflowGraph;
  readonly inputs: WorkflowInputs;
}

/** The workflows among a connection's options, as far as they have the agreed shape. */
export function workflowsOf(options: Readonly<Record<string, unknown>>): readonly Workflow[] {
  const { workflows } = options;
  return Array.isArray(workflows) ? workflows.filter(isWorkflow) : [];
}

function isWorkflow(value: unknown): value is Workflow {
  return (
    isRecord(value) && typeof value.id === 'string' && typeof value.name === 'string' && isRecord(value.graph)
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type ReadWorkflow =
  | { readonly ok: true; readonly graph: WorkflowGraph }
  | { readonly ok: false; readonly fault: string };

/** Reads an exported workflow file and says in one sentence what is wrong with it when it is none. */
export function readWorkflowFile(text: string): ReadWorkflow {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, fault: 'The file is not JSON. Export the workflow again.' };
  }
  if (isRecord(json) && Array.isArray(json.nodes))
    return {
      ok: false,
      fault: 'This is the format that is saved for editing. Export it with Workflow > Export (API) instead.',
    };
  if (!isRecord(json) || Object.keys(json).length === 0)
    return { ok: false, fault: 'There are no nodes in this file.' };
  for (const [id, node] of Object.entries(json))
    if (!isRecord(node) || typeof node.class_type !== 'string' || !isRecord(node.inputs))
      return { ok: false, fault: `"${id.slice(0, 40)}" is no node of a workflow in API format.` };
  return { ok: true, graph: json as WorkflowGraph };
}

/** Every value in the graph that is not a link to another node. */
export function placesOf(graph: WorkflowGraph): Place[] {
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

const IMAGE_WORDS: readonly (readonly [RegExp, WorkflowInputName])[] = [
  [/depth/i, 'depth'],
  [/normal/i, 'normal'],
  [/canny|edge/i, 'canny'],
  [/line/i, 'lineart'],
  [/segment/i, 'segmentation'],
];

/** A first guess of what goes where, by the kinds and titles of nodes, for the person to look over. */
export function guessInputs(graph: WorkflowGraph): WorkflowInputs {
  const guess: Partial<Record<WorkflowInputName, { node: string; input: string }[]>> = {};
  const put = (name: WorkflowInputName, node: string, input: string) => {
    guess[name] ??= [{ node, input }];
  };
  for (const [id, { class_type, inputs }] of Object.entries(graph)) {
    for (const [side, name] of [
      ['positive', 'prompt'],
      ['negative', 'negativePrompt'],
    ] as const) {
      const place = textBehind(graph, inputs[side], side);
      if (place) put(name, place.node, place.input);
    }
    for (const seed of ['seed', 'noise_seed']) if (typeof inputs[seed] === 'number') put('seed', id, seed);
    if (/empty.*latent/i.test(class_type))
      for (const [input, name] of [
        ['width', 'width'],
        ['height', 'height'],
        ['batch_size', 'count'],
      ] as const)
        if (typeof inputs[input] === 'number') put(name, id, input);
    if (typeof inputs.denoise === 'number' && inputs.denoise < 1) put('strength', id, 'denoise');
  }
  const pictures = placesOf(graph).filter(({ type }) => type === 'image');
  const order: WorkflowInputName[] = ['canvas', 'reference1', 'reference2'];
  for (const { node, input } of pictures) {
    const words = graph[node]?._meta?.title ?? '';
    const told = IMAGE_WORDS.find(([word]) => word.test(words))?.[1];
    const name = told ?? order.shift();
    if (name) put(name, node, input);
  }
  return guess;
}

/** Follows a conditioning upwards to where somebody typed words. */
function textBehind(
  graph: WorkflowGraph,
  link: unknown,
  side: 'positive' | 'negative',
): { node: string; input: string } | undefined {
  const seen = new Set<string>();
  let next = link;
  while (Array.isArray(next) && typeof next[0] === 'string' && !seen.has(next[0])) {
    const id = next[0];
    seen.add(id);
    const inputs = graph[id]?.inputs ?? {};
    const input = ['text', 'prompt'].find((name) => typeof inputs[name] === 'string');
    if (input) return { node: id, input };
    next = inputs[side] ?? inputs.conditioning ?? inputs.text ?? inputs.prompt;
  }
  return undefined;
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
