/** OKLab (Björn Ottosson, 2020): distances and mixtures there are close to what people see. */

export interface Oklab {
  /** 0 = black, 1 = white. */
  l: number;
  a: number;
  b: number;
}

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

const toLinear = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const toEncoded = (value: number): number =>
  value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;

/** sRGB bytes to OKLab. */
export function oklabFromBytes(red: number, green: number, blue: number): Oklab {
  const r = toLinear(red / 255);
  const g = toLinear(green / 255);
  const b = toLinear(blue / 255);
  const long = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const medium = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const short = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    l: 0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
    a: 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
    b: 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
  };
}

/** `#rrggbb` to OKLab. */
export function oklabFromHex(hex: string): Oklab {
  const value = Number.parseInt(hex.slice(1), 16);
  return oklabFromBytes((value >> 16) & 255, (value >> 8) & 255, value & 255);
}

function toLinearRgb({ l, a, b }: Oklab): [number, number, number] {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

const isInGamut = (rgb: readonly number[]): boolean =>
  rgb.every((value) => value >= -1e-4 && value <= 1.0001);

/** OKLab to `#rrggbb`; colours outside sRGB lose chroma, not hue or lightness. */
export function hexFromOklab(lab: Oklab): string {
  const l = clamp(lab.l, 0, 1);
  let rgb = toLinearRgb({ l, a: lab.a, b: lab.b });
  if (!isInGamut(rgb)) {
    let low = 0;
    let high = 1;
    for (let i = 0; i < 14; i++) {
      const middle = (low + high) / 2;
      rgb = toLinearRgb({ l, a: lab.a * middle, b: lab.b * middle });
      if (isInGamut(rgb)) low = middle;
      else high = middle;
    }
    rgb = toLinearRgb({ l, a: lab.a * low, b: lab.b * low });
  }
  const bytes = rgb.map((value) => Math.round(255 * toEncoded(clamp(value, 0, 1))));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Colourfulness of a colour, 0 = grey, about 0.3 = the most sRGB has. */
export const chromaOf = ({ a, b }: Oklab): number => Math.hypot(a, b);

/** Lightness and chroma changed: `l` and `c` map the old values to new ones, the hue stays. */
export function adjustHex(
  hex: string,
  change: { l?: (l: number) => number; c?: (c: number) => number },
): string {
  const lab = oklabFromHex(hex);
  const chroma = chromaOf(lab);
  const newChroma = change.c ? change.c(chroma) : chroma;
  const scale = chroma > 1e-6 ? newChroma / chroma : 0;
  return hexFromOklab({ l: change.l ? change.l(lab.l) : lab.l, a: lab.a * scale, b: lab.b * scale });
}

/** Between two colours, 0 = the first. */
export function mixHex(first: string, second: string, share: number): string {
  const x = oklabFromHex(first);
  const y = oklabFromHex(second);
  return hexFromOklab({
    l: x.l + (y.l - x.l) * share,
    a: x.a + (y.a - x.a) * share,
    b: x.b + (y.b - x.b) * share,
  });
}
