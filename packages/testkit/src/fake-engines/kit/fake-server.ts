import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Answer, answerBytes, answerHeaders, isStream } from './answer.ts';
import { type Fault, runsRoute, sendFault } from './fault.ts';
import { flatHeaders, type MutableRecord, type RecordedRequest, recordRequest } from './recorded-request.ts';

/** How a fake went down and comes back. */
export interface RestartOptions {
  /** The service keeps nothing of its jobs. Default false: they survive, as in a database. */
  readonly forgetJobs?: boolean;
  /** How long nobody listens on the port. Default, and least, 20. */
  readonly downForMs?: number;
}

/** A running fake of an image service. */
export interface FakeEngine {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** A second address of the same fake: another origin for the same routes. */
  readonly otherOrigin: string;
  /** What a user would enter as server address or API base of this service. */
  readonly baseUrl: string;
  /** Names of the routes that faults can be injected into. */
  readonly routes: readonly string[];
  /** Every request so far, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** The requests of one route, oldest first. */
  requestsTo(route: string): readonly RecordedRequest[];
  /**
   * Resolves as soon as a route was asked `count` times (default 1) since the start, with the last of these.
   *
   * @throws After `timeoutMs` (default 5000).
   */
  waitForRequest(route: string, count?: number, timeoutMs?: number): Promise<RecordedRequest>;
  /**
   * Damages the next `times` (default 1, `Infinity` allowed) requests of a route. Faults queue up behind each other.
   *
   * @throws When there is no such route.
   */
  inject(route: string, fault: Fault, times?: number): void;
  /** Forgets the faults that have not happened yet. */
  clearFaults(): void;
  /** Drops every connection and comes back on the same port. */
  restart(options?: RestartOptions): Promise<void>;
  close(): Promise<void>;
}

/** What a route gets to answer a request. */
export interface RouteContext {
  readonly request: RecordedRequest;
  /** Named groups of the route's path. */
  readonly params: Readonly<Record<string, string>>;
  /** Aborts when the client hangs up or the fake goes down. */
  readonly signal: AbortSignal;
  readonly origin: string;
  readonly otherOrigin: string;
}

/** A route: a name (the phase that faults are injected into), what it matches, and its answer. */
export interface Route {
  readonly name: string;
  readonly method: string;
  /** Matched against the whole path, named groups become `params`. */
  readonly path: RegExp;
  readonly handle: (context: RouteContext) => Answer | Promise<Answer>;
}

/** A route that takes the connection over, e.g. as a WebSocket. */
export interface UpgradeRoute {
  readonly name: string;
  readonly path: RegExp;
  readonly accept: (
    request: RecordedRequest,
    incoming: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ) => void;
}

export interface FakeServerOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Path of the API base below the origin, e.g. `/v1`. Default none. */
  readonly basePath?: string;
  readonly routes: readonly Route[];
  readonly upgrades?: readonly UpgradeRoute[];
  /** Runs before every known route; an answer ends the request there (keys, credit). */
  readonly before?: (context: RouteContext, route: Route) => Answer | undefined | Promise<Answer | undefined>;
  /** The service's own answer to a path it does not know. */
  readonly notFound: (request: RecordedRequest) => Answer;
  /** Extra milliseconds before a route is handled, looked up at each request. */
  readonly delayMs?: (route: string) => number;
  /** Called by a restart that forgets the jobs. */
  readonly forgetJobs?: () => void;
  /** Called when the fake goes down, at a restart as well as at the end: stop timers and running jobs' sockets. */
  readonly goesDown?: () => void;
}

const LISTEN_ATTEMPTS = 40;
const SEEN_CLOSED_MS = 20;

/**
 * Starts an HTTP server on the loopback address that records each request, damages the ones it was told to and hands
 * the others to its routes. Services are built on top of it.
 *
 * @throws When the port is taken.
 */
