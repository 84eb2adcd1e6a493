import { type ComfyGraph, type ComfyLink, isRecord } from './graph.ts';
import {
  type ChoiceSource,
  type ComfyRelease,
  type NodeDefinition,
  type NodeInput,
  resolveChoices,
} from './node-catalogue.ts';

/** One error of a whole graph or of a node, in the form in which the program sends it. */
export interface GraphError {
  type: string;
  message: string;
  details: string;
  extra_info: Record<string, unknown>;
}

export interface NodeErrors {
  errors: GraphError[];
  dependent_outputs: string[];
  class_type: string;
}

export type GraphVerdict =
  | { accepted: true; outputs: string[]; nodeErrors: Record<string, NodeErrors> }
  | { accepted: false; error: GraphError; nodeErrors: Record<string, NodeErrors> };

export interface GraphRules extends ChoiceSource {
  release: ComfyRelease;
  catalogue: ReadonlyMap<string, NodeDefinition>;
  /** Whether an annotated name such as `a.png`, `sub/a.png` or `a.png [output]` is a file. */
  fileExists(annotatedName: string): boolean;
}

/** What Python would raise in the middle of the checks; it ends up in an error of its own type. */
class CheckFailure extends Error {
  readonly pythonType: string;

  constructor(pythonType: string, message: string) {
    super(message);
    this.pythonType = pythonType;
  }
}

interface Checked {
  valid: boolean;
  errors: GraphError[];
}

const LONGEST_LIST_IN_DETAILS = 20;

/**
 * Checks a graph as the program does before it queues it: every output node is followed upstream through its links.
 * Numbers and texts are converted in place, as there.
 *
 * @param targets Only these output nodes (`partial_execution_targets`); undefined means all.
 */
export function validateGraph(
  graph: Record<string, unknown>,
  rules: GraphRules,
  targets: string[] | undefined,
): GraphVerdict {
  const outputs: string[] = [];
  for (const [id, candidate] of Object.entries(graph)) {
    const classType = isRecord(candidate) ? candidate['class_type'] : undefined;
    const definition = typeof classType === 'string' ? rules.catalogue.get(classType) : undefined;
    if (definition === undefined) {
      return { accepted: false, error: unknownNode(id, candidate, rules.release), nodeErrors: {} };
    }
    if (definition.isOutput && (targets === undefined || targets.includes(id))) outputs.push(id);
  }
  if (outputs.length === 0) {
    return {
      accepted: false,
      error: { type: 'prompt_no_outputs', message: 'Prompt has no outputs', details: '', extra_info: {} },
      nodeErrors: {},
    };
  }

  const checked = new Map<string, Checked>();
  const good: string[] = [];
  const nodeErrors: Record<string, NodeErrors> = {};
  const details: string[] = [];
  for (const output of outputs) {
    let result: Checked;
    try {
      result = checkNode(graph as ComfyGraph, output, rules, checked, new Set());
    } catch (error) {
      result = { valid: false, errors: [checkRaised('exception_during_validation', error, {})] };
      checked.set(output, result);
    }
    if (result.valid) {
      good.push(output);
      continue;
    }
    details.push(...result.errors.map((error) => `${error.message}: ${error.details}`));
    for (const [id, { valid, errors }] of checked) {
      if (valid || errors.length === 0) continue;
      const classType = (graph as ComfyGraph)[id]?.class_type ?? '';
      nodeErrors[id] ??= { errors, dependent_outputs: [], class_type: classType };
      nodeErrors[id].dependent_outputs.push(output);
    }
  }
  if (good.length > 0) return { accepted: true, outputs: good, nodeErrors };
  return {
    accepted: false,
    error: {
      type: 'prompt_outputs_failed_validation',
      message: 'Prompt outputs failed validation',
      details: details.join('\n'),
      extra_info: {},
    },
    nodeErrors,
  };
}

