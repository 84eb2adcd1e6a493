import { setImmediate as nextTurn } from 'node:timers/promises';
import sharp from 'sharp';
import { type PictureRequest, pause, renderAnswer, sha256 } from '../kit/index.ts';
import type { ComfyUiBehaviour } from './behaviour.ts';
import type { FileStore } from './file-store.ts';
import { type ComfyGraph, isLink } from './graph.ts';
import {
  type ComfyRun,
  type ImageValue,
  inputFileOf,
  NODE_FUNCTIONS,
  type NodeContext,
  NodeFailure,
  type NodeResult,
} from './node-functions.ts';
import { plainPreviewFrame, previewFrameWithMetadata } from './preview-frame.ts';
import type { SocketHub } from './socket-hub.ts';

/** A prompt in the queue, in the order in which the program lists its parts. */
export interface QueuedPrompt {
  number: number;
  promptId: string;
  graph: ComfyGraph;
  extraData: Record<string, unknown>;
  outputs: string[];
  /** Belongs to somebody else and runs for so many steps. */
  foreignSteps?: number;
}

export type HistoryEntry = Record<string, unknown>;

interface NodeState {
  value: number;
  max: number;
  state: 'running' | 'finished' | 'error';
}

interface CachedNode {
  result: NodeResult;
  nodeId: string;
}

class Interrupted extends Error {}

const PREVIEW_EDGE_PX = 512;

/** The queue of a server: runs one prompt after the other and tells about it. */
export class PromptQueue {
  /** What the samplers were given, oldest first. */
  readonly runs: ComfyRun[] = [];
  readonly #behaviour: ComfyUiBehaviour;
  readonly #files: FileStore;
  #hub: SocketHub | undefined;
  #pending: QueuedPrompt[] = [];
  #running: QueuedPrompt | undefined;
  #runningNode: string | undefined;
  #history = new Map<string, HistoryEntry>();
  #cache = new Map<string, CachedNode>();
  #stop = new AbortController();
  #interruption = new AbortController();
  #wake: (() => void)[] = [];
  #life = 0;

  constructor(behaviour: ComfyUiBehaviour, files: FileStore) {
    this.#behaviour = behaviour;
    this.#files = files;
  }

  attach(hub: SocketHub): void {
    this.#hub = hub;
  }

  get running(): readonly QueuedPrompt[] {
    return this.#running === undefined ? [] : [this.#running];
  }

  get pending(): readonly QueuedPrompt[] {
    return this.#pending;
  }

  get history(): ReadonlyMap<string, HistoryEntry> {
    return this.#history;
  }

  get remaining(): number {
    return this.#pending.length + this.running.length;
  }

  /** Data of the `status` event. */
  status(): Record<string, unknown> {
    return { status: { exec_info: { queue_remaining: this.remaining } } };
  }

  runningNodeOf(clientId: string): string | undefined {
    return this.#running?.extraData['client_id'] === clientId ? this.#runningNode : undefined;
  }

  put(prompt: QueuedPrompt): void {
    this.#pending.push(prompt);
    this.#pending.sort((a, b) => a.number - b.number);
    this.#tellStatus();
    this.#pump();
  }

