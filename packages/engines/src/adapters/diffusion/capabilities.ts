import { ASPECT_RATIOS, type EngineCapabilities, LIMITS } from '@diorama/contracts';

/** What programs on the owner's own machine have in common; an adapter overrides what differs. */
export const OWN_SERVER_CAPABILITIES: EngineCapabilities = {
  textOnly: true,
  canvas: true,
  referencesMax: 0,
  referenceRoles: [],
  // Sizes are free in steps of 8 or 16 pixels, so every ratio is drawn at its own shape.
  aspectRatios: [...ASPECT_RATIOS],
  longEdgeMin: 64,
  longEdgeMax: 4096,
  seed: true,
  negativePrompt: true,
  geometryStrength: true,
  controlMaps: [],
  mask: false,
  countMax: LIMITS.count,
  progress: true,
  previews: true,
  cancel: true,
  // The same seed gives the same picture on the same machine only.
  deterministic: false,
};
