import { type BigIntStats, createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { DioramaError } from '@diorama/contracts';
import { matchesEtag } from './http-conditions.ts';

const MEDIA_TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  webmanifest: 'application/manifest+json; charset=utf-8',
  map: 'application/json; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
  glb: 'model/gltf-binary',
  hdr: 'image/vnd.radiance',
};
const COMPRESSIBLE = new Set([
  'html',
  'js',
  'mjs',
  'css',
  'json',
  'webmanifest',
  'map',
  'txt',
  'svg',
  'wasm',
  'glb',
]);
const MIN_COMPRESSED_BYTES = 1024;
/** Larger files go out as they are: compressing them would take longer than sending them over loopback. */
const MAX_COMPRESSED_BYTES = 24 * 1024 * 1024;
/** Quality 5 is near gzip's speed and a quarter smaller. The build may put better ones beside the files. */
const BROTLI_QUALITY = 5;
const CACHE_BYTES = 64 * 1024 * 1024;

type Encoding = 'br' | 'gzip';
type Bytes = Uint8Array<ArrayBuffer>;

export interface StaticFilesOptions {
  /** Folder names below the root whose files carry a hash in their name and never change. */
  readonly immutableFolders?: readonly string[];
  /** File for paths that name no file: a page that routes by itself. */
  readonly fallback?: string;
}

/**
 * Serves the files of one folder, compressed.
 *
 * `file.br` and `file.gz` beside a file are used when they are at least as new; otherwise a file is compressed when it
 * is first asked for and kept in memory.
 */
export class StaticFiles {
  readonly #root: string;
  readonly #options: StaticFilesOptions;
  readonly #compressed = new Map<string, Promise<Bytes>>();
  #compressedBytes = 0;

  constructor(root: string, options: StaticFilesOptions = {}) {
    this.#root = root;
    this.#options = options;
  }

  /**
   * @param path URL path below the folder, still percent-encoded.
   * @throws {DioramaError} `not-found`.
   */
  async serve(path: string, request: Request): Promise<Response> {
    const { fallback } = this.#options;
    const found = await this.#find(path);
    if (found) return await this.#send(found, request, this.#isImmutable(path));
    // A missing file must not come back as a page: a script that is HTML fails in a way nobody understands.
    const looksLikeFile = /\.[a-z0-9]+$/i.test(path);
    const page = fallback !== undefined && !looksLikeFile ? await this.#find(`/${fallback}`) : null;
    if (!page) throw new DioramaError('not-found', 'There is no such page.');
    return await this.#send(page, request, false);
  }

  async #find(urlPath: string): Promise<{ file: string; stats: BigIntStats } | null> {
    const relative = decodePath(urlPath);
    if (relative === null) return null;
    try {
      const root = await realpath(this.#root);
      // After links are resolved: a link in the folder must not lead out of it.
      const file = await realpath(join(root, relative === '' ? 'index.html' : relative));
      if (!file.startsWith(root + sep)) return null;
      const stats = await stat(file, { bigint: true });
      return stats.isFile() ? { file, stats } : null;
    } catch {
      return null;
    }
  }

  #isImmutable(urlPath: string): boolean {
    return (this.#options.immutableFolders ?? []).some((folder) => urlPath.startsWith(`/${folder}/`));
  }

  async #send(
    { file, stats }: { file: string; stats: BigIntStats },
    request: Request,
    immutable: boolean,
  ): Promise<Response> {
    const extension = file.slice(file.lastIndexOf('.') + 1).toLowerCase();
    const bytes = Number(stats.size);
    const canCompress =
      COMPRESSIBLE.has(extension) && bytes >= MIN_COMPRESSED_BYTES && bytes <= MAX_COMPRESSED_BYTES;
    const encoding = canCompress ? chooseEncoding(request.headers.get('accept-encoding')) : null;
    const etag = `"${stats.mtimeNs.toString(36)}-${bytes.toString(36)}${encoding ? `-${encoding}` : ''}"`;
    const headers: Record<string, string> = {
      'Content-Type': MEDIA_TYPES[extension] ?? 'application/octet-stream',
      'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      ETag: etag,
      ...(canCompress ? { Vary: 'Accept-Encoding' } : {}),
    };
    if (matchesEtag(request.headers.get('if-none-match') ?? undefined, etag))
      return new Response(null, { status: 304, headers });
    const isHead = request.method === 'HEAD';
    if (encoding) {
      const body = await this.#compress(file, stats, encoding);
      Object.assign(headers, { 'Content-Encoding': encoding, 'Content-Length': String(body.byteLength) });
      return new Response(isHead ? null : body, { headers });
    }
    headers['Content-Length'] = String(bytes);
    return new Response(isHead ? null : toWebStream(file), { headers });
  }

  async #compress(file: string, stats: BigIntStats, encoding: Encoding): Promise<Bytes> {
    const key = `${file} ${stats.mtimeNs} ${encoding}`;
    const known = this.#compressed.get(key);
    if (known) return await known;
    const made = compressFile(file, stats, encoding);
    this.#compressed.set(key, made);
    try {
      const bytes = await made;
      this.#compressedBytes += bytes.byteLength;
      if (this.#compressedBytes > CACHE_BYTES) {
        this.#compressed.clear();
        this.#compressedBytes = 0;
      }
      return bytes;
    } catch (thrown) {
      this.#compressed.delete(key);
      throw thrown;
    }
  }
}

async function compressFile(file: string, stats: BigIntStats, encoding: Encoding): Promise<Bytes> {
  const beside = `${file}.${encoding === 'br' ? 'br' : 'gz'}`;
  const besideStats = await stat(beside, { bigint: true }).catch(() => null);
  if (besideStats && besideStats.mtimeNs >= stats.mtimeNs) return await readFile(beside);
  const bytes = await readFile(file);
  if (encoding === 'gzip') return new Uint8Array(await promisify(gzip)(bytes));
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
  };
  return new Uint8Array(await promisify(brotliCompress)(bytes, { params }));
}

/** A stream that opens the file when it is first read. */
function toWebStream(file: string): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        reader ??= (Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>).getReader();
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader?.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** The path below the root, or null for anything that tries to be more than names separated by slashes. */
function decodePath(urlPath: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  const names = decoded.split('/').filter((name) => name !== '');
  const isPlain = names.every((name) => !name.startsWith('.') && !/[\\\0:]/.test(name));
  return isPlain ? names.join('/') : null;
}

function chooseEncoding(acceptEncoding: string | null): Encoding | null {
  const accepted = new Map(
    (acceptEncoding ?? '').split(',').map((entry) => {
      const [name = '', ...parameters] = entry
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const quality = parameters.find((parameter) => parameter.startsWith('q='));
      return [name, quality === undefined ? 1 : Number(quality.slice(2))];
    }),
  );
  if ((accepted.get('br') ?? 0) > 0) return 'br';
  return (accepted.get('gzip') ?? 0) > 0 ? 'gzip' : null;
}
