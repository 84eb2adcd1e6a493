/** Keeps what was asked for last in memory, up to a number of bytes. */
export class RecentBytes {
  readonly #most: number;
  /** In the order in which they were asked for, the latest last. */
  readonly #kept = new Map<string, Uint8Array<ArrayBuffer>>();
  #bytes = 0;

  /** @param most Bytes in all. What is larger than a sixteenth of it is not kept: it would push out too much. */
  constructor(most: number) {
    this.#most = most;
  }

  get(name: string): Uint8Array<ArrayBuffer> | undefined {
    const found = this.#kept.get(name);
    if (found) {
      this.#kept.delete(name);
      this.#kept.set(name, found);
    }
    return found;
  }

  set(name: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.delete(name);
    if (bytes.byteLength > this.#most / 16) return;
    this.#kept.set(name, bytes);
    this.#bytes += bytes.byteLength;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#most) break;
      this.delete(oldest);
    }
  }

  delete(name: string): void {
    const known = this.#kept.get(name);
    if (!known) return;
    this.#kept.delete(name);
    this.#bytes -= known.byteLength;
  }
}
