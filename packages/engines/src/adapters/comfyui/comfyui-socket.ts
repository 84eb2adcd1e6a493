import type { AdapterIo } from '../../kit/remote/adapter.ts';
import { readBinaryFrame, readTextFrame, type SocketEvent } from './socket-frames.ts';

const OPEN_WITHIN_MS = 8_000;
const REOPEN_AFTER_MS = 2_000;
/**
 * When the server notices late that the old socket is gone, it forgets the new one of the same id with it, and nothing
 * comes any more although the connection stands. So a reopened socket that says nothing for so long is opened once more.
 */
const SILENT_AFTER_MS = 15_000;

/**
 * The socket of one job. It only makes waiting pleasant: what counts is asked for over HTTP, because sockets drop and
 * nothing that was missed is sent again.
 */
export class ComfyuiSocket {
  readonly #io: Pick<AdapterIo, 'http' | 'signal' | 'clock' | 'log'>;
  readonly #clientId: string;
  readonly #onEvent: (event: SocketEvent) => void;
  #socket: WebSocket | null = null;
  #triedAt = Number.NEGATIVE_INFINITY;
  #heardAt = Number.NEGATIVE_INFINITY;
  #isReopened = false;
  #isClosed = false;

  constructor(
    io: Pick<AdapterIo, 'http' | 'signal' | 'clock' | 'log'>,
    clientId: string,
    onEvent: (event: SocketEvent) => void,
  ) {
    this.#io = io;
    this.#clientId = clientId;
    this.#onEvent = onEvent;
  }

  /** Connects, or goes on without: a proxy that lets no sockets through must not stop a job. */
  async open(): Promise<boolean> {
    const { http, signal, clock, log } = this.#io;
    this.#triedAt = clock.elapsedMs();
    let socket: WebSocket;
    try {
      socket = http.webSocket(`/ws?clientId=${encodeURIComponent(this.#clientId)}`);
    } catch (thrown) {
      signal.throwIfAborted();
      log('comfyui-socket-refused', { reason: thrown instanceof Error ? thrown.name : 'unknown' });
      return false;
    }
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => this.#read(data));
    // Without a listener a failed connection would be an uncaught error; 'close' follows and says the same.
    socket.addEventListener('error', () => {});
    const opened = new Promise<boolean>((resolve) => {
      socket.addEventListener('open', () => resolve(true), { once: true });
      socket.addEventListener('close', () => {
        if (this.#socket === socket) this.#socket = null;
        resolve(false);
      });
    });
    const timeout = new AbortController();
    const late = clock.sleep(OPEN_WITHIN_MS, AbortSignal.any([signal, timeout.signal])).then(
      () => false,
      () => false,
    );
    const isOpen = await Promise.race([opened, late]);
    timeout.abort();
    signal.throwIfAborted();
    if (!isOpen) {
      this.#socket = null;
      closeQuietly(socket);
      log('comfyui-socket-failed');
      return false;
    }
    // It must be the first message; with it the server sends previews together with what they belong to.
    socket.send(JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } }));
    return true;
  }

  /** Connects again after a loss, not more often than every two seconds. */
  async keepOpen(): Promise<void> {
    if (this.#isClosed) return;
    const now = this.#io.clock.elapsedMs();
    if (this.#socket !== null) {
      const quietSince = Math.max(this.#heardAt, this.#triedAt);
      if (this.#isReopened && now - quietSince > SILENT_AFTER_MS) closeQuietly(this.#socket);
      return;
    }
    if (now - this.#triedAt < REOPEN_AFTER_MS) return;
    this.#isReopened = true;
    await this.open();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#socket !== null) closeQuietly(this.#socket);
    this.#socket = null;
  }

  #read(data: unknown): void {
    if (this.#isClosed) return;
    this.#heardAt = this.#io.clock.elapsedMs();
    const event =
      typeof data === 'string'
        ? readTextFrame(data)
        : data instanceof ArrayBuffer
          ? readBinaryFrame(new Uint8Array(data))
          : ArrayBuffer.isView(data)
            ? readBinaryFrame(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
            : null;
    if (event !== null) this.#onEvent(event);
  }
}

function closeQuietly(socket: WebSocket): void {
  try {
    socket.close();
  } catch {
    // Closing a socket that never opened throws in some implementations; it is gone either way.
  }
}