function unknownNode(id: string, candidate: unknown, release: ComfyRelease): GraphError {
  const record = isRecord(candidate) ? candidate : {};
  const classType = typeof record['class_type'] === 'string' ? record['class_type'] : undefined;
  const details = `Node ID '#${id}'`;
  if (release === '0.3') {
    const message =
      classType === undefined
        ? 'Cannot execute because a node is missing the class_type property.'
        : `Cannot execute because node ${classType} does not exist.`;
    return { type: 'invalid_prompt', message, details, extra_info: {} };
  }
  const meta = isRecord(record['_meta']) ? record['_meta'] : {};
  const title = typeof meta['title'] === 'string' ? meta['title'] : (classType ?? null);
  return {
    type: 'missing_node_type',
    message:
      classType === undefined
        ? `Node '${title ?? `ID #${id}`}' has no class_type. The workflow may be corrupted or a custom node is missing.`
        : `Node '${title}' not found. The custom node may not be installed.`,
    details,
    extra_info: { node_id: id, class_type: classType ?? null, node_title: title },
  };
}

function checkRaised(type: string, error: unknown, extra: Record<string, unknown>): GraphError {
  const failure = error instanceof CheckFailure ? error : new CheckFailure('Exception', String(error));
  const isInner = type === 'exception_during_inner_validation';
  return {
    type,
    message: isInner ? 'Exception when validating inner node' : 'Exception when validating node',
    details: failure.message,
    extra_info: {
      ...extra,
      ...(isInner ? { exception_message: failure.message } : {}),
      exception_type: failure.pythonType,
      traceback: [],
    },
  };
}

function checkNode(
  graph: ComfyGraph,
  id: string,
  rules: GraphRules,
  checked: Map<string, Checked>,
  path: Set<string>,
): Checked {
  const known = checked.get(id);
  if (known !== undefined) return known;
  if (path.has(id)) throw new CheckFailure('RecursionError', 'maximum recursion depth exceeded');
  path.add(id);
  const node = graph[id];
  const definition = node === undefined ? undefined : rules.catalogue.get(node.class_type);
  if (node === undefined || definition === undefined) throw new CheckFailure('KeyError', `'${id}'`);
  if (!isRecord(node.inputs)) throw new CheckFailure('KeyError', "'inputs'");

  const errors: GraphError[] = [];
  let upstreamValid = true;
  for (const input of definition.inputs) {
    const config = configOf(input, rules);
    const value = node.inputs[input.name];
    if (value === undefined) {
      if (!input.optional) {
        errors.push({
          type: 'required_input_missing',
          message: 'Required input is missing',
          details: input.name,
          extra_info: { input_name: input.name },
        });
      }
      continue;
    }
    if (Array.isArray(value)) {
      upstreamValid = checkLink(graph, value, input, config, rules, checked, path, errors) && upstreamValid;
    } else {
      checkLiteral(node.inputs, input, config, rules, errors);
    }
  }
  if (readsInputFile(definition.classType) && typeof node.inputs['image'] === 'string') {
    if (!rules.fileExists(node.inputs['image'])) {
      errors.push({
        type: 'custom_validation_failed',
        message: 'Custom validation failed for node',
        details: `image - Invalid image file: ${node.inputs['image']}`,
        extra_info: { input_name: 'image' },
      });
    }
  }
  path.delete(id);
  const result = { valid: errors.length === 0 && upstreamValid, errors };
  checked.set(id, result);
  return result;
}

/** Nodes whose file name is checked by the node itself, so that names outside the list pass when the file exists. */
function readsInputFile(classType: string): boolean {
  return classType === 'LoadImage' || classType === 'LoadImageMask';
}

function configOf(input: NodeInput, rules: GraphRules): unknown[] {
  return [input.choices === undefined ? input.type : resolveChoices(input.choices, rules), input.settings];
}

