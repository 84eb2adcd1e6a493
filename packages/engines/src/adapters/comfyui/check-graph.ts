import { DioramaError, type Graph, isLink } from '@diorama/contracts';
import type { ObjectInfo } from './object-info.ts';

export interface GraphFaults {
  /** Node classes that the server does not have. */
  readonly missingNodes: readonly string[];
  /** Model files that a node asks for and the server does not have. */
  readonly missingFiles: readonly string[];
  /** Other choices that a node does not offer: "KSampler.sampler_name = euler_x". */
  readonly wrongChoices: readonly string[];
  /** Inputs that must be given and are not: "KSampler.model". */
  readonly missingInputs: readonly string[];
}

const MODEL_FILE = /\.(safetensors|sft|ckpt|pt|pth|bin|gguf|onnx|patch)$/i;

/** Looks for everything that the server would refuse, before anything is drawn, uploaded or queued. */
export function findGraphFaults(graph: Graph, info: ObjectInfo): GraphFaults {
  const missingNodes = new Set<string>();
  const missingFiles = new Set<string>();
  const wrongChoices = new Set<string>();
  const missingInputs = new Set<string>();
  for (const node of Object.values(graph)) {
    if (!info.has(node.class_type)) {
      missingNodes.add(node.class_type);
      continue;
    }
    for (const [name, declaration] of info.inputs(node.class_type, 'required')) {
      if (!Object.hasOwn(node.inputs, name)) missingInputs.add(`${node.class_type}.${name}`);
      else checkChoice(node.class_type, name, node.inputs[name], declaration);
    }
    for (const [name, declaration] of info.inputs(node.class_type, 'optional')) {
      if (Object.hasOwn(node.inputs, name))
        checkChoice(node.class_type, name, node.inputs[name], declaration);
    }
  }
  return {
    missingNodes: [...missingNodes],
    missingFiles: [...missingFiles],
    wrongChoices: [...wrongChoices],
    missingInputs: [...missingInputs],
  };

  function checkChoice(
    classType: string,
    name: string,
    value: unknown,
    { choices, isUpload }: { choices: readonly string[] | null; isUpload: boolean },
  ): void {
    if (choices === null || isUpload || isLink(value)) return;
    if (typeof value !== 'string' || choices.includes(value)) return;
    if (MODEL_FILE.test(value)) missingFiles.add(value);
    else wrongChoices.add(`${classType}.${name} = ${value.slice(0, 80)}`);
  }
}

/** Fills inputs that this server's version demands and that have a default there. */
export function fillDefaults(graph: Graph, info: ObjectInfo): void {
  for (const node of Object.values(graph)) {
    for (const [name, { defaultValue, choices }] of info.inputs(node.class_type, 'required')) {
      if (Object.hasOwn(node.inputs, name)) continue;
      const value = defaultValue ?? choices?.[0];
      if (value !== undefined) node.inputs[name] = value;
    }
  }
}

/** The fault as one sentence with a way out; null when there is none. */
export function describeFaults(faults: GraphFaults): { message: string; hint: string } | null {
  const parts: string[] = [];
  const hints: string[] = [];
  if (faults.missingNodes.length > 0) {
    parts.push(`it has no node ${list(faults.missingNodes)}`);
    hints.push('Install the custom nodes (or update ComfyUI)');
  }
  if (faults.missingFiles.length > 0) {
    parts.push(`it has no model file ${list(faults.missingFiles)}`);
    hints.push('Put the model files into its models folder, or choose installed ones');
  }
  if (faults.wrongChoices.length > 0) {
    parts.push(`it does not offer ${list(faults.wrongChoices)}`);
    hints.push('Choose values that the server offers');
  }
  if (faults.missingInputs.length > 0) {
    parts.push(`the workflow leaves ${list(faults.missingInputs)} open`);
    hints.push('Connect the inputs in ComfyUI and export the workflow again');
  }
  return parts.length === 0
    ? null
    : { message: `This server cannot run the workflow: ${parts.join('; ')}.`, hint: `${hints.join('. ')}.` };
}

/** @throws {DioramaError} `workflow-not-runnable` naming what is missing. */
export function requireRunnable(faults: GraphFaults): void {
  const description = describeFaults(faults);
  if (description === null) return;
  throw new DioramaError('workflow-not-runnable', description.message, {
    hint: description.hint,
    details: { ...faults },
  });
}

const NAMES_SHOWN = 6;

function list(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `"${name.slice(0, 120)}"`);
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
