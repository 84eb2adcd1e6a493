import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';

/** What happens to the next calls that would make an image. */
export type EchoMode = 'pass' | 'html' | 'reset' | 'cut' | number;

/**
 * Stands before a service and repeats whatever secret it was sent: in the metadata of every picture, in the text of
 * every error, in its headers. Careless proxies and hostile servers do.
 */
export class EchoingProxy {
  mode: EchoMode = 'pass';
  /** Calls that carried the secret. */
  keyed = 0;
  readonly #target: () => string;
  readonly #secret: string;
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });

  constructor(target: () => string, secret: string) {
    this.#target = target;
    this.#secret = secret;
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this.origin;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const said = JSON.stringify(request.headers);
    if (said.includes(this.#secret)) this.keyed += 1;
    if (request.method === 'POST' && this.mode !== 'pass') {
      this.#fail(response, `${said} ${this.#forms().join(' ')}`);
      return;
    }
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers))
      if (typeof value === 'string' && !['host', 'connection', 'content-length'].includes(name))
        headers.set(name, value);
    const answer = await fetch(`${this.#target()}${request.url}`, {
      method: request.method!,
      headers,
      ...(body.length > 0 ? { body } : {}),
    });
    const bytes = this.#mark(Buffer.from(await answer.arrayBuffer()));
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? 'application/octet-stream',
      'content-length': bytes.length,
      'x-echo': this.#secret,
    });
    response.end(bytes);
  }

  #fail(response: ServerResponse, echo: string): void {
    const { mode } = this;
    if (mode === 'reset') {
      response.socket?.resetAndDestroy();
      return;
    }
    if (mode === 'html') {
      response.writeHead(200, { 'content-type': 'text/html', 'x-echo': this.#secret });
      response.end(`<html><title>${this.#secret}</title><p>${echo}</p></html>`);
      return;
    }
    if (mode === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100_000 });
      response.write(`{"id": "${echo}`, () => response.destroy());
      return;
    }
    const said = `The request failed: ${echo}`;
    const text = JSON.stringify({
      error: { message: said, type: this.#secret, code: this.#secret, param: said, status: this.#secret },
      detail: said,
      message: said,
      title: said,
    });
    // Beyond what anybody waits for, so that nothing is tried again.
    response.writeHead(Number(mode), { 'content-type': 'application/json', 'retry-after': '600' });
    response.end(text);
  }

  #forms(): string[] {
    const bytes = Buffer.from(this.#secret);
    return [
      this.#secret,
      bytes.toString('base64'),
      Buffer.from(`Bearer ${this.#secret}`).toString('base64'),
      bytes.toString('hex'),
      encodeURIComponent(this.#secret),
    ];
  }

  #mark(bytes: Buffer): Buffer {
    if (isPicture(bytes)) return this.#markPicture(bytes);
    // Results and polling addresses lead through the proxy as well.
    const text = bytes.toString('utf8').replaceAll(this.#target(), this.origin);
    // Pictures inside of JSON and of event streams.
    const marked = text.replace(/(iVBORw0KGgo|\/9j\/|UklGR)[A-Za-z0-9+/]{60,}={0,2}/g, (base64) =>
      this.#markPicture(Buffer.from(base64, 'base64')).toString('base64'),
    );
    return Buffer.from(marked);
  }

  #markPicture(bytes: Buffer): Buffer {
    const note = Buffer.from(this.#forms().join(' '));
    // A PNG takes a text chunk after its header; decoders of the others do not mind what follows the picture.
    if (bytes[0] !== 0x89) return Buffer.concat([bytes, note]);
    const body = Buffer.concat([Buffer.from('tEXtComment\0', 'latin1'), note]);
    const chunk = Buffer.alloc(8 + body.length);
    chunk.writeUInt32BE(body.length - 4, 0);
    body.copy(chunk, 4);
    chunk.writeUInt32BE(crc32(body), 4 + body.length);
    return Buffer.concat([bytes.subarray(0, 33), chunk, bytes.subarray(33)]);
  }
}

function isPicture(bytes: Buffer): boolean {
  return (
    bytes.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47])) ||
    bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) ||
    bytes.subarray(0, 4).toString('latin1') === 'RIFF'
  );
}
