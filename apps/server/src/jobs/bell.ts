/** Wakes everyone who waits, and is heard also by those who were busy when it rang. */
export class Bell {
  #rings = 0;
  #next = Promise.withResolvers<void>();

  /** How often it rang. */
  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings += 1;
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** Resolves when it has rung more than `heard` times. */
  async after(heard: number): Promise<void> {
    while (this.#rings <= heard) await this.#next.promise;
  }
}
