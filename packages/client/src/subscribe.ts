import { API_PREFIX, type ServerEvent, serverEventSchema } from '@diorama/contracts';
import { type Connection, parseObject } from './connection.ts';
import { EventStreamParser } from './event-stream-parser.ts';

/** `open`: events arrive. `connecting`: they do not right now, and it is being tried again. `closed`: unsubscribed. */
export type EventsStatus = 'connecting' | 'open' | 'closed';

export interface SubscribeOptions {
  readonly onEvent: (event: ServerEvent) => void;
  readonly onStatus?: (status: EventsStatus) => void;
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
  /** Longest pause between two attempts, milliseconds; default 10,000. */
  readonly maxDelayMs?: number;
}

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 10_000;
/** The server sends at least a comment every 15 seconds; silence for three times that is a dead connection. */
const SILENCE_MS = 45_000;

/**
 * Receives the server's events until the signal aborts, reconnecting by itself; what was stored while the connection
 * was down is delivered afterwards, without gap or repetition.
 *
 * Reads the stream with fetch rather than EventSource: the same code runs in Node, and the id to resume from survives
 * every kind of failure.
 *
 * @returns Ends the subscription.
 */
export function subscribe(connection: Connection, options: SubscribeOptions): () => void {
  const controller = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal;
  void keepReceiving(connection, options, signal);
  return () => controller.abort();
}

async function keepReceiving(
  connection: Connection,
  { onEvent, onStatus, maxDelayMs = MAX_DELAY_MS }: SubscribeOptions,
  signal: AbortSignal,
): Promise<void> {
  const parser = { lastEventId: null as string | null, retryMs: null as number | null };
  let failures = 0;
  while (!signal.aborted) {
    onStatus?.('connecting');
    const startedAt = Date.now();
    await receive(connection, parser, {
      onOpen: () => onStatus?.('open'),
      onEvent,
      signal,
    });
    if (signal.aborted) break;
    // A connection that held for a while was fine; one that ends at once is not to be hammered.
    failures = Date.now() - startedAt > SILENCE_MS ? 0 : failures + 1;
    const delay = Math.min(maxDelayMs, (parser.retryMs ?? FIRST_DELAY_MS) * 2 ** Math.max(0, failures - 1));
    // Spread, so that many clients do not come back in the same instant.
    await pause(delay * (0.5 + Math.random() / 2), signal);
  }
  onStatus?.('closed');
}

/** One connection, from the request to its end, whatever ends it. */
async function receive(
  connection: Connection,
  position: { lastEventId: string | null; retryMs: number | null },
  handlers: { onOpen: () => void; onEvent: (event: ServerEvent) => void; signal: AbortSignal },
): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const parser = new EventStreamParser(position.lastEventId);
  try {
    const response = await connection.fetch(`${connection.baseUrl}${API_PREFIX}/events`, {
      headers: {
        Accept: 'text/event-stream',
        ...(position.lastEventId === null ? {} : { 'Last-Event-ID': position.lastEventId }),
      },
      cache: 'no-store',
      signal: AbortSignal.any([handlers.signal, silence.signal]),
    });
    if (!response.ok || !response.body) return;
    handlers.onOpen();
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      for (const { data } of parser.push(decoder.decode(value, { stream: true }))) {
        const event = serverEventSchema.safeParse(parseObject(data));
        // An event of a newer server is none that this program could act on.
        if (event.success && !handlers.signal.aborted) tell(handlers.onEvent, event.data);
      }
      position.lastEventId = parser.lastEventId;
      position.retryMs = parser.retryMs ?? position.retryMs;
    }
  } catch {
    // Lost connections are part of the job; the caller tries again.
  } finally {
    clearTimeout(timer);
  }
}

/** A fault of the listener is not one of the connection: it must neither end it nor make it repeat the event. */
function tell(onEvent: (event: ServerEvent) => void, event: ServerEvent): void {
  try {
    onEvent(event);
  } catch (thrown) {
    console.error(thrown);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
