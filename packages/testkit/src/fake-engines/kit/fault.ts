import type { ServerResponse } from 'node:http';
import { type Answer, answerBytes, answerHeaders, isStream } from './answer.ts';

/**
 * What goes wrong with one request of a route, instead of (or on) the way back.
 *
 * A fault without `afterHandling` answers in place of the route, which never runs: a proxy in front of the service
 * failed. With it the route runs first (the job exists, the money is spent) and only its answer is lost. `stall`,
 * `drip` and `truncate` alter the route's own answer, so the route always runs.
 */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly json?: unknown;
      readonly text?: string;
      readonly afterHandling?: boolean;
    }
  /** Headers never come. */
  | { readonly kind: 'hang'; readonly afterHandling?: boolean }
  /** Headers and the first part of the body come, then nothing. Of a stream, the first piece comes whole. */
  | { readonly kind: 'stall' }
  | { readonly kind: 'drip'; readonly bytesPerSecond: number }
  /** The connection is reset before an answer. */
  | { readonly kind: 'reset'; readonly afterHandling?: boolean }
  /** The HTML page of a proxy. `status` is 200 by default. */
  | { readonly kind: 'html'; readonly status?: number; readonly afterHandling?: boolean }
  /** `Content-Length` tells the whole, half of it comes, then the connection ends (`fin`, default) or is reset. */
  | { readonly kind: 'truncate'; readonly end?: 'fin' | 'reset' }
  /** Status 200, JSON that does not parse. */
  | { readonly kind: 'garbage'; readonly afterHandling?: boolean }
  /** A body of so many bytes (`Infinity` allowed) without a declared length; `mediaType` is JSON by default. */
  | {
      readonly kind: 'oversize';
      readonly bytes: number;
      readonly mediaType?: string;
      readonly afterHandling?: boolean;
    }
  | {
      readonly kind: 'redirect';
      readonly location: string;
      readonly status?: number;
      readonly afterHandling?: boolean;
    };

const PROXY_PAGE =
  '<!doctype html><html><head><title>Gateway</title></head><body><h1>The upstream server is busy</h1></body></html>';

/** Whether the route has to run although the request is faulty. */
export function runsRoute(fault: Fault): boolean {
  if (fault.kind === 'stall' || fault.kind === 'drip' || fault.kind === 'truncate') return true;
  return fault.afterHandling === true;
}

/**
 * Sends an answer damaged by a fault.
 *
 * @param answer What the route answered; undefined when it did not run.
 * @returns When everything that will ever be sent has been sent.
 */
export async function sendFault(
  response: ServerResponse,
  fault: Fault,
  answer: Answer | undefined,
): Promise<void> {
  switch (fault.kind) {
    case 'status':
      if (fault.json !== undefined)
        return sendWhole(
          response,
          fault.status,
          JSON.stringify(fault.json),
          'application/json',
          fault.headers,
        );
      return sendWhole(response, fault.status, fault.text ?? '', 'text/plain', fault.headers);
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'html':
      return sendWhole(response, fault.status ?? 200, PROXY_PAGE, 'text/html; charset=utf-8');
    case 'garbage':
      return sendWhole(response, 200, '{"created": 17, "data": [{"b64_json": "iVBO', 'application/json');
    case 'redirect':
      return sendWhole(response, fault.status ?? 302, '', 'text/plain', { location: fault.location });
    case 'oversize':
      return sendOversize(response, fault.bytes, fault.mediaType ?? 'application/json');
    case 'stall':
      return sendStall(response, answer ?? {});
    case 'drip':
      return sendDrip(response, answer ?? {}, fault.bytesPerSecond);
    case 'truncate':
      return sendTruncated(response, answer ?? {}, fault.end ?? 'fin');
  }
}

function sendWhole(
  response: ServerResponse,
  status: number,
  body: string,
  mediaType: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    'content-type': mediaType,
    'content-length': String(bytes.length),
    ...headers,
  });
  response.end(bytes);
}

async function sendOversize(response: ServerResponse, bytes: number, mediaType: string): Promise<void> {
  response.writeHead(200, { 'content-type': mediaType });
  const chunk = Buffer.alloc(65_536, 'a');
  let left = bytes;
  while (left > 0 && !response.destroyed) {
    const piece = left < chunk.length ? chunk.subarray(0, left) : chunk;
    left -= piece.length;
    if (!response.write(piece)) await drainedOrClosed(response);
  }
  if (!response.destroyed) response.end();
}

function drainedOrClosed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

async function sendStall(response: ServerResponse, answer: Answer): Promise<void> {
  if (isStream(answer)) {
    response.writeHead(answer.status ?? 200, answerHeaders(answer));
    response.flushHeaders();
    for await (const piece of answer.stream) {
      response.write(piece);
      return;
    }
    return;
  }
  const bytes = answerBytes(answer);
  response.writeHead(answer.status ?? 200, {
    ...answerHeaders(answer),
    'content-length': String(Math.max(bytes.length, 2)),
  });
  response.flushHeaders();
  response.write(bytes.subarray(0, Math.max(1, Math.floor(bytes.length / 3))));
}

async function sendDrip(response: ServerResponse, answer: Answer, bytesPerSecond: number): Promise<void> {
  const bytes = await collect(answer);
  response.writeHead(answer.status ?? 200, {
    ...answerHeaders(answer),
    ...(isStream(answer) ? {} : { 'content-length': String(bytes.length) }),
  });
  response.flushHeaders();
  // Timers below 20 ms are not kept well, so a faster drip sends a few bytes at once.
  const pieceBytes = Math.max(1, Math.round(bytesPerSecond / 50));
  const everyMs = (1000 * pieceBytes) / bytesPerSecond;
  for (let at = 0; at < bytes.length && !response.destroyed; at += pieceBytes) {
    response.write(bytes.subarray(at, at + pieceBytes));
    await new Promise((resolve) => {
      const timer = setTimeout(done, everyMs);
      function done(): void {
        clearTimeout(timer);
        response.off('close', done);
        resolve(undefined);
      }
      response.on('close', done);
    });
  }
  if (!response.destroyed) response.end();
}

async function sendTruncated(response: ServerResponse, answer: Answer, end: 'fin' | 'reset'): Promise<void> {
  const bytes = await collect(answer);
  response.writeHead(answer.status ?? 200, {
    ...answerHeaders(answer),
    ...(isStream(answer) ? {} : { 'content-length': String(Math.max(2, bytes.length)) }),
  });
  const socket = response.socket;
  const half = bytes.subarray(0, Math.max(1, Math.floor(bytes.length / 2)));
  await new Promise<void>((resolve) => {
    response.on('close', resolve);
    response.write(half, () => resolve());
  });
  if (end === 'reset') socket?.resetAndDestroy();
  else socket?.destroySoon();
}

async function collect(answer: Answer): Promise<Uint8Array> {
  if (!isStream(answer)) return answerBytes(answer);
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.stream)
    pieces.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
  return Buffer.concat(pieces);
}
