import { type Graph, type GraphNode, type InputReference, isLink } from './graph.ts';
import type { WorkflowInputName, WorkflowInputs } from './workflow.ts';

const TEXT_INPUTS = ['text', 'prompt', 't5xxl', 'clip_l', 'clip_g', 'text_g', 'text_l', 'value', 'string'];

/** Words in a title, a file name or a loader's model that tell what a picture is for; the first that fits counts. */
const PICTURE_WORDS: readonly (readonly [RegExp, WorkflowInputName])[] = [
  [/depth/i, 'depth'],
  [/normal/i, 'normal'],
  [/canny/i, 'canny'],
  [/line[-_ ]?art|scribble|soft[-_ ]?edge/i, 'lineart'],
  [/segment|\bseg\b|_seg/i, 'segmentation'],
  [/(ref|reference|image|picture|style)[-_ ]?(3|two|2nd)\b|second reference|reference b/i, 'reference2'],
  [/reference|\bref\b|style|material|subject|ip[-_ ]?adapter|redux/i, 'reference1'],
  [/canvas|layout|render|scene|viewport|base|input|source|init/i, 'canvas'],
];

/**
 * Proposes where a request goes into a workflow, from what the nodes are, how they are connected and what they are
 * called. A proposal for a person to look over, not a decision.
 */
export function suggestWorkflowInputs(graph: Graph): WorkflowInputs {
  const suggested: { [Name in WorkflowInputName]?: InputReference[] } = {};
  const propose = (name: WorkflowInputName, place: InputReference) => {
    const places = suggested[name] ?? [];
    if (places.length >= 20) return;
    if (!places.some(({ node, input }) => node === place.node && input === place.input)) places.push(place);
    suggested[name] = places;
  };

  for (const [id, node] of Object.entries(graph)) {
    proposeText(node, 'positive', 'prompt');
    proposeText(node, 'negative', 'negativePrompt');
    // A guider with one conditioning has no negative prompt.
    if (/guider/i.test(node.class_type)) proposeText(node, 'conditioning', 'prompt');
    for (const input of ['seed', 'noise_seed']) {
      if (typeof node.inputs[input] === 'number') propose('seed', { node: id, input });
    }
    if (/empty.*latent|latent.*empty/i.test(node.class_type) || /^flux2scheduler$/i.test(node.class_type)) {
      if (typeof node.inputs['width'] === 'number') propose('width', { node: id, input: 'width' });
      if (typeof node.inputs['height'] === 'number') propose('height', { node: id, input: 'height' });
      if (typeof node.inputs['batch_size'] === 'number') propose('count', { node: id, input: 'batch_size' });
    }
    if (typeof node.inputs['denoise'] === 'number' && node.inputs['denoise'] < 1) {
      propose('strength', { node: id, input: 'denoise' });
    }
  }
  proposePictures();
  return suggested;

  /** Follows an input upwards to where a person typed words. */
  function proposeText(from: GraphNode, input: string, name: 'prompt' | 'negativePrompt'): void {
    const start = from.inputs[input];
    if (!isLink(start)) return;
    const seen = new Set<string>();
    const waiting = [start[0]];
    while (waiting.length > 0) {
      const id = waiting.pop()!;
      const node = graph[id];
      if (node === undefined || seen.has(id)) continue;
      seen.add(id);
      if (/zeroout/i.test(node.class_type)) continue;
      const typed = TEXT_INPUTS.filter((text) => typeof node.inputs[text] === 'string');
      if (typed.length > 0 && /text|string|prompt|primitive/i.test(node.class_type)) {
        for (const text of typed) propose(name, { node: id, input: text });
        continue;
      }
      for (const [key, value] of Object.entries(node.inputs)) {
        if (!isLink(value)) continue;
        // Through a ControlNet, each side goes on by itself.
        if ((key === 'positive' && input === 'negative') || (key === 'negative' && input === 'positive'))
          continue;
        if (/^(model|vae|control_net|image\d?|latent|pixels|clip)$/.test(key)) continue;
        waiting.push(value[0]);
      }
    }
  }

  function proposePictures(): void {
    const loaders = Object.entries(graph).filter(
      ([, node]) => /^loadimage$/i.test(node.class_type) && typeof node.inputs['image'] === 'string',
    );
    const undecided: string[] = [];
    for (const [id, node] of loaders) {
      const told = whatItIsFor(id, node);
      if (told === 'reference1' && suggested.reference1 !== undefined)
        propose('reference2', { node: id, input: 'image' });
      else if (told !== null) propose(told, { node: id, input: 'image' });
      else undecided.push(id);
    }
    // Canvas first: what starts the sampling, else what stands first in the file.
    undecided.sort((a, b) => Number(startsSampling(b)) - Number(startsSampling(a)));
    for (const name of ['canvas', 'reference1', 'reference2'] as const) {
      if (suggested[name] !== undefined) continue;
      const id = undecided.shift();
      if (id !== undefined) propose(name, { node: id, input: 'image' });
    }
  }

  /** By its title, else by the ControlNet that it goes into, else by its file name. */
  function whatItIsFor(id: string, node: GraphNode): WorkflowInputName | null {
    const byWords = (text: string) => PICTURE_WORDS.find(([words]) => words.test(text))?.[1] ?? null;
    const title = node._meta?.title ?? '';
    const byTitle = /^load image$/i.test(title) ? null : byWords(title);
    return byTitle ?? byControlNet(id) ?? byWords(String(node.inputs['image']).replace(/\.[a-z]+$/i, ''));
  }

  function byControlNet(id: string): WorkflowInputName | null {
    for (const node of Object.values(graph)) {
      const image = node.inputs['image'];
      const net = node.inputs['control_net'];
      if (!isLink(image) || image[0] !== id || !isLink(net)) continue;
      const loader = graph[net[0]];
      const text = [loader?.inputs['control_net_name'], loader?.inputs['type'], loader?._meta?.title].join(
        ' ',
      );
      const map = PICTURE_WORDS.find(([words]) => words.test(text))?.[1];
      if (map !== undefined && !map.startsWith('reference') && map !== 'canvas') return map;
    }
    return null;
  }

  /** Whether a picture becomes, by way of an encoder, the latent that sampling starts from. */
  function startsSampling(id: string): boolean {
    const seen = new Set([id]);
    for (const from of seen) {
      for (const [next, node] of Object.entries(graph)) {
        for (const [key, value] of Object.entries(node.inputs)) {
          if (!isLink(value) || value[0] !== from) continue;
          if (key === 'latent_image') return true;
          if (/^(image|pixels|samples)$/.test(key)) seen.add(next);
        }
      }
    }
    return false;
  }
}
