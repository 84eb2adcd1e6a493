import { DioramaError, type ServerEvent } from '@diorama/contracts';
import type { Hono } from 'hono';
import type { AccessControl } from '../accounts/access-control.ts';
import type { Viewer } from '../accounts/viewer.ts';
import type { EventHub, HubMessage } from '../jobs/event-hub.ts';
import type { Outbox } from '../storage/outbox.ts';
import type { AppEnvironment } from './environment.ts';
import { type AccessDependencies, registerByteRoute } from './register-routes.ts';

/** A reader that lets this much pile up is cut off; it comes back with its Last-Event-ID and misses nothing. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
const HEARTBEAT_MS = 15_000;
const REPLAY_BATCH = 200;
/** Open at the same time for one account: each may hold as much as it has not read yet. */
const STREAMS_PER_ACCOUNT = 50;

export interface EventsRouteDependencies extends AccessDependencies {
  readonly hub: EventHub;
  readonly outbox: Outbox;
  /** Aborts when the server stops: open streams would keep it alive. */
  readonly closing: AbortSignal;
  readonly heartbeatMs?: number;
}

/** `GET /events`: server-sent events, resumable by Last-Event-ID. */
export function registerEventsRoute(app: Hono<AppEnvironment>, deps: EventsRouteDependencies): void {
  const open = new Map<string, number>();
  const count = (userId: string, change: 1 | -1): void => {
    const streams = (open.get(userId) ?? 0) + change;
    if (streams > 0) open.set(userId, streams);
    else open.delete(userId);
  };
  registerByteRoute(app, 'events', deps, async (c, { viewer }) => {
    const { userId } = viewer;
    if ((open.get(userId) ?? 0) >= STREAMS_PER_ACCOUNT)
      throw new DioramaError('too-many-attempts', 'Too many pages of yours are open at once.', {
        hint: 'Close some of them, then reload this one.',
      });
    const lastEventId = c.req.header('last-event-id');
    if (c.req.raw.method !== 'HEAD') count(userId, 1);
    // Nobody would read or cancel the stream of a HEAD request.
    const stream =
      c.req.raw.method === 'HEAD'
        ? null
        : openEventStream(
            deps,
            { ownerId: userId, lastEventId, onEnd: () => count(userId, -1) },
            AbortSignal.any([
              c.req.raw.signal,
              deps.closing,
              revocationOf(viewer, deps.access, c.req.raw.signal),
            ]),
          );
    return new Response(stream, {
      headers: {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      },
    });
  });
}

/** Aborts when the viewer may not listen any more. */
function revocationOf(viewer: Viewer, access: AccessControl, until: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const stop = access.onRevoked(viewer, () => controller.abort());
  until.addEventListener('abort', stop, { once: true });
  return controller.signal;
}

/**
 * @param reader.ownerId Whose events it gets.
 * @param reader.lastEventId What the client has seen; without it the stream starts with what happens next.
 * @param reader.onEnd Called once, when nobody reads any more.
 */
export function openEventStream(
  deps: Pick<EventsRouteDependencies, 'hub' | 'outbox' | 'heartbeatMs'>,
  reader: {
    readonly ownerId: string;
    readonly lastEventId?: string | undefined;
    readonly onEnd?: () => void;
  },
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  let connection: EventConnection;
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        connection = new EventConnection(controller, deps, reader, signal);
        connection.run(reader.lastEventId);
      },
      pull: () => connection.onDrained(),
      cancel: () => connection.end(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MAX_BUFFERED_BYTES }),
  );
}

/** One reader of the events: first what it missed, at its own pace, then what happens. */
class EventConnection {
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  readonly #hub: EventHub;
  readonly #outbox: Outbox;
  readonly #ownerId: string;
  readonly #onEnd: (() => void) | undefined;
  readonly #signal: AbortSignal;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #unsubscribe: () => void;
  readonly #end = (): void => this.end();
  #isOpen = true;
  #isLive = false;
  /** Id of the newest stored event that was sent. */
  #lastSent = 0;
  #drained = Promise.withResolvers<void>();

