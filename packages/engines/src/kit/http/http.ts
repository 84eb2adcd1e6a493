import type { DioramaError } from '@diorama/contracts';
import type { z } from 'zod';

/** Limits of one call, by stage; milliseconds. */
export interface Timeouts {
  /** To a connection. Default 10 s. */
  readonly connectMs: number;
  /** From the request to the first byte of the answer. Default 60 s; long for services that answer when the picture is done. */
  readonly firstByteMs: number;
  /** Between two pieces of the body. Default 30 s. */
  readonly idleMs: number;
  /** Of the whole call. Default 10 min. */
  readonly totalMs: number;
}

export interface HttpCall {
  /** Default GET. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the connection's address, with its leading slash; or an absolute address as the service gave it. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: FormData;
  /**
   * What a second try would do. `none`: it may be repeated after any passing failure (the default of GET).
   * `charged`: only when the first certainly did not arrive (no connection, 429, 503 with Retry-After): a lost answer
   * may stand for a picture that is paid for (the default of everything else).
   */
  readonly effect?: 'none' | 'charged';
  readonly timeouts?: Partial<Timeouts>;
  /** Of the decoded body; default 64 MB for bytes, 96 MB for JSON (pictures in base64). */
  readonly maxBytes?: number;
  /**
   * After an abort, the answer to a request that is already on its way is still waited for this long; default 0. For
   * answers that say what has to be canceled.
   */
  readonly answerGraceMs?: number;
  /** Instead of the job's, as for the cancel that follows its abort. */
  readonly signal?: AbortSignal;
  /** Answers with these statuses are returned, not thrown. */
  readonly accept?: readonly number[];
}

export interface HttpAnswer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** An answer that says no, as it is handed to `Adapter.readError`. */
export interface HttpFailure {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body when it is JSON, else undefined. */
  readonly json: unknown;
  /** The first 64 kB of the body. */
  readonly text: string;
}

/**
 * The only way to the network: address rules, time-outs by stage, caps, retries and redaction hold everywhere.
 *
 * Every method throws `DioramaError`: `engine-unreachable`, `address-not-allowed`, `timed-out`, what `Adapter.readError`
 * makes of an error answer, else what its status means (`key-refused`, `no-credit`, `rate-limited`, `request-rejected`,
 * `engine-failed`), and `invalid-output` for a body that is not what was asked for. An abort throws the signal's reason.
 */
export interface Http {
  json<T>(schema: z.ZodType<T>, call: HttpCall): Promise<HttpAnswer<T>>;
  bytes(call: HttpCall): Promise<HttpAnswer<Uint8Array>>;
  /**
   * Server-sent events of one answer, until it ends. A server that answers with JSON instead, as it may when it cannot
   * stream, gives one event without a name that holds the whole of it: what was charged for is not thrown away.
   */
  events(call: HttpCall): AsyncIterable<{ readonly event: string | undefined; readonly data: string }>;
  /** For its effect alone; the body is thrown away. */
  send(call: HttpCall): Promise<HttpAnswer<null>>;
  /**
   * For libraries with a client of their own: the same address rules, time-outs, caps and default headers, but no
   * retries, and error answers are answers. Rejects with `DioramaError` for everything that is not an answer.
   */
  readonly fetch: typeof globalThis.fetch;
  /** `fetch` with other limits, as for a service that answers only when the picture is done. */
  fetchWith(timeouts: Partial<Timeouts>): typeof globalThis.fetch;
  /** A WebSocket below the connection's address, under the same address rules. Closed when the job's signal fires. */
  webSocket(url: string): WebSocket;
  /**
   * Turns an error answer that a library got through `fetch` into the `DioramaError` that the methods here would throw.
   */
  failure(failure: HttpFailure): DioramaError;
  /**
   * Runs a charged call with the kit's retry rules: waits and repeats while `attempt` throws `rate-limited` with a
   * wait of at most a minute, or `engine-unreachable` before anything was sent. For calls made through `fetch`.
   */
  retrying<T>(effect: 'none' | 'charged', attempt: () => Promise<T>): Promise<T>;
}
