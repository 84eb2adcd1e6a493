import { DioramaError, type Graph } from '@diorama/contracts';
import { z } from 'zod';
import type { Http } from '../../kit/http/http.ts';
import type { PreparedInput } from '../../kit/remote/adapter.ts';
import { nodeFailed, nodeFailureSchema } from './comfyui-errors.ts';
import { ObjectInfo, objectInfoSchema } from './object-info.ts';

/** Folder in the server's input folder, so that the owner sees what is Diorama's. */
const SUBFOLDER = 'diorama';

const fileSchema = z.object({
  filename: z.string(),
  subfolder: z.string().catch(''),
  type: z.string().catch('output'),
});
export type RemoteFile = z.infer<typeof fileSchema>;

const historySchema = z.record(
  z.string(),
  z.object({
    outputs: z
      .record(z.string(), z.object({ images: z.array(fileSchema).catch([]) }).catch({ images: [] }))
      .catch({}),
    status: z
      .object({
        status_str: z.string().catch(''),
        completed: z.boolean().catch(false),
        messages: z.array(z.tuple([z.string(), z.unknown()])).catch([]),
      })
      .nullish()
      .catch(null),
  }),
);
export type HistoryEntry = z.infer<typeof historySchema>[string];

const queueItem = z.tuple([z.number(), z.string()], z.unknown());
const queueSchema = z.object({
  queue_running: z.array(queueItem).catch([]),
  queue_pending: z.array(queueItem).catch([]),
});

export type QueueState =
  | { readonly state: 'running' | 'unknown' }
  | { readonly state: 'pending'; readonly before: number };

const submittedSchema = z.object({
  prompt_id: z.string(),
  node_errors: z
    .union([
      z.record(z.string(), z.object({ dependent_outputs: z.array(z.string()).catch([]) })),
      z.array(z.unknown()),
    ])
    .catch({}),
});

