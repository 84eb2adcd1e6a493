import type { ModifierTerm } from '../vocabulary/types.ts';
import { adjustHex, chromaOf, clamp, hexFromOklab, oklabFromHex } from './oklab.ts';

/** Words that change a colour. */
export type ColorChange = NonNullable<ModifierTerm['color']>;

/** "Dark", "pastel", "neon" as changes of lightness and chroma in OKLab. */
export function changeColor(hex: string, change: ColorChange, intensity = 1): string {
  const much = clamp(intensity, 0.3, 1.6);
  switch (change) {
    case 'dark':
      return adjustHex(hex, { l: (l) => l * (1 - 0.34 * much), c: (c) => c * 0.85 });
    case 'light':
      return adjustHex(hex, { l: (l) => l + (0.92 - l) * Math.min(0.8, 0.45 * much), c: (c) => c * 0.8 });
    case 'pale':
      return adjustHex(hex, { l: (l) => l + (0.94 - l) * Math.min(0.85, 0.6 * much), c: (c) => c * 0.5 });
    case 'deep':
      return adjustHex(hex, { l: (l) => l * (1 - 0.22 * much), c: (c) => c * 1.08 });
    case 'pastel':
      return adjustHex(hex, { l: (l) => Math.max(l, 0.87), c: (c) => Math.min(c, 0.065) });
    case 'muted':
      return adjustHex(hex, { c: (c) => c * (1 - 0.45 * Math.min(much, 1.6)) });
    case 'vivid':
      return adjustHex(hex, {
        l: (l) => (l < 0.5 ? l + 0.06 : l),
        c: (c) => (c < 0.02 ? c : c * (1 + 0.35 * much)),
      });
    case 'neon': {
      const lab = oklabFromHex(hex);
      if (chromaOf(lab) < 0.03) return hex;
      // The most colourful lightness of this hue that sRGB has.
      let best = hex;
      let bestChroma = 0;
      const scale = 0.33 / chromaOf(lab);
      for (let l = 0.5; l < 0.96; l += 0.05) {
        const candidate = hexFromOklab({ l, a: lab.a * scale, b: lab.b * scale });
        const chroma = chromaOf(oklabFromHex(candidate));
        if (chroma > bestChroma) {
          best = candidate;
          bestChroma = chroma;
        }
      }
      return best;
    }
    case 'off':
      return adjustHex(hex, { l: (l) => l + (0.6 - l) * 0.08, c: (c) => c * 0.6 });
  }
}
