/** What a route answers: exactly one of `json`, `text`, `bytes` and `stream`; status 200 unless said otherwise. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly bytes?: Uint8Array;
  /** Pieces written as they come, e.g. server-sent events. */
  readonly stream?: AsyncIterable<Uint8Array | string>;
}

type StreamAnswer = Answer & { readonly stream: AsyncIterable<Uint8Array | string> };

/** Whether the answer is written piece by piece. */
export function isStream(answer: Answer): answer is StreamAnswer {
  return answer.stream !== undefined;
}

/** The body of an answer that is not a stream. */
export function answerBytes(answer: Answer): Uint8Array {
  if (answer.bytes !== undefined) return answer.bytes;
  if (answer.text !== undefined) return Buffer.from(answer.text);
  if (answer.json !== undefined) return Buffer.from(JSON.stringify(answer.json));
  return new Uint8Array(0);
}

/** Headers of an answer with the media type its kind implies; `headers` of the answer win. */
export function answerHeaders(answer: Answer): Record<string, string> {
  const mediaType =
    answer.bytes !== undefined
      ? 'application/octet-stream'
      : answer.text !== undefined
        ? 'text/plain; charset=utf-8'
        : answer.stream !== undefined
          ? 'text/event-stream; charset=utf-8'
          : 'application/json';
  return { 'content-type': mediaType, ...answer.headers };
}
