import { DioramaError } from '@diorama/contracts';
import { multipartBoundary, multipartFile } from './multipart.ts';
import { requireDeclaredLength, tooLarge } from './read-json.ts';
import {
  BYTES_TO_RECOGNISE,
  byteLimitOf,
  type FileType,
  LARGEST_UPLOAD_BYTES,
  recogniseFile,
} from './recognise.ts';

/** Room for the headers and boundaries around a file in a multipart body. */
const MULTIPART_OVERHEAD_BYTES = 16 * 1024;

export interface Upload {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Known once the first bytes have passed. */
  readonly type: () => FileType;
}

/**
 * The file in a request, raw or as multipart part `file`, recognised by its first bytes and cut off at the limit of
 * its type while it arrives.
 *
 * @throws {DioramaError} While the bytes are read: `unsupported-media-type`, `file-too-large`, `invalid-request`.
 */
export function receiveUpload(request: Request): Upload {
  requireDeclaredLength(request, LARGEST_UPLOAD_BYTES + MULTIPART_OVERHEAD_BYTES);
  const boundary = multipartBoundary(request.headers.get('content-type') ?? '');
  const body: AsyncIterable<Uint8Array> = request.body ?? emptyBody();
  const declaredBytes = boundary === null ? Number(request.headers.get('content-length') ?? 0) : 0;
  let type: FileType | null = null;

  async function* limited(): AsyncGenerator<Uint8Array> {
    let head: Uint8Array = new Uint8Array(0);
    let total = 0;
    for await (const chunk of boundary === null ? body : multipartFile(body, boundary)) {
      total += chunk.byteLength;
      if (type === null) {
        head = head.byteLength === 0 ? chunk : Buffer.concat([head, chunk]);
        if (head.byteLength < BYTES_TO_RECOGNISE) continue;
        type = recogniseFile(head);
        if (declaredBytes > byteLimitOf(type)) throw tooLarge(byteLimitOf(type));
        yield head;
      } else {
        yield chunk;
      }
      if (total > byteLimitOf(type)) throw tooLarge(byteLimitOf(type));
    }
    if (total === 0) throw new DioramaError('invalid-request', 'The file is empty.');
    if (type === null) {
      type = recogniseFile(head);
      yield head;
    }
  }

  return {
    bytes: limited(),
    type: () => {
      if (type === null) throw new Error('no bytes have passed yet');
      return type;
    },
  };
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