  delete(promptId: string): void {
    const left = this.#pending.filter((prompt) => prompt.promptId !== promptId);
    if (left.length === this.#pending.length) return;
    this.#pending = left;
    this.#tellStatus();
  }

  clear(): void {
    this.#pending = [];
    this.#tellStatus();
  }

  deleteHistory(promptId: string): void {
    this.#history.delete(promptId);
  }

  clearHistory(): void {
    this.#history.clear();
  }

  /** Stops whatever runs, or only the prompt with this id. */
  interrupt(promptId?: string): void {
    if (this.#running === undefined) return;
    if (promptId !== undefined && this.#running.promptId !== promptId) return;
    this.#interruption.abort();
    this.#wakeUp();
  }

  /** Goes on where the behaviour's `hold` made it stop. */
  release(): void {
    this.#behaviour.hold = null;
    this.#wakeUp();
    this.#pump();
  }

  /** The process died: queue, history and cache are gone, the running prompt ends without a word. */
  forget(): void {
    this.#life += 1;
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#wakeUp();
    this.#pending = [];
    this.#running = undefined;
    this.#runningNode = undefined;
    this.#history = new Map();
    this.#cache = new Map();
  }

  #wakeUp(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }

  #tellStatus(): void {
    this.#hub?.send('status', this.status(), undefined);
  }

  #pump(): void {
    if (this.#running !== undefined || this.#behaviour.hold === 'queue') return;
    const next = this.#pending.shift();
    if (next === undefined) return;
    this.#running = next;
    const life = this.#life;
    this.#tellStatus();
    void this.#run(next, life).then(() => {
      if (life === this.#life) this.#pump();
    });
  }

  async #run(prompt: QueuedPrompt, life: number): Promise<void> {
    this.#interruption = new AbortController();
    const execution = new Execution(prompt, {
      behaviour: this.#behaviour,
      files: this.#files,
      send: (type, data, clientId) => {
        if (life === this.#life) this.#hub?.send(type, data, clientId);
      },
      sendBinary: (frame, clientId) => {
        if (life === this.#life) this.#hub?.sendBinary(frame, clientId);
      },
      wantsMetadata: (clientId) => this.#hub?.wantsMetadata(clientId) ?? false,
      nodeStarts: (nodeId) => {
        this.#runningNode = nodeId;
      },
      step: async (stepsDone, isForeign) => this.#step(stepsDone, isForeign, life),
      sampled: (run) => this.runs.push(run),
      cache: this.#cache,
    });
    // Turn the event loop once: the answer to POST /prompt is on its way before the first event.
    await nextTurn();
    const { entry, cache } = await execution.run();
    if (life !== this.#life) return;
    this.#cache = cache;
    this.#running = undefined;
    this.#runningNode = undefined;
    this.#history.set(prompt.promptId, entry);
    this.#tellStatus();
    const clientId = clientOf(prompt);
    if (clientId !== undefined)
      this.#hub?.send('executing', { node: null, prompt_id: prompt.promptId }, clientId);
  }

  async #step(stepsDone: number, isForeign: boolean, life: number): Promise<void> {
    const mayGoOn = (): boolean => {
      const { hold } = this.#behaviour;
      if (hold === null || hold === 'queue') return true;
      return hold === 'ahead' ? !isForeign : isForeign || stepsDone < hold.step;
    };
    const { signal: interrupted } = this.#interruption;
    while (!mayGoOn() && !interrupted.aborted && life === this.#life) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    const { stepDelayMs } = this.#behaviour;
    if (stepDelayMs > 0) await pause(stepDelayMs, AbortSignal.any([this.#stop.signal, interrupted]));
    else await nextTurn();
    if (interrupted.aborted || life !== this.#life) throw new Interrupted();
  }
}

function clientOf(prompt: QueuedPrompt): string | undefined {
  const id = prompt.extraData['client_id'];
  return typeof id === 'string' ? id : undefined;
}

interface ExecutionHost {
  behaviour: ComfyUiBehaviour;
  files: FileStore;
  send(type: string, data: Record<string, unknown>, clientId: string | undefined): void;
  sendBinary(frame: Buffer, clientId: string | undefined): void;
  wantsMetadata(clientId: string | undefined): boolean;
  nodeStarts(nodeId: string): void;
  /** One step of work. Throws {@link Interrupted}. */
  step(stepsDone: number, isForeign: boolean): Promise<void>;
  sampled(run: ComfyRun): void;
  cache: ReadonlyMap<string, CachedNode>;
}

/** One prompt on its way through the nodes. */
class Execution {
  readonly #prompt: QueuedPrompt;
  readonly #host: ExecutionHost;
  readonly #clientId: string | undefined;
  readonly #messages: [string, Record<string, unknown>][] = [];
  readonly #results = new Map<string, NodeResult>();
  readonly #signatures = new Map<string, string>();
  readonly #states = new Map<string, NodeState>();
  readonly #executed: string[] = [];
  #firstLoaded: ImageValue | undefined;

  constructor(prompt: QueuedPrompt, host: ExecutionHost) {
    this.#prompt = prompt;
    this.#host = host;
    this.#clientId = clientOf(prompt);
  }

  async run(): Promise<{ entry: HistoryEntry; cache: Map<string, CachedNode> }> {
    const promptId = this.#prompt.promptId;
    this.#tell('execution_start', { prompt_id: promptId }, false);
    let nodeId = '';
    let isSuccess = false;
    try {
      if (this.#prompt.foreignSteps !== undefined) {
        await this.#runForeign(this.#prompt.foreignSteps);
      } else {
        const cached = Object.keys(this.#prompt.graph).filter((id) =>
          this.#host.cache.has(this.#signatureOf(id)),
        );
        this.#tell('execution_cached', { nodes: cached, prompt_id: promptId }, false);
        for (const output of this.#prompt.outputs)
          await this.#visit(output, (id) => {
            nodeId = id;
          });
      }
      isSuccess = true;
      this.#tell('execution_success', { prompt_id: promptId }, false);
    } catch (error) {
      this.#tellFailure(error, nodeId);
    }
    return { entry: this.#historyEntry(isSuccess), cache: this.#cacheAfter() };
  }

  #tell(event: string, data: Record<string, unknown>, broadcast: boolean): void {
    const stamped = { ...data, timestamp: Date.now() };
    this.#messages.push([event, stamped]);
    if (this.#clientId !== undefined || broadcast) this.#host.send(event, stamped, this.#clientId);
  }

  #tellFailure(error: unknown, nodeId: string): void {
    const about = {
      prompt_id: this.#prompt.promptId,
      node_id: nodeId,
      node_type: this.#prompt.graph[nodeId]?.class_type ?? null,
      executed: [...this.#executed],
    };
    if (error instanceof Interrupted) {
      this.#tell('execution_interrupted', about, true);
      return;
    }
    if (!(error instanceof NodeFailure)) throw error;
    const inputs = this.#prompt.graph[nodeId]?.inputs ?? {};
    this.#tell(
      'execution_error',
      {
        ...about,
        exception_message: `${error.message}\n`,
        exception_type: error.pythonType,
        traceback: ['  File "/opt/ComfyUI/execution.py", line 496, in execute\n'],
        current_inputs: Object.fromEntries(
          Object.entries(inputs)
            .filter(([, value]) => !Array.isArray(value))
            .map(([name, value]) => [name, [value]]),
        ),
        current_outputs: [...this.#results.keys()],
      },
      false,
    );
  }

  /** Progress of a prompt without a client id goes to every socket: other clients must not take it for theirs. */
  async #runForeign(steps: number): Promise<void> {
    for (let step = 0; step < steps || this.#host.behaviour.hold === 'ahead'; step += 1) {
      await this.#host.step(step, true);
      this.#tellProgress('1', Math.min(step + 1, steps), steps);
    }
  }

  #signatureOf(id: string): string {
    const known = this.#signatures.get(id);
    if (known !== undefined) return known;
    const node = this.#prompt.graph[id];
    if (node === undefined) return '';
    const inputs = Object.keys(node.inputs)
      .sort()
      .map((name): unknown[] => {
        const value = node.inputs[name];
        return isLink(value) ? [name, 'link', this.#signatureOf(value[0]), value[1]] : [name, value];
      });
    const stored = node.class_type.startsWith('LoadImage') ? inputFileOf(node.inputs) : undefined;
    const bytes = stored === undefined ? undefined : this.#host.files.read(stored);
    const extra = bytes === undefined ? null : sha256(bytes);
    // This node says of itself that it changes every time.
    const nonce = node.class_type === 'SaveImageWebsocket' ? `${this.#prompt.promptId}/${id}` : null;
    const signature = sha256(Buffer.from(JSON.stringify([node.class_type, inputs, extra, nonce])));
    this.#signatures.set(id, signature);
    return signature;
  }

  async #visit(id: string, entered: (id: string) => void): Promise<void> {
    if (this.#results.has(id)) return;
    const node = this.#prompt.graph[id];
    const cached = this.#host.cache.get(this.#signatureOf(id));
    if (node === undefined) return;
    if (cached !== undefined) {
      this.#results.set(id, cached.result);
      this.#states.set(id, { value: 1, max: 1, state: 'finished' });
      if (this.#prompt.outputs.includes(id)) {
        this.#tellExecuted(id, cached.result.ui ?? null);
        this.#tellProgressState();
      }
      return;
    }
    for (const value of Object.values(node.inputs)) if (isLink(value)) await this.#visit(value[0], entered);
    entered(id);
    await this.#execute(id);
  }

  async #execute(id: string): Promise<void> {
    const { behaviour } = this.#host;
    const node = this.#prompt.graph[id];
    if (node === undefined) return;
    this.#states.set(id, { value: 0, max: 1, state: 'running' });
    this.#tellProgressState();
    this.#host.nodeStarts(id);
    if (this.#clientId !== undefined) {
      const data = { node: id, display_node: id, prompt_id: this.#prompt.promptId };
      this.#host.send('executing', data, this.#clientId);
    }
    await this.#host.step(-1, false);
    if (behaviour.failAtNode === id || behaviour.failAtNode === node.class_type) throw toldFailure(behaviour);
    const run = NODE_FUNCTIONS[node.class_type];
    if (run === undefined) throw new Error(`The fake has no function for the node ${node.class_type}.`);
    const inputs: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(node.inputs)) {
      inputs[name] = isLink(value) ? this.#results.get(value[0])?.outputs[value[1]] : value;
    }
    const result = await run(inputs, this.#contextOf(id, node.class_type));
    this.#results.set(id, result);
    if (result.ui !== undefined) this.#tellExecuted(id, result.ui);
    const state = this.#states.get(id);
    const max = state?.max ?? 1;
    this.#states.set(id, { value: max, max, state: 'finished' });
    this.#tellProgressState();
    this.#executed.push(id);
  }

  #contextOf(nodeId: string, classType: string): NodeContext {
    return {
      promptId: this.#prompt.promptId,
      nodeId,
      classType,
      files: this.#host.files,
      pictureBehaviour: this.#host.behaviour.picture,
      firstLoaded: this.#firstLoaded,
      loaded: (image) => {
        this.#firstLoaded ??= image;
      },
      sample: async (run, paintings) => this.#sample(run, paintings),
      sendPicture: (index, count, bytes) => {
        this.#tellProgress(nodeId, index, count);
        this.#tellPreview(nodeId, 'image/png', bytes);
      },
    };
  }

  async #sample(run: ComfyRun, paintings: PictureRequest[]): Promise<void> {
    const { behaviour } = this.#host;
    this.#host.sampled(run);
    const steps = behaviour.steps ?? run.steps;
    const first = paintings[0];
    const previews =
      this.#previewMethod() === 'none' || first === undefined ? undefined : await previewSource(first);
    for (let step = 0; step < steps; step += 1) {
      await this.#host.step(step, false);
      this.#tellProgress(run.nodeId, step + 1, steps);
      if (previews !== undefined) {
        const left = 1 - (step + 1) / steps;
        this.#tellPreview(run.nodeId, 'image/jpeg', await blurred(previews, left));
      }
    }
    // Standing still after the last step too lets a test interrupt there.
    await this.#host.step(steps, false);
  }

  /** Later releases let a prompt choose; `default` and older releases take what the server was started with. */
  #previewMethod(): string {
    const { release, previewMethod } = this.#host.behaviour;
    const asked = this.#prompt.extraData['preview_method'];
    const isKnown = typeof asked === 'string' && ['none', 'auto', 'latent2rgb', 'taesd'].includes(asked);
    return release === '0.33' && isKnown ? asked : previewMethod;
  }

  #tellExecuted(id: string, output: unknown): void {
    if (this.#clientId === undefined) return;
    const data = { node: id, display_node: id, output, prompt_id: this.#prompt.promptId };
    this.#host.send('executed', data, this.#clientId);
  }

  #tellProgress(node: string, value: number, max: number): void {
    this.#states.set(node, { value, max, state: 'running' });
    this.#tellProgressState();
    const data = { value, max, prompt_id: this.#prompt.promptId, node };
    this.#host.send('progress', data, this.#clientId);
  }

  #tellProgressState(): void {
    const promptId = this.#prompt.promptId;
    const nodes = Object.fromEntries(
      [...this.#states].map(([id, state]) => [
        id,
        {
          ...state,
          node_id: id,
          prompt_id: promptId,
          display_node_id: id,
          parent_node_id: null,
          real_node_id: id,
        },
      ]),
    );
    this.#host.send('progress_state', { prompt_id: promptId, nodes }, this.#clientId);
  }

  #tellPreview(node: string, mediaType: 'image/jpeg' | 'image/png', picture: Uint8Array): void {
    const frame = this.#host.wantsMetadata(this.#clientId)
      ? previewFrameWithMetadata(mediaType, picture, {
          node_id: node,
          prompt_id: this.#prompt.promptId,
          display_node_id: node,
          parent_node_id: null,
          real_node_id: node,
        })
      : plainPreviewFrame(mediaType, picture);
    this.#host.sendBinary(frame, this.#clientId);
  }

  #historyEntry(isSuccess: boolean): HistoryEntry {
    const { number, promptId, graph, extraData, outputs } = this.#prompt;
    const shown = [...this.#results].flatMap(([id, { ui }]) => (ui === undefined ? [] : [{ id, ui }]));
    return {
      prompt: [number, promptId, graph, extraData, outputs],
      outputs: Object.fromEntries(shown.map(({ id, ui }) => [id, ui])),
      status: {
        status_str: isSuccess ? 'success' : 'error',
        completed: isSuccess,
        messages: this.#messages,
      },
      meta: Object.fromEntries(
        shown.map(({ id }) => [id, { node_id: id, display_node: id, parent_node: null, real_node_id: id }]),
      ),
    };
  }

  /** Only what this prompt used is kept. */
  #cacheAfter(): Map<string, CachedNode> {
    const after = new Map<string, CachedNode>();
    for (const id of Object.keys(this.#prompt.graph)) {
      const signature = this.#signatureOf(id);
      const result = this.#results.get(id) ?? this.#host.cache.get(signature)?.result;
      if (result !== undefined) after.set(signature, { result, nodeId: id });
    }
    return after;
  }
}

function toldFailure(behaviour: ComfyUiBehaviour): NodeFailure {
  return behaviour.failure === 'out-of-memory'
    ? new NodeFailure(
        'torch.OutOfMemoryError',
        'Allocation on device 0 would exceed allowed memory. (out of memory)\nThis error means you ran out of memory on your GPU.',
      )
    : new NodeFailure('RuntimeError', 'mat1 and mat2 shapes cannot be multiplied (77x2048 and 768x320)');
}

/** The finished picture in preview size, as raw pixels to blur. */
async function previewSource(painting: PictureRequest): Promise<Uint8Array> {
  const { bytes } = await renderAnswer(painting);
  return sharp(bytes)
    .resize(PREVIEW_EDGE_PX, PREVIEW_EDGE_PX, { fit: 'inside', withoutEnlargement: true })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

async function blurred(source: Uint8Array, left: number): Promise<Uint8Array> {
  const picture = sharp(source);
  return (left > 0 ? picture.blur(0.3 + 12 * left) : picture).jpeg({ quality: 85 }).toBuffer();
}
