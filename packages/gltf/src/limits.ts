import type { LIMITS } from '@diorama/contracts';

/** The limits that a model is held to, by the names they have in `LIMITS`. */
export type ModelLimits = {
  readonly [K in
    | 'modelBytes'
    | 'gltfJsonBytes'
    | 'jsonDepth'
    | 'nodes'
    | 'nodeDepth'
    | 'triangles'
    | 'vertices'
    | 'textures'
    | 'texturePixels'
    | 'imageBytes'
    | 'imagePixels' as K & keyof typeof LIMITS]: number;
};
