import { DioramaError } from '@diorama/contracts';

const MAX_HEADER_BYTES = 8 * 1024;
const CRLF_CRLF = Buffer.from('\r\n\r\n');

/** The boundary of a multipart/form-data Content-Type; null when it is another type. @throws `invalid-request` */
export function multipartBoundary(contentType: string): string | null {
  if (!/^multipart\/form-data\s*(;|$)/i.test(contentType.trim())) return null;
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (!boundary) throw invalid('The multipart boundary is missing.');
  return boundary;
}

/**
 * Passes on the content of the part named `file` of a multipart/form-data body (RFC 7578) as it arrives; other parts
 * are skipped. Nothing but a header or a split boundary is ever held in memory, and the file name is not looked at.
 *
 * @throws {DioramaError} `invalid-request` for a malformed body or one without the part.
 */
export async function* multipartFile(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<Uint8Array> {
  // The first delimiter has no line break before it; adding one makes all alike.
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  let pending: Buffer<ArrayBufferLike> = Buffer.from('\r\n');
  let state: 'between' | 'header' | 'skipping' | 'file' = 'skipping';
  let found = false;

  for await (const chunk of body) {
    pending = pending.byteLength === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
    for (;;) {
      if (state === 'between') {
        // After a delimiter: `--` ends the body, a line break starts a part. Blanks may come before it.
        const text = pending.toString('latin1').trimStart();
        if (text.startsWith('--')) {
          if (!found) throw invalid('The body has no part named "file".');
          return;
        }
        const lineEnd = pending.indexOf('\r\n');
        if (lineEnd < 0) {
          if (pending.byteLength > MAX_HEADER_BYTES) throw invalid('The multipart body is malformed.');
          break;
        }
        if (pending.subarray(0, lineEnd).toString('latin1').trim() !== '')
          throw invalid('The multipart body is malformed.');
        // The line break stays, so that a part without headers still ends its header with an empty line.
        pending = pending.subarray(lineEnd);
        state = 'header';
      }
      if (state === 'header') {
        const headerEnd = pending.indexOf(CRLF_CRLF);
        if (headerEnd < 0 || headerEnd > MAX_HEADER_BYTES) {
          if (pending.byteLength > MAX_HEADER_BYTES) throw invalid('The header of a part is too long.');
          break;
        }
        const isFile = isFilePart(pending.toString('latin1', 0, headerEnd));
        if (isFile && found) throw invalid('The body has more than one file.');
        found ||= isFile;
        state = isFile ? 'file' : 'skipping';
        pending = pending.subarray(headerEnd + CRLF_CRLF.byteLength);
      }
      const end = pending.indexOf(delimiter);
      if (end >= 0) {
        if (state === 'file' && end > 0) yield pending.subarray(0, end);
        pending = pending.subarray(end + delimiter.byteLength);
        state = 'between';
        continue;
      }
      // The tail may be the beginning of a delimiter.
      const safe = pending.byteLength - delimiter.byteLength + 1;
      if (safe > 0) {
        if (state === 'file') yield pending.subarray(0, safe);
        pending = pending.subarray(safe);
      }
      break;
    }
  }
  throw invalid('The multipart body ends too early.');
}

function isFilePart(header: string): boolean {
  const disposition = /^content-disposition:[ \t]*form-data[ \t]*;(.*)$/im.exec(header)?.[1] ?? '';
  return /(?:^|[\s;])name="?file"?\s*(?:;|$)/i.test(disposition);
}

function invalid(message: string): DioramaError {
  return new DioramaError('invalid-request', message, {
    hint: 'Send the bytes as the body, or as one multipart part named "file".',
  });
}
