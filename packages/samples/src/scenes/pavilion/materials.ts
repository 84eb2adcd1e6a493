import { lawn, mosaic, mottled, rippleNormal, weaveNormal, woodGrain } from '../../textures/materials.ts';
import type { SceneBuilder } from '../scene-builder.ts';

export type PavilionMaterials = ReturnType<typeof pavilionMaterials>;

/** Pale render and limestone, warm timber, bronze lines; terracotta as the one accent. */
export function pavilionMaterials(b: SceneBuilder) {
  return {
    render: b.material('white render', {
      roughness: 0.85,
      colorTexture: mottled('white render', ['#dcd8d0', '#e6e3dc', '#eeebe5'], 0.3, 8, 256),
      tileM: [2, 2],
    }),
    gravel: b.material('roof gravel', { color: '#8f8a81', roughness: 1 }),
    steel: b.material('bronze steel', { color: '#3a322b', roughness: 0.42, metallic: 0.75 }),
    cedar: b.material('cedar cladding', {
      roughness: 0.62,
      colorTexture: woodGrain('cedar grain', ['#94633c', '#b98756', '#cd9f6e', '#dcb588'], 31),
      tileM: [1.4, 0.35],
    }),
    deck: b.material('timber deck', {
      roughness: 0.58,
      colorTexture: woodGrain('deck grain', ['#7a6350', '#9d8368', '#b39a7e', '#c6b095'], 37),
      tileM: [1.6, 0.4],
    }),
    stone: b.material('limestone slabs', {
      roughness: 0.66,
      colorTexture: mottled('limestone', ['#a8a194', '#c2bbae', '#d0cabe', '#dcd7cd'], 0.55, 21),
      tileM: [1.7, 1.7],
    }),
    concrete: b.material('concrete plinth', {
      roughness: 0.82,
      colorTexture: mottled('concrete', ['#8e8b86', '#a09d97', '#aeaba5'], 0.4, 27, 256),
      tileM: [2.2, 2.2],
    }),
    pane: b.material('pavilion glass', { color: '#f4faf8', roughness: 0, transmission: 1, ior: 1.5 }),
    tiles: b.material('pool tiles', {
      roughness: 0.25,
      colorTexture: mosaic('pool mosaic', ['#2f9aa6', '#59b9bf', '#8ed3d3', '#cfe9e6'], 10, 4),
      tileM: [0.6, 0.6],
    }),
    water: b.material('pool water', {
      color: '#d3f1ef',
      roughness: 0.0,
      transmission: 1,
      ior: 1.33,
      normalTexture: rippleNormal('ripples', 6),
      normalScale: 0.5,
      tileM: [1.3, 1.3],
      doubleSided: true,
    }),
    lawn: b.material('lawn', {
      roughness: 0.95,
      colorTexture: lawn('lawn', ['#3b4a29', '#54653a', '#6b7b49', '#8a9463'], 14),
      tileM: [2.2, 2.2],
    }),
    blades: b.material('grass blades', { color: '#8c9c5a', roughness: 0.8, doubleSided: true }),
    reed: b.material('ornamental grass', { color: '#a9ad62', roughness: 0.8, doubleSided: true }),
    bark: b.material('bark', {
      roughness: 0.9,
      colorTexture: mottled('bark', ['#4c4238', '#6f6254', '#8d8070'], 0.9, 33, 128),
      tileM: [0.5, 0.3],
    }),
    leaves: b.material('tree leaves', { roughness: 0.6, doubleSided: true }),
    hedge: b.material('hedge leaves', { roughness: 0.62, doubleSided: true }),
    hedgeCore: b.material('hedge twigs', { color: '#1c2a12', roughness: 1 }),
    hills: b.material('distant woods', { color: '#76876a', roughness: 1 }),
    canvas: b.material('sand canvas', {
      color: '#dccfb6',
      roughness: 0.95,
      normalTexture: weaveNormal('canvas weave', 20, 0.5, 4),
      normalScale: 0.5,
      tileM: [0.06, 0.06],
    }),
    teak: b.material('teak wood', {
      roughness: 0.5,
      colorTexture: woodGrain('teak grain', ['#70452a', '#a06d42', '#b98453', '#cc9b69'], 43),
      tileM: [0.9, 0.25],
    }),
    sofa: b.material('grey sofa fabric', { color: '#8b8a84', roughness: 0.95 }),
    pillow: b.material('terracotta pillow', { color: '#b8623f', roughness: 0.95 }),
    lamp: b.material('paper lantern', {
      color: '#f6ead2',
      roughness: 0.9,
      emissive: '#ffd9a0',
      emissiveStrength: 1.4,
    }),
    lemon: b.material('lemon peel', { color: '#e2b53a', roughness: 0.45 }),
    boulder: b.material('boulder', {
      roughness: 0.9,
      colorTexture: mottled('boulder stone', ['#77736b', '#918c83', '#a8a39a'], 0.7, 51, 128),
      tileM: [0.8, 0.8],
    }),
  };
}