  constructor(
    controller: ReadableStreamDefaultController<Uint8Array>,
    deps: Pick<EventsRouteDependencies, 'hub' | 'outbox' | 'heartbeatMs'>,
    { ownerId, onEnd }: { readonly ownerId: string; readonly onEnd?: () => void },
    signal: AbortSignal,
  ) {
    this.#controller = controller;
    this.#onEnd = onEnd;
    this.#hub = deps.hub;
    this.#outbox = deps.outbox;
    this.#ownerId = ownerId;
    this.#signal = signal;
    this.#unsubscribe = this.#hub.subscribe((message) => {
      if (this.#isLive) this.#send(message);
    });
    this.#heartbeat = setInterval(() => this.#write(': still here\n\n'), deps.heartbeatMs ?? HEARTBEAT_MS);
    this.#heartbeat.unref();
    signal.addEventListener('abort', this.#end, { once: true });
    if (signal.aborted) this.end();
  }

  run(lastEventId: string | undefined): void {
    // Sent at once: it opens the stream for the reader.
    this.#write('retry: 1000\n\n');
    if (lastEventId === undefined) {
      this.#lastSent = this.#hub.position;
      // An id without data: a reader that is cut off before the first event resumes from here.
      this.#write(`id: ${this.#lastSent}\n\n`);
      this.#isLive = true;
    } else {
      this.#replay(lastEventId).catch(() => this.end());
    }
  }

  onDrained(): void {
    this.#drained.resolve();
  }

  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#onEnd?.();
    this.#unsubscribe();
    clearInterval(this.#heartbeat);
    this.#signal.removeEventListener('abort', this.#end);
    this.#drained.resolve();
    try {
      this.#controller.close();
    } catch {
      // The reader cancelled, which closed it already.
    }
  }

  async #replay(lastEventId: string): Promise<void> {
    const { oldest, newest } = await this.#outbox.bounds();
    const since = /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : null;
    // No id of ours, older than what is kept, or from another data folder: a gap that cannot be filled must be told.
    if (since !== null && since >= oldest - 1 && since <= newest) this.#lastSent = since;
    else {
      this.#lastSent = newest;
      const event: ServerEvent = { type: 'resync' };
      this.#write(
        toEventText({ id: newest, ownerId: this.#ownerId, type: event.type, payload: JSON.stringify(event) }),
      );
    }
    while (this.#isOpen) {
      const events = await this.#outbox.after(this.#lastSent, REPLAY_BATCH);
      for (const event of events) {
        await this.#untilRoom();
        this.#send(event);
      }
      // What the hub has delivered meanwhile was not sent here; so read on until there is nothing of that kind.
      if (events.length === 0 && this.#hub.position <= this.#lastSent) {
        this.#isLive = true;
        return;
      }
    }
  }

  async #untilRoom(): Promise<void> {
    while (this.#isOpen && (this.#controller.desiredSize ?? 0) < MAX_BUFFERED_BYTES / 2) {
      this.#drained = Promise.withResolvers();
      await this.#drained.promise;
    }
  }

  #send(message: HubMessage): void {
    if (message.id !== null) {
      if (message.id <= this.#lastSent) return;
      this.#lastSent = message.id;
    }
    // After its id was noted: what is another's counts as seen.
    if (message.ownerId !== this.#ownerId) return;
    this.#write(toEventText(message));
  }

  #write(text: string): void {
    if (!this.#isOpen) return;
    this.#controller.enqueue(encoder.encode(text));
    if ((this.#controller.desiredSize ?? 0) <= 0) this.end();
  }
}

const encoder = new TextEncoder();

/** JSON has no raw line breaks, so one data line is enough. */
function toEventText({ id, type, payload }: HubMessage): string {
  return `${id === null ? '' : `id: ${id}\n`}event: ${type}\ndata: ${payload}\n\n`;
}
