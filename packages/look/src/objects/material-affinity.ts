import type { MaterialTerm } from '../vocabulary/types.ts';

/** Things that are usually made of a material, likeliest first: for "velvet" in a room with an armchair. */
export function usualThingsOf(material: MaterialTerm): readonly string[] {
  if ((material.transmission ?? 0) > 0.5)
    return ['bottle', 'glass', 'vase', 'jar', 'window', 'facade', 'cup'];
  if (material.metalness === 1) return ['lamp', 'cap', 'frame', 'handle', 'faucet', 'leg'];
  switch (material.texture?.kind) {
    case 'planks':
    case 'tiles':
    case 'terrazzo':
    case 'checker':
      return ['floor', 'terrace', 'deck'];
    case 'fabric':
    case 'leather':
      return ['armchair', 'sofa', 'couch', 'chair', 'bed', 'cushion', 'curtain', 'rug'];
    case 'wood':
      return ['table', 'desk', 'cabinet', 'shelf', 'pavilion', 'building', 'house', 'chair', 'floor'];
    case 'marble':
      return ['table', 'countertop', 'plinth', 'column', 'floor', 'wall'];
    case 'brick':
    case 'concrete':
    case 'noise':
      return ['wall', 'facade', 'pavilion', 'building', 'house', 'plinth', 'floor'];
    default:
      return [];
  }
}
