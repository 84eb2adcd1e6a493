import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isRecord } from './graph.ts';

interface Connection {
  socket: WebSocket;
  flags: Record<string, unknown>;
}

export interface SocketHubOptions {
  /** Data of the `status` event that greets a new socket. */
  status(): Record<string, unknown>;
  serverFeatures(): Record<string, unknown>;
  /** Node that runs for this client right now, told to a socket that comes back. */
  runningNode(clientId: string): string | undefined;
}

/** The sockets of a server by client id. A second socket with an id takes the place of the first, which stays open. */
export class SocketHub {
  readonly #connections = new Map<string, Connection>();
  readonly #all = new Set<WebSocket>();
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #options: SocketHubOptions;
  #nameless = 0;

  constructor(options: SocketHubOptions) {
    this.#options = options;
  }

  accept(incoming: IncomingMessage, duplex: Duplex, head: Buffer, clientId: string): void {
    this.#server.handleUpgrade(incoming, duplex, head, (socket) => this.#greet(socket, clientId));
  }

  #greet(socket: WebSocket, wantedId: string): void {
    this.#nameless += 1;
    const id = wantedId === '' ? `nameless-${this.#nameless}` : wantedId;
    const connection: Connection = { socket, flags: {} };
    this.#connections.set(id, connection);
    this.#all.add(socket);
    let isFirstMessage = true;
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#all.delete(socket);
      if (this.#connections.get(id) === connection) this.#connections.delete(id);
    });
    socket.on('message', (data, isBinary) => {
      if (isBinary) return;
      const wasFirst = isFirstMessage;
      isFirstMessage = false;
      const message = parse(String(data));
      if (!wasFirst || !isRecord(message) || message['type'] !== 'feature_flags') return;
      connection.flags = isRecord(message['data']) ? message['data'] : {};
      sendTo(socket, { type: 'feature_flags', data: this.#options.serverFeatures() });
    });
    sendTo(socket, { type: 'status', data: { ...this.#options.status(), sid: id } });
    const node = this.#options.runningNode(id);
    if (node !== undefined) sendTo(socket, { type: 'executing', data: { node } });
  }

  /** Sends an event to the socket of a client, or without a client id to all of them. */
  send(type: string, data: Record<string, unknown>, clientId: string | undefined): void {
    for (const { socket } of this.#receivers(clientId)) sendTo(socket, { type, data });
  }

  sendBinary(frame: Buffer, clientId: string | undefined): void {
    for (const { socket } of this.#receivers(clientId)) if (socket.readyState === 1) socket.send(frame);
  }

  /** Whether the client told, as its first message, that it wants previews with metadata. */
  wantsMetadata(clientId: string | undefined): boolean {
    if (clientId === undefined) return false;
    return this.#connections.get(clientId)?.flags['supports_preview_metadata'] === true;
  }

  /** Cuts every connection without a closing handshake. Nothing is replayed when clients come back. */
  drop(): void {
    for (const socket of this.#all) socket.terminate();
    this.#connections.clear();
  }

  get count(): number {
    return this.#all.size;
  }

  #receivers(clientId: string | undefined): Connection[] {
    if (clientId === undefined) return [...this.#connections.values()];
    const connection = this.#connections.get(clientId);
    return connection === undefined ? [] : [connection];
  }
}

function sendTo(socket: WebSocket, message: Record<string, unknown>): void {
  if (socket.readyState === 1) socket.send(JSON.stringify(message));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
