/**
 * Tallest element that is made. Browsers stop at 17 to 33 million pixels, and small tiles of a long history in few
 * columns are taller.
 */
const ELEMENT_HEIGHT_MAX_PX = 8_000_000;
/** At both ends one pixel is one pixel, so that nobody reaches the scroll bar's end before the list's. */
const EDGE_PX = 400_000;
/** A step that the wheel, a finger or a key makes; longer ones come from the scroll bar. */
const STEP_MAX_PX = 4_000;

/**
 * Maps the scroll position of an element of bearable height to a list that may be taller.
 *
 * Small steps move the list by exactly as much; a drag of the scroll bar goes to the place in proportion. Small steps
 * in the middle let the two drift apart, which `settle` mends when scrolling has stopped.
 */
export class ScrollSpace {
  /** Height to give to the element. */
  readonly elementHeight: number;
  readonly isScaled: boolean;
  readonly #elementSpan: number;
  readonly #listSpan: number;
  readonly #edge: number;
  #element = 0;
  #list = 0;

  /** @param limit For tests. */
  constructor(listHeight: number, viewHeight: number, limit = ELEMENT_HEIGHT_MAX_PX) {
    this.elementHeight = Math.min(listHeight, limit);
    this.isScaled = listHeight > limit;
    this.#elementSpan = Math.max(0, this.elementHeight - viewHeight);
    this.#listSpan = Math.max(0, listHeight - viewHeight);
    this.#edge = Math.min(EDGE_PX, this.#elementSpan / 4);
  }

  /** Top of what is visible, in the list. */
  get top(): number {
    return this.#list;
  }

  /** What to take off a height in the list to have it in the element. */
  get offset(): number {
    return this.#list - this.#element;
  }

  /** The element was scrolled to here. */
  follow(element: number): void {
    const step = element - this.#element;
    this.#element = element;
    if (!this.isScaled) this.#list = element;
    else if (element <= 0) this.#list = 0;
    else if (element >= this.#elementSpan) this.#list = this.#listSpan;
    else if (Math.abs(step) <= STEP_MAX_PX)
      this.#list = Math.min(this.#listSpan, Math.max(0, this.#list + step));
    else this.#list = this.#toList(element);
  }

  /** Goes to a height of the list. @returns Where the element is to be scrolled to. */
  moveTo(list: number): number {
    this.#list = Math.min(this.#listSpan, Math.max(0, list));
    this.#element = Math.round(this.isScaled ? this.#toElement(this.#list) : this.#list);
    return this.#element;
  }

  /** Where the element belongs for what is visible now; call `moveTo` with `top` to take it there. */
  get isDrifted(): boolean {
    return this.isScaled && Math.abs(this.#toElement(this.#list) - this.#element) > 1;
  }

  #toList(element: number): number {
    const edge = this.#edge;
    if (element <= edge) return element;
    if (element >= this.#elementSpan - edge) return this.#listSpan - (this.#elementSpan - element);
    return edge + ((element - edge) * (this.#listSpan - 2 * edge)) / (this.#elementSpan - 2 * edge);
  }

  #toElement(list: number): number {
    const edge = this.#edge;
    if (list <= edge) return list;
    if (list >= this.#listSpan - edge) return this.#elementSpan - (this.#listSpan - list);
    return edge + ((list - edge) * (this.#elementSpan - 2 * edge)) / (this.#listSpan - 2 * edge);
  }
}
