import { randomUUID } from 'node:crypto';
import { DioramaError } from '@diorama/contracts';
import { z } from 'zod';
import type { AdapterIo, AdapterJob, PreparedInput } from '../../kit/remote/adapter.ts';
import { poll } from '../../kit/remote/poll.ts';
import { ComfyuiApi, type HistoryEntry, type RemoteFile, requireSuccess } from './comfyui-api.ts';
import { ComfyuiSocket } from './comfyui-socket.ts';
import { NodeProgressTracker } from './node-progress.ts';
import type { RepeatedGraph } from './repeat-for-seeds.ts';
import type { SocketEvent } from './socket-frames.ts';

/** A graph for one job; `nameOf` gives the name by which the server knows a picture. */
export type BuildGraph = (nameOf: (picture: PreparedInput) => string) => RepeatedGraph;

export interface JobSettings {
  readonly previews: boolean;
  /** Images that one output node may give: more than one where the workflow makes a batch. */
  readonly filesPerOutput: number;
}

const stateSchema = z.object({ promptId: z.uuid(), clientId: z.uuid() });

/** A queue before it, a large model and a slow machine: hours are possible, days are not. */
const WITHIN_MS = 3 * 60 * 60_000;
/** Nothing is paid for, so a job that a restart swept away is simply sent again; but not for ever. */
const SUBMITS_MAX = 3;
/** Sends its pictures through the socket alone. */
const SOCKET_OUTPUT = 'SaveImageWebsocket';
const SOCKET_LAG_MS = 5_000;
const CANCEL_WITHIN_MS = 5_000;
const CANCEL_SECOND_LOOK_MS = 400;

/** Parts of the bar: the pictures go up, then the queue, then the work, then the picture comes. */
const UPLOADED = 0.06;
const WORKED = 0.96;

/**
 * Runs one graph on a ComfyUI server and gives the bytes of its pictures, by image.
 *
 * The job's id is ours and on disk before the graph is sent, so a later attempt finds the job in the history or the
 * queue; where the server has forgotten it, it is sent again under the same id.
 */
export async function runComfyuiJob(
  build: BuildGraph,
  { inputs, maps }: Pick<AdapterJob, 'inputs' | 'maps'>,
  settings: JobSettings,
  io: AdapterIo,
): Promise<Uint8Array[][]> {
  const api = new ComfyuiApi(io.http);
  const known = stateSchema.safeParse(io.resume);
  const clientId = known.success ? known.data.clientId : randomUUID();
  let promptId: string = known.success ? known.data.promptId : randomUUID();
  const { graph: expected, outputs } = build(({ fileName }) => fileName);

  let tracker = new NodeProgressTracker(expected);
  const pictures = new Map<string, Uint8Array[]>();
  const nudge = new Nudge();
  const ended = Promise.withResolvers<void>();
  let isOurs = false;
  const onEvent = (event: SocketEvent) => {
    const names = 'promptId' in event ? event.promptId : null;
    if (names !== null && names !== promptId) {
      if (event.kind === 'executing') isOurs = false;
      return;
    }
    if (event.kind === 'picture') {
      if (names === null && !isOurs) return;
      const node = event.node ?? tracker.running;
      const isResult = node !== null && expected[node]?.class_type === SOCKET_OUTPUT && event.isPng;
      // The frame's memory belongs to the socket.
      const bytes = new Uint8Array(event.bytes);
      if (isResult) pictures.set(node, [...(pictures.get(node) ?? []), bytes]);
      else io.onPreview(bytes);
      return;
    }
    isOurs = event.kind !== 'ended' && !(event.kind === 'executing' && event.node === null);
    if (!isOurs) {
      ended.resolve();
      nudge.now();
      return;
    }
    tracker.update(event);
    io.onProgress({
      stage: 'generating',
      fraction: UPLOADED + (WORKED - UPLOADED) * tracker.fraction,
      ...(tracker.detail === undefined ? {} : { detail: tracker.detail }),
    });
  };

  const socket = new ComfyuiSocket(io, clientId, onEvent);
  let submits = 0;
  const submit = async (): Promise<void> => {
    submits += 1;
    const names = new Map<string, string>();
    const all = [...inputs, ...maps.values()];
    for (const [index, picture] of all.entries()) {
      if (!names.has(picture.fileName)) names.set(picture.fileName, await api.upload(picture));
      io.onProgress({ stage: 'sending', fraction: (UPLOADED * (index + 1)) / (all.length + 1) });
    }
    const { graph } = build(({ fileName }) => names.get(fileName) ?? fileName);
    tracker = new NodeProgressTracker(graph);
    pictures.clear();
    await io.checkpoint({ promptId, clientId });
    try {
      const submitted = await api.submit(graph, { promptId, clientId, previews: settings.previews });
      if (submitted.promptId !== promptId) {
        promptId = submitted.promptId;
        if (z.uuid().safeParse(promptId).success) await io.checkpoint({ promptId, clientId });
      }
      if (outputs.some((ids) => ids.length > 0 && ids.every((id) => submitted.deadOutputs.includes(id)))) {
        await cancelRemotely(api, promptId, io);
        throw new DioramaError('workflow-not-runnable', 'ComfyUI cannot reach the output of the workflow.', {
          hint: 'Run the workflow in ComfyUI once to see which node has a fault.',
        });
      }
    } catch (thrown) {
      io.signal.throwIfAborted();
      // Whether it arrived is found out by asking for the job; sending it blindly would queue it twice.
      if (!isAnswerLost(thrown) || submits >= SUBMITS_MAX) throw thrown;
      io.log('comfyui-answer-lost');
    }
  };

  const ask = async (): Promise<HistoryEntry | null> => {
    void socket.keepOpen().catch(() => {});
    const entry = await api.history(promptId);
    if (entry !== null) return entry;
    const queue = await api.queueState(promptId);
    if (queue.state === 'pending') {
      const detail = queue.before === 1 ? 'one job before this one' : `${queue.before} jobs before this one`;
      io.onProgress({ stage: 'waiting', fraction: UPLOADED, ...(queue.before > 0 ? { detail } : {}) });
    }
    if (queue.state !== 'unknown') return null;
    // Between the two questions it may have ended.
    const ended = await api.history(promptId);
    if (ended !== null) return ended;
    if (submits >= SUBMITS_MAX) {
      throw new DioramaError('remote-job-lost', 'The ComfyUI server lost the job several times.', {
        hint: 'Look whether the server crashes and starts again, then try again.',
      });
    }
    if (submits > 0) io.log('comfyui-job-forgotten', { submits });
    await submit();
    return null;
  };

  try {
    await socket.open();
    if (!known.success) await submit();
    const entry = await poll(
      {
        signal: io.signal,
        clock: { ...io.clock, sleep: (ms, signal) => nudge.orAfter(io.clock.sleep(ms, signal)) },
      },
      { ask, firstMs: 250, longestMs: 3_000, withinMs: WITHIN_MS },
    );
    requireSuccess(entry);
    io.onProgress({ stage: 'receiving', fraction: WORKED });
    if (outputs.flat().some((id) => expected[id]?.class_type === SOCKET_OUTPUT)) {
      // The history may tell of the end while the picture is still on its way through the socket.
      const enough = new AbortController();
      const lag = io.clock.sleep(SOCKET_LAG_MS, AbortSignal.any([io.signal, enough.signal]));
      await Promise.race([ended.promise, lag]).finally(() => enough.abort());
    }
    return await fetchPictures(api, entry, outputs, pictures, settings.filesPerOutput);
  } catch (thrown) {
    if (io.signal.aborted) {
      await cancelRemotely(api, promptId, io);
      throw io.signal.reason;
    }
    throw thrown;
  } finally {
    socket.close();
  }
}

