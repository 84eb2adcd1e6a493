import type { Socket } from 'node:net';
import { DioramaError } from '@diorama/contracts';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { type Agent, WebSocket as UndiciWebSocket, fetch as undiciFetch } from 'undici';
import type { z } from 'zod';
import type { Clock } from '../remote/clock.ts';
import { type AddressRules, isOwnOrigin, requireAllowedUrl } from './address-rules.ts';
import { createDispatcher } from './dispatcher.ts';
import { failureByStatus } from './failure.ts';
import type { Http, HttpAnswer, HttpCall, HttpFailure, Timeouts } from './http.ts';
import { jsonText, parseJson, requireFewValues } from './json-text.ts';
import { networkError } from './network-error.ts';
import { readBody } from './read-body.ts';
import { redact } from './redact.ts';
import { type RetryRules, withRetries } from './retry.ts';
import { StageTimer } from './stage-timer.ts';

/** Defaults of `HttpCall.timeouts`. */
export const DEFAULT_TIMEOUTS: Timeouts = {
  connectMs: 10_000,
  firstByteMs: 60_000,
  idleMs: 30_000,
  totalMs: 600_000,
};

const MAX_JSON_BYTES = 96 * 2 ** 20;
const MAX_BYTES = 64 * 2 ** 20;
const MAX_FAILURE_BYTES = 64 * 1024;

export interface HttpOptions {
  readonly rules: AddressRules;
  /** For messages: "OpenAI". */
  readonly engineName: string;
  /** With the key. Sent to the connection's own origin, and where `sendsKeyTo` says so. */
  readonly keyHeaders: Readonly<Record<string, string>>;
  readonly sendsKeyTo?: ((url: URL) => boolean) | undefined;
  /** Taken out of everything that a service says. */
  readonly secrets: readonly string[];
  readonly readError?: ((failure: HttpFailure) => DioramaError | null) | undefined;
  /** No call waits longer than this, whatever it asks for; for tests. */
  readonly timeoutCaps: Partial<Timeouts>;
  readonly retry: RetryRules;
  readonly clock: Clock;
}

/** A server that does not answer the goodbye of a WebSocket is not waited for. */
const GOODBYE_MS = 1_000;

