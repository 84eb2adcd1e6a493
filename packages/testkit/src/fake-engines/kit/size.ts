/** Width and height of a picture in pixels. */
export interface SizePx {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Reads `WxH`; undefined when the text is none. */
export function parseSize(text: string): SizePx | undefined {
  const match = /^(\d{1,5})x(\d{1,5})$/.exec(text);
  return match === null ? undefined : { widthPx: Number(match[1]), heightPx: Number(match[2]) };
}

/** The size nearest to a ratio (`16:9`) at an area, both edges multiples of a step: what services really return. */
export function sizeForRatio(ratio: string, areaPx: number, stepPx: number): SizePx {
  const [width = 1, height = 1] = ratio.split(':').map(Number);
  const edge = (lengthPx: number) => Math.max(stepPx, Math.round(lengthPx / stepPx) * stepPx);
  return {
    widthPx: edge(Math.sqrt((areaPx * width) / height)),
    heightPx: edge(Math.sqrt((areaPx * height) / width)),
  };
}
