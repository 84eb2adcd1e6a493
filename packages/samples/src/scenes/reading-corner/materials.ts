import { loopNormal, mottled, weaveNormal, woodGrain, yarnColors } from '../../textures/materials.ts';
import { abstractPrint, lozengeRug } from '../../textures/pictures.ts';
import type { SampleMaterial, SceneBuilder } from '../scene-builder.ts';

export type ReadingCornerMaterials = ReturnType<typeof readingCornerMaterials>;

/** Sage walls and oak, rust velvet as the one loud colour, brass and walnut between them. */
export function readingCornerMaterials(b: SceneBuilder) {
  const weave = weaveNormal('weave', 24, 0.7, 2);
  const m = {
    wall: b.material('sage wall paint', {
      roughness: 0.93,
      colorTexture: mottled('sage plaster', ['#a3a993', '#acb29c', '#b4b9a5'], 0.3, 4, 256),
      tileM: [1.4, 1.4],
    }),
    skirting: b.material('white painted wood', { color: '#e9e6de', roughness: 0.5 }),
    oak: b.material('oak floor', {
      roughness: 0.46,
      colorTexture: woodGrain('oak grain', ['#8a6543', '#b58e62', '#cba97c', '#dcc096'], 11),
      tileM: [1.5, 0.42],
    }),
    gap: b.material('floor gap', { color: '#2b2018', roughness: 0.95 }),
    walnut: b.material('walnut wood', {
      roughness: 0.42,
      colorTexture: woodGrain('walnut grain', ['#3a2416', '#573822', '#6d482d', '#83593a'], 23),
      tileM: [0.8, 0.24],
    }),
    steel: b.material('black steel frame', { color: '#1d1e1f', roughness: 0.45, metallic: 0.2 }),
    pane: b.material('window glass', { roughness: 0, transmission: 1, ior: 1.5 }),
    velvet: b.material('rust velvet', {
      color: '#8f4528',
      roughness: 0.85,
      normalTexture: weave,
      normalScale: 0.35,
      tileM: [0.05, 0.05],
      sheenColor: '#94593a',
      sheenRoughness: 0.45,
    }),
    boucle: b.material('cream boucle', {
      color: '#e6dccb',
      roughness: 0.95,
      normalTexture: loopNormal('boucle loops', 9),
      normalScale: 0.9,
      tileM: [0.11, 0.11],
      sheenColor: '#6b655b',
      sheenRoughness: 0.7,
    }),
    wool: b.material('mustard wool', {
      roughness: 0.95,
      colorTexture: yarnColors('mustard yarn', ['#8f6420', '#b98530', '#d19f4a'], 64, 6),
      normalTexture: weave,
      tileM: [0.16, 0.16],
      normalTileM: [0.1, 0.1],
      doubleSided: true,
      sheenColor: '#6a5020',
      sheenRoughness: 0.6,
    }),
    linen: b.material('natural linen', {
      roughness: 0.95,
      colorTexture: yarnColors('linen yarn', ['#cfc2aa', '#e2d8c4', '#efe8d8'], 96, 3),
      normalTexture: weave,
      normalScale: 0.5,
      tileM: [0.3, 0.3],
      normalTileM: [0.06, 0.06],
      doubleSided: true,
    }),
    rug: b.material('wool rug', {
      roughness: 1,
      colorTexture: lozengeRug('lozenge rug'),
      normalTexture: weave,
      normalScale: 0.8,
      tileM: [2.4, 1.6],
      normalTileM: [0.14, 0.14],
    }),
    fringe: b.material('rug fringe', { color: '#e4dac6', roughness: 1 }),
    brass: b.material('brass', { color: '#c79a55', metallic: 1, roughness: 0.27 }),
    shade: b.material('lamp shade linen', {
      color: '#efe0c4',
      roughness: 0.9,
      emissive: '#ffbe73',
      emissiveStrength: 0.55,
      doubleSided: true,
    }),
    bulb: b.material('light bulb', {
      color: '#fff4e0',
      roughness: 0.4,
      emissive: '#ffcf94',
      emissiveStrength: 7,
    }),
    stoneware: b.material('white stoneware', {
      color: '#e8e3d8',
      roughness: 0.3,
      clearcoat: 0.6,
      clearcoatRoughness: 0.12,
    }),
    coffee: b.material('coffee', { color: '#2a150b', roughness: 0.06 }),
    terracotta: b.material('terracotta pot', { color: '#b5694a', roughness: 0.85 }),
    soil: b.material('soil', { color: '#2c2119', roughness: 1 }),
    plantLeaf: b.material('rubber plant leaf', {
      color: '#ffffff',
      roughness: 0.32,
      doubleSided: true,
      clearcoat: 0.25,
      clearcoatRoughness: 0.25,
    }),
    plantStem: b.material('plant stem', { color: '#5d4a33', roughness: 0.8 }),
    pages: b.material('book pages', { color: '#e9dfc9', roughness: 0.9 }),
    gilt: b.material('gilt lettering', { color: '#d8b06a', metallic: 1, roughness: 0.35 }),
    print: b.material('art print', {
      roughness: 0.8,
      colorTexture: abstractPrint('abstract print'),
      tileM: [0.6, 0.75],
    }),
    mat: b.material('picture mat', { color: '#f2efe7', roughness: 0.9 }),
  };
  const cloth = (name: string, color: string): SampleMaterial =>
    b.material(name, { color, roughness: 0.72, normalTexture: weave, normalScale: 0.3, tileM: [0.03, 0.03] });
  const covers = {
    red: cloth('red book cloth', '#8f2f26'),
    blue: cloth('blue book cloth', '#27465e'),
    green: cloth('green book cloth', '#41573f'),
    ochre: cloth('ochre book cloth', '#bf8a35'),
    grey: cloth('grey book cloth', '#8d8a84'),
  };
  return { ...m, covers };
}