/** The network as one job of one connection sees it. */
export function createHttp(options: HttpOptions, dispatcher: Agent, jobSignal: AbortSignal): Http {
  const { rules, engineName, clock } = options;

  const resolveUrl = (url: string): URL => {
    // Without its slash a text would lengthen the host's name: ".example.net/" or "@example.net/".
    const text = url.startsWith('/') ? rules.address + url : url;
    if (!/^[a-z][a-z0-9+.-]*:/i.test(text) || !URL.canParse(text))
      throw new DioramaError('invalid-output', `${engineName} named an address that is none.`);
    return new URL(text);
  };

  const timeoutsOf = (asked: Partial<Timeouts> = {}): Timeouts => {
    const wanted = { ...DEFAULT_TIMEOUTS, ...asked };
    const caps = options.timeoutCaps;
    return {
      connectMs: Math.min(wanted.connectMs, caps.connectMs ?? wanted.connectMs),
      firstByteMs: Math.min(wanted.firstByteMs, caps.firstByteMs ?? wanted.firstByteMs),
      idleMs: Math.min(wanted.idleMs, caps.idleMs ?? wanted.idleMs),
      totalMs: Math.min(wanted.totalMs, caps.totalMs ?? wanted.totalMs),
    };
  };

  const getsKey = (url: URL): boolean => isOwnOrigin(url, rules) || options.sendsKeyTo?.(url) === true;

  const headersFor = (url: URL, others: HeadersInit = {}): Headers => {
    const headers = new Headers(others);
    try {
      if (getsKey(url))
        for (const [name, value] of Object.entries(options.keyHeaders))
          if (!headers.has(name)) headers.set(name, value);
    } catch {
      // Without the cause: it quotes the key.
      throw new DioramaError('key-refused', `The key of ${engineName} has characters that no key can have.`, {
        hint: 'Enter it again on the page Engines, without line breaks and quotation marks.',
      });
    }
    return headers;
  };

  const open = async (
    url: URL,
    init: { method: string; headers: Headers; body: BodyInit | null },
    timer: StageTimer,
  ): Promise<Response> => {
    requireAllowedUrl(url, rules);
    // Libraries set the key themselves, wherever they call.
    if (!getsKey(url))
      for (const [name, value] of [...init.headers])
        if (redact(value, options.secrets) !== value) init.headers.delete(name);
    try {
      const response = await undiciFetch(url, {
        ...(await plainBody(init)),
        method: init.method,
        dispatcher,
        redirect: 'manual',
        signal: timer.signal,
      });
      timer.touch();
      // The same interface from another copy of the library that Node itself carries.
      return response as unknown as Response;
    } catch (thrown) {
      timer.signal.throwIfAborted();
      throw networkError(thrown, engineName);
    }
  };

  const failure = (answer: HttpFailure): DioramaError => {
    const text = redact(answer.text, options.secrets);
    const clean: HttpFailure = { ...answer, text, json: parseJson(text) };
    return options.readError?.(clean) ?? failureByStatus(clean, engineName, clock.now());
  };

  const request = async <T>(
    call: HttpCall,
    read: (response: Response, timer: StageTimer) => Promise<T>,
  ): Promise<HttpAnswer<T>> => {
    const url = resolveUrl(call.url);
    const method = call.method ?? 'GET';
    const headers = headersFor(url, call.headers);
    const body = bodyOf(call, headers);
    const signal = call.signal ?? jobSignal;
    const attempt = async (): Promise<HttpAnswer<T>> => {
      signal.throwIfAborted();
      const timer = new StageTimer(signal, timeoutsOf(call.timeouts), engineName, call.answerGraceMs);
      try {
        const response = await open(url, { method, headers, body }, timer);
        const isError = response.status < 200 || response.status > 299;
        if (isError && !call.accept?.includes(response.status)) throw await readFailure(response, timer);
        return { status: response.status, headers: response.headers, body: await read(response, timer) };
      } catch (thrown) {
        timer.signal.throwIfAborted();
        throw thrown instanceof DioramaError ? thrown : networkError(thrown, engineName);
      } finally {
        timer.end();
      }
    };
    const effect = call.effect ?? (method === 'GET' ? 'none' : 'charged');
    return await withRetries(attempt, { effect, clock, signal, rules: options.retry });
  };

  const readFailure = async (response: Response, timer: StageTimer): Promise<DioramaError> => {
    let text = '';
    try {
      const bytes = await readBody(response, {
        maxBytes: MAX_FAILURE_BYTES,
        onPiece: timer.touch,
        engineName,
      });
      text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    } catch {
      timer.signal.throwIfAborted();
      // The status says enough.
    }
    return failure({ status: response.status, headers: response.headers, json: parseJson(text), text });
  };

  const json = async <T>(schema: z.ZodType<T>, call: HttpCall): Promise<HttpAnswer<T>> =>
    await request(
      { ...call, headers: { Accept: 'application/json', ...call.headers } },
      async (response, timer) => {
        const bytes = await readBody(response, {
          maxBytes: call.maxBytes ?? MAX_JSON_BYTES,
          onPiece: timer.touch,
          engineName,
        });
        const text = jsonText(bytes, engineName);
        const parsed = schema.safeParse(parseJson(text));
        if (parsed.success) return parsed.data;
        throw new DioramaError(
          'invalid-output',
          `${engineName} answered with something that was not expected.`,
          {
            hint: /<html/i.test(text)
              ? 'A web page came instead of an answer: check the address, and whether a proxy stands before it.'
              : 'Check the address and the version of the server, then try again.',
            details: { passing: parseJson(text) === undefined },
            cause: parsed.error,
          },
        );
      },
    );

  const fetchWith =
    (timeouts: Partial<Timeouts>): typeof globalThis.fetch =>
    async (input, init) => {
      const source = input instanceof Request ? input : null;
      const url = resolveUrl(source ? source.url : String(input));
      const headers = headersFor(url, init?.headers ?? source?.headers);
      const callerSignal = init?.signal ?? source?.signal ?? null;
      const signal = callerSignal ? AbortSignal.any([jobSignal, callerSignal]) : jobSignal;
      signal.throwIfAborted();
      const timer = new StageTimer(signal, timeoutsOf(timeouts), engineName);
      try {
        const response = await open(
          url,
          {
            method: init?.method ?? source?.method ?? 'GET',
            headers,
            body: init?.body ?? source?.body ?? null,
          },
          timer,
        );
        // Read here, so that caps and the watch hold however the library reads it.
        const isError = !response.ok;
        const bytes = await readBody(response, {
          maxBytes: isError ? MAX_FAILURE_BYTES : MAX_JSON_BYTES,
          onPiece: timer.touch,
          engineName,
        });
        if (/\bjson\b/i.test(response.headers.get('content-type') ?? '')) requireFewValues(bytes, engineName);
        const clean = isError
          ? Buffer.from(redact(Buffer.from(bytes).toString('utf8'), options.secrets))
          : bytes;
        return new Response(BODILESS.has(response.status) ? null : new Uint8Array(clean), {
          status: response.status,
          headers: withoutEncoding(response.headers),
        });
      } catch (thrown) {
        timer.signal.throwIfAborted();
        throw thrown instanceof DioramaError ? thrown : networkError(thrown, engineName);
      } finally {
        timer.end();
      }
    };

  return {
    json,
    failure,
    bytes: async (call) =>
      await request(call, async (response, timer) =>
        readBody(response, { maxBytes: call.maxBytes ?? MAX_BYTES, onPiece: timer.touch, engineName }),
      ),
    send: async (call) =>
      await request(call, async (response) => {
        await response.body?.cancel();
        return null;
      }),
    events: (call) => readEvents(call),
    fetch: fetchWith({}),
    fetchWith,
    webSocket: (target) => {
      const url = resolveUrl(target);
      url.protocol = url.protocol.replace(/^http/, 'ws');
      requireAllowedUrl(url, rules);
      jobSignal.throwIfAborted();
      const headers = Object.fromEntries(headersFor(url));
      // Of its own, to know the socket below: only that can be ended for certain.
      let below: Socket | undefined;
      const { connectMs } = timeoutsOf();
      const own = createDispatcher(rules, connectMs, (connected) => {
        below = connected;
      });
      const socket = new UndiciWebSocket(url, { dispatcher: own, headers });
      const sayGoodbye = socket.close.bind(socket);
      socket.close = (code, reason) => {
        sayGoodbye(code, reason);
        setTimeout(() => below?.destroy(), GOODBYE_MS).unref();
      };
      const close = () => socket.close();
      jobSignal.addEventListener('abort', close, { once: true });
      socket.addEventListener('close', () => jobSignal.removeEventListener('abort', close));
      return socket as unknown as WebSocket;
    },
    retrying: async (effect, attempt) =>
      await withRetries(attempt, { effect, clock, signal: jobSignal, rules: options.retry }),
  };

  async function* readEvents(call: HttpCall): AsyncGenerator<{ event: string | undefined; data: string }> {
    const url = resolveUrl(call.url);
    const headers = headersFor(url, { Accept: 'text/event-stream', ...call.headers });
    const body = bodyOf(call, headers);
    const signal = call.signal ?? jobSignal;
    signal.throwIfAborted();
    let timer = new StageTimer(signal, timeoutsOf(call.timeouts), engineName);
    const maxBytes = call.maxBytes ?? MAX_JSON_BYTES;
    try {
      const method = call.method ?? 'GET';
      const begin = async (): Promise<Response> => {
        // The wait before another try is not the service's silence.
        timer.end();
        timer = new StageTimer(signal, timeoutsOf(call.timeouts), engineName);
        const response = await open(url, { method, headers, body }, timer);
        if (!response.ok) throw await readFailure(response, timer);
        return response;
      };
      const response = await withRetries(begin, {
        effect: call.effect ?? (method === 'GET' ? 'none' : 'charged'),
        clock,
        signal,
        rules: options.retry,
      });
      const mediaType = response.headers.get('content-type') ?? '';
      if (/\bjson\b/i.test(mediaType)) {
        const whole = await readBody(response, { maxBytes, onPiece: timer.touch, engineName });
        yield { event: undefined, data: jsonText(whole, engineName) };
        return;
      }
      if (!mediaType.includes('text/event-stream'))
        throw new DioramaError('invalid-output', `${engineName} did not answer with a stream of events.`, {
          details: { notAStream: true },
        });
      const waiting: EventSourceMessage[] = [];
      const parser = createParser({ onEvent: (event) => waiting.push(event) });
      const decoder = new TextDecoder();
      let bytes = 0;
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
        timer.touch();
        bytes += piece.byteLength;
        if (bytes > maxBytes)
          throw new DioramaError(
            'invalid-output',
            `${engineName} sent more than ${Math.round(maxBytes / 2 ** 20)} MB.`,
          );
        parser.feed(decoder.decode(piece, { stream: true }));
        for (const { event, data } of waiting.splice(0)) yield { event, data };
      }
    } catch (thrown) {
      timer.signal.throwIfAborted();
      throw thrown instanceof DioramaError ? thrown : networkError(thrown, engineName);
    } finally {
      timer.abandon();
    }
  }
}

/** What a call sends; a JSON body names itself in the headers. */
function bodyOf({ json, form }: HttpCall, headers: Headers): BodyInit | null {
  if (json === undefined) return form ?? null;
  headers.set('Content-Type', 'application/json');
  return JSON.stringify(json);
}

/** Forms and streams of the web platform as plain bytes: the client's own classes are not those of Node. */
async function plainBody(init: {
  headers: Headers;
  body: BodyInit | null;
}): Promise<{ headers: Record<string, string>; body: string | Uint8Array<ArrayBuffer> | null }> {
  const headers = Object.fromEntries(init.headers);
  const { body } = init;
  if (body === null || typeof body === 'string') return { headers, body };
  const response = new Response(body);
  const type = response.headers.get('content-type');
  if (type !== null && body instanceof FormData) headers['content-type'] = type;
  return { headers, body: new Uint8Array(await response.arrayBuffer()) };
}

/** Statuses whose answers cannot have a body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** The body was decoded already; its former encoding and length would mislead. */
function withoutEncoding(headers: Headers): Headers {
  const plain = new Headers(headers);
  plain.delete('content-encoding');
  plain.delete('content-length');
  plain.delete('transfer-encoding');
  return plain;
}