function checkLink(
  graph: ComfyGraph,
  value: unknown[],
  input: NodeInput,
  config: unknown[],
  rules: GraphRules,
  checked: Map<string, Checked>,
  path: Set<string>,
  errors: GraphError[],
): boolean {
  if (value.length !== 2) {
    errors.push({
      type: 'bad_linked_input',
      message: 'Bad linked input, must be a length-2 list of [node_id, slot_index]',
      details: input.name,
      extra_info: { input_name: input.name, input_config: config, received_value: value },
    });
    return true;
  }
  const [sourceId, slot] = value as ComfyLink;
  const source = graph[sourceId];
  if (source === undefined) throw new CheckFailure('KeyError', `'${sourceId}'`);
  const received = rules.catalogue.get(source.class_type)?.outputs[slot]?.type;
  if (received === undefined) throw new CheckFailure('IndexError', 'tuple index out of range');
  if (received !== input.type) {
    errors.push({
      type: 'return_type_mismatch',
      message: 'Return type mismatch between linked nodes',
      details: `${input.name}, received_type(${received}) mismatch input_type(${input.type})`,
      extra_info: {
        input_name: input.name,
        input_config: config,
        received_type: received,
        linked_node: value,
      },
    });
    return true;
  }
  try {
    return checkNode(graph, sourceId, rules, checked, path).valid;
  } catch (error) {
    checked.set(sourceId, {
      valid: false,
      errors: [
        checkRaised('exception_during_inner_validation', error, {
          input_name: input.name,
          input_config: config,
          linked_node: value,
        }),
      ],
    });
    return false;
  }
}

function checkLiteral(
  inputs: Record<string, unknown>,
  input: NodeInput,
  config: unknown[],
  rules: GraphRules,
  errors: GraphError[],
): void {
  const wrapped = inputs[input.name];
  const value = isRecord(wrapped) && '__value__' in wrapped ? wrapped['__value__'] : wrapped;
  const about = { input_name: input.name, input_config: config, received_value: value };
  let converted: unknown;
  try {
    converted = convert(input.type, value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    errors.push({
      type: 'invalid_input_type',
      message: `Failed to convert an input value to a ${input.type} value`,
      details: `${input.name}, ${String(value)}, ${reason}`,
      extra_info: { ...about, exception_message: reason },
    });
    return;
  }
  inputs[input.name] = converted;
  const { min, max } = input.settings as { min?: number; max?: number };
  if (typeof converted === 'number' && min !== undefined && converted < min) {
    errors.push({
      type: 'value_smaller_than_min',
      message: `Value ${converted} smaller than min of ${min}`,
      details: input.name,
      extra_info: { ...about, received_value: converted },
    });
    return;
  }
  if (typeof converted === 'number' && max !== undefined && converted > max) {
    errors.push({
      type: 'value_bigger_than_max',
      message: `Value ${converted} bigger than max of ${max}`,
      details: input.name,
      extra_info: { ...about, received_value: converted },
    });
    return;
  }
  if (input.choices === undefined || input.choices === 'input-images') return;
  const options = resolveChoices(input.choices, rules);
  if (typeof converted === 'string' && options.includes(converted)) return;
  const isLong = options.length > LONGEST_LIST_IN_DETAILS;
  const list = isLong
    ? `(list of length ${options.length})`
    : `[${options.map((option) => `'${option}'`).join(', ')}]`;
  errors.push({
    type: 'value_not_in_list',
    message: 'Value not in list',
    details: `${input.name}: '${String(converted)}' not in ${list}`,
    extra_info: { ...about, input_config: isLong ? null : config },
  });
}

/** The conversions of Python's `int()`, `float()`, `str()` and `bool()`, as far as JSON values go. */
function convert(type: string, value: unknown): unknown {
  switch (type) {
    case 'INT':
      if (typeof value === 'number') return Math.trunc(value);
      if (typeof value === 'boolean') return Number(value);
      if (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value)) return Number(value);
      if (typeof value === 'string') throw new Error(`invalid literal for int() with base 10: '${value}'`);
      throw new Error(`int() argument must be a string, a bytes-like object or a real number`);
    case 'FLOAT':
      if (typeof value === 'number') return value;
      if (typeof value === 'boolean') return Number(value);
      if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
        return Number(value);
      if (typeof value === 'string') throw new Error(`could not convert string to float: '${value}'`);
      throw new Error('float() argument must be a string or a real number');
    case 'STRING':
      return typeof value === 'string' ? value : value === null ? 'None' : String(value);
    case 'BOOLEAN':
      return Boolean(value);
    default:
      return value;
  }
}
