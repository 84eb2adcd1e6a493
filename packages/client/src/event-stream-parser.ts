/** One event of a text/event-stream. */
export interface StreamEvent {
  readonly type: string;
  readonly data: string;
}

/**
 * Reads text/event-stream as the HTML standard defines it, whatever the places at which the stream is cut.
 *
 * Push text in, take events out; `lastEventId` is what to send when resuming.
 */
export class EventStreamParser {
  #rest = '';
  #type = '';
  #data: string[] = [];
  #nextId: string | null = null;
  #skipLineFeed = false;
  lastEventId: string | null;
  /** Milliseconds to wait before reconnecting, when the server asked for it. */
  retryMs: number | null = null;

  constructor(lastEventId: string | null = null) {
    this.lastEventId = lastEventId;
    this.#nextId = lastEventId;
  }

  push(text: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    let rest = this.#rest + text;
    for (;;) {
      if (this.#skipLineFeed && rest.length > 0) {
        if (rest.startsWith('\n')) rest = rest.slice(1);
        this.#skipLineFeed = false;
      }
      const end = /[\r\n]/.exec(rest)?.index;
      if (end === undefined) break;
      // A carriage return ends the line at once; the line feed that may follow belongs to it.
      this.#skipLineFeed = rest[end] === '\r';
      const event = this.#readLine(rest.slice(0, end));
      if (event) events.push(event);
      rest = rest.slice(end + 1);
    }
    this.#rest = rest;
    return events;
  }

  #readLine(line: string): StreamEvent | null {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#type = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.#nextId = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
    return null;
  }

  #dispatch(): StreamEvent | null {
    this.lastEventId = this.#nextId;
    const event =
      this.#data.length > 0 ? { type: this.#type || 'message', data: this.#data.join('\n') } : null;
    this.#type = '';
    this.#data = [];
    return event;
  }
}
