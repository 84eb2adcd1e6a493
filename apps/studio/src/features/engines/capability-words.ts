import type { ControlMapName, EngineCapabilities } from '@diorama/contracts';

const MAP_NAMES: Readonly<Record<ControlMapName, string>> = {
  depth: 'depth',
  normal: 'normals',
  canny: 'edges',
  lineart: 'lines',
  segmentation: 'segments',
  'object-mask': 'object mask',
};

/** What a model can take, in a few words each, the most telling first. */
export function capabilityWords(capabilities: EngineCapabilities): string[] {
  const { canvas, referencesMax, controlMaps, longEdgeMax, countMax } = capabilities;
  const words = [
    canvas ? 'canvas' : 'text only',
    referencesMax === 0
      ? null
      : referencesMax === 1
        ? '1 reference'
        : `${Math.min(referencesMax, 2)} references`,
    controlMaps.length > 0 ? controlMaps.map((map) => MAP_NAMES[map]).join(', ') : null,
    `up to ${longEdgeMax} px`,
    capabilities.seed ? 'seed' : null,
    capabilities.geometryStrength ? 'geometry strength' : null,
    capabilities.negativePrompt ? 'negative prompt' : null,
    capabilities.previews ? 'previews' : null,
    countMax > 1 ? `${countMax} at once` : null,
  ];
  return words.filter((word) => word !== null);
}
