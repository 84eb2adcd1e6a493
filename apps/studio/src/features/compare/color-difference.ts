/**
 * CIEDE2000, the colour difference of ISO/CIE 11664-6: 1 is about what a trained eye can just see, 10 is plain to
 * everybody.
 */

export type Lab = readonly [lightness: number, a: number, b: number];

/** Linear light by 8-bit sRGB value. */
const LINEAR = Float64Array.from({ length: 256 }, (_, value) => {
  const share = value / 255;
  return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});

const LAB_EPSILON = 216 / 24_389;
const LAB_KAPPA = 24_389 / 27;
/** White of D65, XYZ with Y = 1. */
const WHITE = [0.950_47, 1, 1.088_83] as const;

const cubeRoot = (share: number) => (share > LAB_EPSILON ? Math.cbrt(share) : (LAB_KAPPA * share + 16) / 116);

/** An 8-bit sRGB colour in CIELAB under D65. */
export function labOf(red: number, green: number, blue: number): Lab {
  const r = LINEAR[red]!;
  const g = LINEAR[green]!;
  const b = LINEAR[blue]!;
  const x = cubeRoot((0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b) / WHITE[0]);
  const y = cubeRoot(0.212_672_9 * r + 0.715_152_2 * g + 0.072_175 * b);
  const z = cubeRoot((0.019_333_9 * r + 0.119_192 * g + 0.950_304_1 * b) / WHITE[2]);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const RADIANS = Math.PI / 180;
const POW_25_7 = 25 ** 7;

/** The difference of two colours, with all weights 1. */
export function deltaE2000([l1, a1, b1]: Lab, [l2, a2, b2]: Lab): number {
  const meanChroma = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
  const g = 0.5 * (1 - Math.sqrt(meanChroma ** 7 / (meanChroma ** 7 + POW_25_7)));
  const a1Prime = a1 * (1 + g);
  const a2Prime = a2 * (1 + g);
  const c1 = Math.hypot(a1Prime, b1);
  const c2 = Math.hypot(a2Prime, b2);
  const h1 = hueDegrees(a1Prime, b1);
  const h2 = hueDegrees(a2Prime, b2);
  const bothChromatic = c1 * c2 !== 0;

  let hueStep = bothChromatic ? h2 - h1 : 0;
  if (hueStep > 180) hueStep -= 360;
  else if (hueStep < -180) hueStep += 360;
  const dL = l2 - l1;
  const dC = c2 - c1;
  const dH = 2 * Math.sqrt(c1 * c2) * Math.sin((hueStep / 2) * RADIANS);

  const meanL = (l1 + l2) / 2;
  const meanC = (c1 + c2) / 2;
  let meanH = h1 + h2;
  if (bothChromatic) {
    if (Math.abs(h1 - h2) > 180) meanH += meanH < 360 ? 360 : -360;
    meanH /= 2;
  }
  const t =
    1 -
    0.17 * Math.cos((meanH - 30) * RADIANS) +
    0.24 * Math.cos(2 * meanH * RADIANS) +
    0.32 * Math.cos((3 * meanH + 6) * RADIANS) -
    0.2 * Math.cos((4 * meanH - 63) * RADIANS);
  const fromMiddle = (meanL - 50) ** 2;
  const sL = 1 + (0.015 * fromMiddle) / Math.sqrt(20 + fromMiddle);
  const sC = 1 + 0.045 * meanC;
  const sH = 1 + 0.015 * meanC * t;
  const turn = 30 * Math.exp(-(((meanH - 275) / 25) ** 2));
  const rC = 2 * Math.sqrt(meanC ** 7 / (meanC ** 7 + POW_25_7));
  const rT = -Math.sin(2 * turn * RADIANS) * rC;
  const l = dL / sL;
  const c = dC / sC;
  const h = dH / sH;
  return Math.sqrt(l * l + c * c + h * h + rT * c * h);
}

function hueDegrees(a: number, b: number): number {
  if (a === 0 && b === 0) return 0;
  const degrees = Math.atan2(b, a) / RADIANS;
  return degrees < 0 ? degrees + 360 : degrees;
}