/** The routes of a ComfyUI server that a job needs. */
export class ComfyuiApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  async objectInfo(): Promise<ObjectInfo> {
    const { body } = await this.#http.json(objectInfoSchema, { url: '/object_info' });
    return new ObjectInfo(body);
  }

  /** Version of the server; null when it does not say. */
  async version(): Promise<string | null> {
    const schema = z.object({ system: z.object({ comfyui_version: z.string().nullish() }).loose() });
    const { body } = await this.#http.json(schema, { url: '/system_stats' });
    return body.system.comfyui_version ?? null;
  }

  /** What training tools wrote into a checkpoint; empty when there is nothing or the server cannot tell. */
  async metadata(checkpoint: string): Promise<Record<string, unknown>> {
    const { status, body } = await this.#http.json(z.unknown(), {
      url: `/view_metadata/checkpoints?filename=${encodeURIComponent(checkpoint)}`,
      accept: [404],
    });
    const record = z.record(z.string(), z.unknown()).safeParse(body);
    return status === 200 && record.success ? record.data : {};
  }

  /** Uploads a picture under the name of its content and gives the name to load it by. */
  async upload({ bytes, mediaType, fileName }: PreparedInput): Promise<string> {
    const form = new FormData();
    form.set('image', new Blob([new Uint8Array(bytes)], { type: mediaType }), fileName);
    form.set('type', 'input');
    form.set('subfolder', SUBFOLDER);
    // The name is the content's: whatever has it already is the same picture, or a piece of it after a crash.
    form.set('overwrite', 'true');
    const schema = z.object({ name: z.string(), subfolder: z.string().catch(SUBFOLDER) });
    const { body } = await this.#http.json(schema, {
      method: 'POST',
      url: '/upload/image',
      form,
      effect: 'none',
    });
    return body.subfolder === '' ? body.name : `${body.subfolder}/${body.name}`;
  }

  /**
   * Puts a graph into the queue.
   *
   * @returns The id as the server keeps it, and output nodes that cannot be reached because of faults before them.
   */
  async submit(
    graph: Graph,
    job: { readonly promptId: string; readonly clientId: string; readonly previews: boolean },
  ): Promise<{ readonly promptId: string; readonly deadOutputs: readonly string[] }> {
    const { body } = await this.#http.json(submittedSchema, {
      method: 'POST',
      url: '/prompt',
      json: {
        prompt: graph,
        client_id: job.clientId,
        prompt_id: job.promptId,
        // Servers from before this setting leave it alone.
        ...(job.previews ? { extra_data: { preview_method: 'auto' } } : {}),
      },
    });
    const faults = Array.isArray(body.node_errors) ? [] : Object.values(body.node_errors);
    return { promptId: body.prompt_id, deadOutputs: faults.flatMap(({ dependent_outputs: dead }) => dead) };
  }

  /** A job that has ended, well or badly; null while it has not, and when it is not known. */
  async history(promptId: string): Promise<HistoryEntry | null> {
    const { body } = await this.#http.json(historySchema, {
      url: `/history/${encodeURIComponent(promptId)}`,
    });
    return Object.hasOwn(body, promptId) ? body[promptId]! : null;
  }

  async queueState(promptId: string, signal?: AbortSignal): Promise<QueueState> {
    const { body } = await this.#http.json(queueSchema, {
      url: '/queue',
      ...(signal === undefined ? {} : { signal }),
    });
    if (body.queue_running.some(([, id]) => id === promptId)) return { state: 'running' };
    const own = body.queue_pending.find(([, id]) => id === promptId);
    if (own === undefined) return { state: 'unknown' };
    const before =
      body.queue_pending.filter(([number]) => number < own[0]).length + body.queue_running.length;
    return { state: 'pending', before };
  }

  /**
   * Cancels by the route of newer servers, which cannot hit the job that comes next.
   *
   * @returns Whether it was waiting or running and is not any more; null when the server has no such route.
   */
  async cancelJob(promptId: string, signal: AbortSignal): Promise<boolean | null> {
    const { status, body } = await this.#http.json(z.unknown(), {
      method: 'POST',
      url: `/api/jobs/${encodeURIComponent(promptId)}/cancel`,
      effect: 'none',
      accept: [404, 405],
      signal,
    });
    const answer = z.object({ cancelled: z.boolean() }).safeParse(body);
    return status === 200 && answer.success ? answer.data.cancelled : null;
  }

  async removeFromQueue(promptId: string, signal: AbortSignal): Promise<void> {
    await this.#http.send({
      method: 'POST',
      url: '/queue',
      json: { delete: [promptId] },
      effect: 'none',
      signal,
    });
  }

  /** Only with the job's own id: without one it would stop whatever runs, maybe somebody else's picture. */
  async interrupt(promptId: string, signal: AbortSignal): Promise<void> {
    await this.#http.send({
      method: 'POST',
      url: '/interrupt',
      json: { prompt_id: promptId },
      effect: 'none',
      signal,
    });
  }

  async view({ filename, subfolder, type }: RemoteFile): Promise<Uint8Array> {
    const query = new URLSearchParams({ filename, subfolder, type });
    const { body, status } = await this.#http.bytes({ url: `/view?${query}`, accept: [404] });
    if (status === 404) {
      throw new DioramaError(
        'remote-job-lost',
        'The ComfyUI server no longer has the picture that it made.',
        {
          hint: 'It was deleted there. Try again with another seed.',
        },
      );
    }
    return body;
  }
}

/** @throws {DioramaError} What went wrong in a job that ended badly. */
export function requireSuccess(entry: HistoryEntry): void {
  const messages = entry.status?.messages ?? [];
  const failure = messages.find(([event]) => event === 'execution_error');
  if (failure !== undefined) throw nodeFailed(nodeFailureSchema.catch(NO_FAILURE).parse(failure[1]));
  if (messages.some(([event]) => event === 'execution_interrupted')) {
    throw new DioramaError('engine-failed', 'Somebody stopped the job on the ComfyUI server.', {
      hint: 'Try again when the server is free.',
      details: { interrupted: true },
    });
  }
  if (entry.status?.status_str === 'error') {
    throw new DioramaError('engine-failed', 'ComfyUI reported that the job failed, without saying why.');
  }
}

const NO_FAILURE = { node_id: '', node_type: 'a node', exception_type: '', exception_message: '' };
