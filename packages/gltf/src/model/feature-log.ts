import type { Warning } from '@diorama/contracts';

/** Gathers what is in a file but not in the picture, and says it once each, with counts, instead of once per object. */
export interface FeatureLog {
  /** A whole feature, as in "animations (3)". */
  ignored(feature: string): void;
  textureFormat(format: string): void;
  simplified(what: string): void;
  warnings(): Warning[];
}

export function createFeatureLog(): FeatureLog {
  const ignored = new Map<string, number>();
  const formats = new Map<string, number>();
  const simplified = new Map<string, number>();
  const count = (map: Map<string, number>, key: string): void => {
    map.set(key, (map.get(key) ?? 0) + 1);
  };
  const list = (map: Map<string, number>): string =>
    [...map].map(([name, times]) => (times > 1 ? `${name} (${times})` : name)).join(', ');
  return {
    ignored: (feature) => count(ignored, feature),
    textureFormat: (format) => count(formats, format),
    simplified: (what) => count(simplified, what),
    warnings() {
      const warnings: Warning[] = [];
      if (ignored.size > 0)
        warnings.push({ code: 'feature-ignored', message: `Not shown from the model: ${list(ignored)}.` });
      if (formats.size > 0)
        warnings.push({
          code: 'feature-ignored',
          message: `Textures in a format that cannot be read here are replaced by plain colour: ${list(formats)}.`,
        });
      if (simplified.size > 0)
        warnings.push({ code: 'scene-simplified', message: `Simplified in the model: ${list(simplified)}.` });
      return warnings;
    },
  };
}