async function fetchPictures(
  api: ComfyuiApi,
  entry: HistoryEntry,
  outputs: RepeatedGraph['outputs'],
  pictures: ReadonlyMap<string, readonly Uint8Array[]>,
  filesPerOutput: number,
): Promise<Uint8Array[][]> {
  const byImage: Uint8Array[][] = [];
  for (const ids of outputs) {
    const files = ids.flatMap((id): RemoteFile[] =>
      Object.hasOwn(entry.outputs, id) ? entry.outputs[id]!.images : [],
    );
    // A kept picture rather than one that is only shown on the way.
    const wanted = files.some(({ type }) => type === 'output')
      ? files.filter(({ type }) => type === 'output')
      : files;
    const found: Uint8Array[] = [];
    for (const file of wanted.slice(0, filesPerOutput)) found.push(await api.view(file));
    if (found.length === 0)
      found.push(...ids.flatMap((id) => pictures.get(id) ?? []).slice(0, filesPerOutput));
    byImage.push(found);
  }
  if (byImage.every((found) => found.length === 0)) {
    throw new DioramaError('invalid-output', 'The workflow ended without a picture.', {
      hint: 'End the workflow with a SaveImage or PreviewImage node, and name it as the output if there are several. What SaveImageWebsocket sends is lost when the connection breaks.',
    });
  }
  return byImage;
}

/** Takes the job out of the queue, or stops it when it runs already; never anybody else's. */
async function cancelRemotely(api: ComfyuiApi, promptId: string, io: AdapterIo): Promise<void> {
  const signal = AbortSignal.timeout(CANCEL_WITHIN_MS);
  try {
    for (let look = 1; look <= 2; look += 1) {
      if (await isCanceled(api, promptId, signal)) return;
      // What was on its way when the cancel came may arrive a moment later.
      if (look === 1) await io.clock.sleep(CANCEL_SECOND_LOOK_MS, signal);
    }
  } catch (thrown) {
    io.log('comfyui-cancel-failed', { reason: thrown instanceof DioramaError ? thrown.code : 'unknown' });
  }
}

async function isCanceled(api: ComfyuiApi, promptId: string, signal: AbortSignal): Promise<boolean> {
  const canceled = await api.cancelJob(promptId, signal);
  if (canceled !== null) return canceled;
  await api.removeFromQueue(promptId, signal);
  const { state } = await api.queueState(promptId, signal);
  if (state === 'running') await api.interrupt(promptId, signal);
  return state === 'running';
}

function isAnswerLost(thrown: unknown): boolean {
  return (
    thrown instanceof DioramaError &&
    ((thrown.code === 'engine-unreachable' && thrown.details['arrived'] !== false) ||
      thrown.code === 'timed-out')
  );
}

/** Ends the pause between two questions early, also when it comes before the pause. */
class Nudge {
  #deferred = Promise.withResolvers<void>();

  now(): void {
    this.#deferred.resolve();
  }

  async orAfter(pause: Promise<void>): Promise<void> {
    await Promise.race([pause, this.#deferred.promise]);
    this.#deferred = Promise.withResolvers<void>();
  }
}