export async function startFakeServer(options: FakeServerOptions): Promise<FakeEngine> {
  const requests: RecordedRequest[] = [];
  const faults = new Map<string, { fault: Fault; left: number }[]>();
  const arrivals = new Set<() => void>();
  const sockets = new Set<Socket>();
  const routeNames = [
    ...new Set([
      ...options.routes.map((route) => route.name),
      ...(options.upgrades ?? []).map((route) => route.name),
    ]),
  ];
  let servers: Server[] = [];
  let down = new AbortController();
  let port = options.port ?? 0;
  let otherPort = 0;
  let origin = '';
  let otherOrigin = '';

  function takeFault(route: string): Fault | undefined {
    const queue = faults.get(route);
    const first = queue?.[0];
    if (queue === undefined || first === undefined) return undefined;
    first.left -= 1;
    if (first.left <= 0) queue.shift();
    return first.fault;
  }

  function record(request: RecordedRequest): void {
    requests.push(request);
    for (const arrived of [...arrivals]) arrived();
  }

  function matchRoute(
    method: string,
    path: string,
  ): { route: Route; params: Record<string, string> } | undefined {
    for (const route of options.routes) {
      const match = route.method === method ? route.path.exec(path) : null;
      if (match === null) continue;
      const params: Record<string, string> = {};
      for (const [name, value] of Object.entries(match.groups ?? {})) {
        if (value !== undefined) params[name] = decodeURIComponent(value);
      }
      return { route, params };
    }
    return undefined;
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', origin);
    const match = matchRoute(incoming.method ?? 'GET', url.pathname);
    const request: MutableRecord = await recordRequest(incoming, match?.route.name ?? 'unknown', url);
    const hungUp = new AbortController();
    let endedByUs = false;
    response.on('close', () => {
      if (response.writableFinished || endedByUs || down.signal.aborted) return;
      request.aborted = true;
      hungUp.abort();
    });
    // A client may hang up while we read; then 'close' has been emitted already.
    if (response.destroyed) request.aborted = true;
    record(request);

    const signal = AbortSignal.any([hungUp.signal, down.signal]);
    const context: RouteContext = { request, params: match?.params ?? {}, signal, origin, otherOrigin };
    const fault = match === undefined ? undefined : takeFault(match.route.name);
    const answer = async (): Promise<Answer> => {
      if (match === undefined) return options.notFound(request);
      return (await options.before?.(context, match.route)) ?? (await match.route.handle(context));
    };

    await pause(options.delayMs?.(request.route) ?? 0, signal);
    if (signal.aborted) return;
    if (fault !== undefined) {
      const damaged = runsRoute(fault) ? await answer() : undefined;
      endedByUs = fault.kind === 'reset' || fault.kind === 'truncate';
      await sendFault(response, fault, damaged);
      return;
    }
    await sendAnswer(response, await answer(), signal);
  }

  function serve(incoming: IncomingMessage, response: ServerResponse): void {
    handle(incoming, response).catch((error: unknown) => {
      if (response.destroyed || incoming.destroyed || down.signal.aborted) return;
      // A mistake in a fake must not look like a fault of the service that a client should survive.
      console.error('A fake engine failed while answering:', error);
      if (!response.headersSent) response.writeHead(599, { 'content-type': 'text/plain' });
      response.end(`fake engine failed: ${String(error)}`);
    });
  }

  function upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(incoming.url ?? '/', origin);
    const route = options.upgrades?.find((candidate) => candidate.path.test(url.pathname));
    const request: MutableRecord = {
      route: route?.name ?? 'unknown',
      method: 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: flatHeaders(incoming.headers),
      body: new Uint8Array(0),
      at: Date.now(),
      aborted: false,
    };
    record(request);
    const fault = route === undefined ? undefined : takeFault(route.name);
    if (fault === undefined && route !== undefined) {
      route.accept(request, incoming, socket, head);
      return;
    }
    if (fault?.kind === 'hang' || fault?.kind === 'stall') return;
    if (fault?.kind === 'reset' || fault?.kind === 'truncate') {
      socket.destroy();
      return;
    }
    const status =
      fault?.kind === 'status'
        ? fault.status
        : fault?.kind === 'html' || fault?.kind === 'garbage'
          ? 200
          : fault?.kind === 'redirect'
            ? 302
            : 404;
    const location = fault?.kind === 'redirect' ? `location: ${fault.location}\r\n` : '';
    socket.end(
      `HTTP/1.1 ${status} Not a WebSocket\r\n${location}content-length: 0\r\nconnection: close\r\n\r\n`,
    );
  }

  async function listen(): Promise<void> {
    down = new AbortController();
    const main = await listenOn(newServer, port);
    port = (main.address() as AddressInfo).port;
    const other = await listenOn(newServer, otherPort);
    otherPort = (other.address() as AddressInfo).port;
    origin = `http://127.0.0.1:${port}`;
    otherOrigin = `http://127.0.0.1:${otherPort}`;
    servers = [main, other];
  }

  function newServer(): Server {
    // The default limits of Node would end hanging requests on their own; a fake hangs until it is told otherwise.
    const server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 60_000 }, serve);
    server.on('upgrade', upgrade);
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => {});
    });
    return server;
  }

  async function goDown(): Promise<void> {
    down.abort();
    options.goesDown?.();
    const closing = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const socket of sockets) socket.destroy();
    await Promise.all(closing);
    servers = [];
  }

  await listen();

  return {
    get origin() {
      return origin;
    },
    get otherOrigin() {
      return otherOrigin;
    },
    get baseUrl() {
      return `${origin}${options.basePath ?? ''}`;
    },
    routes: routeNames,
    requests,
    requestsTo: (route) => requests.filter((request) => request.route === route),
    waitForRequest(route, count = 1, timeoutMs = 5000) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const seen = requests.filter((request) => request.route === route)[count - 1];
          if (seen === undefined) return;
          clearTimeout(timer);
          arrivals.delete(look);
          resolve(seen);
        };
        const timer = setTimeout(() => {
          arrivals.delete(look);
          const seen = requests.filter((request) => request.route === route).length;
          reject(new Error(`The route "${route}" was asked ${seen} times in ${timeoutMs} ms, not ${count}.`));
        }, timeoutMs);
        arrivals.add(look);
        look();
      });
    },
    inject(route, fault, times = 1) {
      if (!routeNames.includes(route)) {
        throw new Error(`There is no route "${route}" here, only ${routeNames.join(', ')}.`);
      }
      faults.set(route, [...(faults.get(route) ?? []), { fault, left: times }]);
    },
    clearFaults: () => faults.clear(),
    async restart({ forgetJobs = false, downForMs = 0 } = {}) {
      await goDown();
      if (forgetJobs) options.forgetJobs?.();
      // A client in the same process needs a moment to see that its kept connections are closed. Without it, its next
      // request would go out on a dead one and fail for a reason that no test is about.
      await new Promise((resolve) => setTimeout(resolve, Math.max(SEEN_CLOSED_MS, downForMs)));
      await listen();
    },
    close: goDown,
  };
}

async function sendAnswer(response: ServerResponse, answer: Answer, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  if (!isStream(answer)) {
    const bytes = answerBytes(answer);
    response.writeHead(answer.status ?? 200, {
      ...answerHeaders(answer),
      'content-length': String(bytes.length),
    });
    response.end(bytes);
    return;
  }
  response.writeHead(answer.status ?? 200, answerHeaders(answer));
  response.flushHeaders();
  for await (const piece of answer.stream) {
    if (signal.aborted || response.destroyed) return;
    response.write(piece);
  }
  response.end();
}

/** Waits, or returns early when the signal aborts. Never rejects: the caller looks at the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

async function listenOn(create: () => Server, port: number): Promise<Server> {
  for (let attempt = 1; ; attempt += 1) {
    const server = create();
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', resolve);
      });
      return server;
    } catch (error) {
      // After a restart the port may be taken for a moment by an outgoing connection of another program.
      if (port === 0 || attempt >= LISTEN_ATTEMPTS || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE')
        throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
