import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A file of a multipart form. */
export interface RecordedFile {
  readonly name: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A multipart form in the order it was sent; a field may repeat. */
export interface RecordedForm {
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly files: readonly RecordedFile[];
}

/** One request as it reached the fake, whatever was answered. */
export interface RecordedRequest {
  /** Name of the route that matched, `unknown` when none did. */
  readonly route: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body when its media type says JSON and it parses. */
  readonly json?: unknown;
  /** The parsed body when its media type says multipart form. */
  readonly form?: RecordedForm;
  readonly body: Uint8Array;
  /** When the request had been read, in milliseconds since the epoch. */
  readonly at: number;
  /** The client hung up before the answer was complete. */
  readonly aborted: boolean;
}

/** The part of a record that the server writes later. */
export type MutableRecord = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] };

/**
 * Reads a request to its end and parses what its media type promises. A body that does not parse leaves `json` and
 * `form` undefined, so that the route can answer as its service does.
 *
 * @throws When the client hangs up before the end.
 */
export async function recordRequest(
  incoming: IncomingMessage,
  route: string,
  url: URL,
): Promise<MutableRecord> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  const body = new Uint8Array(Buffer.concat(pieces));
  const record: MutableRecord = {
    route,
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: flatHeaders(incoming.headers),
    body,
    at: Date.now(),
    aborted: false,
  };
  const mediaType = incoming.headers['content-type'] ?? '';
  if (/[/+]json\b/i.test(mediaType)) {
    try {
      record.json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    } catch {
      // Left undefined: the route answers as its service does to a body it cannot read.
    }
  } else if (/^multipart\/form-data/i.test(mediaType)) {
    const form = await readForm(body, mediaType);
    if (form !== undefined) record.form = form;
  }
  return record;
}

/** Headers as one flat record. */
export function flatHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

async function readForm(body: Uint8Array, mediaType: string): Promise<RecordedForm | undefined> {
  let form: FormData;
  try {
    form = await new Response(Buffer.from(body), { headers: { 'content-type': mediaType } }).formData();
  } catch {
    return undefined;
  }
  const fields: { name: string; value: string }[] = [];
  const files: RecordedFile[] = [];
  for (const [name, value] of form) {
    if (typeof value === 'string') fields.push({ name, value });
    else {
      const bytes = new Uint8Array(await value.arrayBuffer());
      files.push({ name, fileName: value.name, mediaType: value.type, bytes });
    }
  }
  return { fields, files };
}
