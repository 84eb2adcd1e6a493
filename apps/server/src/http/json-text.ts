/** An answer that is JSON text already: large ones are written piece by piece, which `JSON.stringify` cannot. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
