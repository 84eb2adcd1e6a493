import type { MaterialRecord, TextureRef } from '@diorama/scene';
import {
  type Color,
  DoubleSide,
  FrontSide,
  LinearSRGBColorSpace,
  type MeshBasicMaterial,
  MeshPhysicalMaterial,
  type Texture,
  type Vector2,
} from 'three';

/** Finds the texture for a reference; null while its source is not loaded, or when the picture cannot be read. */
export type TextureLookup = (reference: TextureRef, encoding: 'srgb' | 'linear') => Texture | null;

/** Radiance of 1 is diffuse white under the viewport's light; brighter emitters would only clip to a flat patch. */
const VIEWPORT_EMISSION_MAX = 6;

/** What stays visible of glass where it is drawn without refraction. */
const GLASS_OPACITY = 0.28;

const SLOTS = [
  ['map', 'baseColorTexture', 'srgb'],
  ['emissiveMap', 'emissiveTexture', 'srgb'],
  ['normalMap', 'normalTexture', 'linear'],
  ['aoMap', 'occlusionTexture', 'linear'],
] as const;

/** The material that objects without one are drawn with: glTF's default, a little softer so that shapes read well. */
export function createDefaultMaterial(): MeshPhysicalMaterial {
  const material = new MeshPhysicalMaterial({ color: 0xcccccc, roughness: 0.75, metalness: 0 });
  material.name = 'default';
  return material;
}

/**
 * Writes a material record into a three.js material, in place, so that meshes keep the object they share.
 *
 * The record follows glTF 2.0 and the KHR extensions; three's physical material knows the same lobes. Switches that
 * change the shader (a texture appearing, transparency) mark it for recompilation, plain numbers do not.
 */
export function applyMaterialRecord(
  material: MeshPhysicalMaterial,
  record: MaterialRecord,
  texture: TextureLookup,
  options: { readonly vertexColors: boolean; readonly refraction: boolean },
): void {
  const shaderKeyBefore = shaderKeyOf(material);
  material.name = record.name;
  setLinear(material.color, record.baseColorLinear);
  material.roughness = record.roughness;
  material.metalness = record.metalness;
  material.opacity = record.alphaMode === 'opaque' ? 1 : record.alpha;
  material.transparent = record.alphaMode === 'blend';
  material.depthWrite = record.alphaMode !== 'blend' || record.alpha > 0.95;
  material.alphaTest = record.alphaMode === 'mask' ? Math.max(record.alphaCutoff, 1e-4) : 0;
  material.side = record.doubleSided ? DoubleSide : FrontSide;
  material.shadowSide = DoubleSide;
  setLinear(material.emissive, record.emissiveLinear);
  material.emissiveIntensity = Math.min(record.emissiveStrength, VIEWPORT_EMISSION_MAX);
  (material.normalScale as Vector2).set(record.normalScale, record.normalScale);
  material.aoMapIntensity = record.occlusionStrength;
  material.ior = Math.min(2.333, Math.max(1, record.ior));
  material.specularIntensity = record.specular;
  material.transmission = options.refraction ? record.transmission : 0;
  if (!options.refraction && record.transmission > 0) {
    material.opacity *= 1 - record.transmission * (1 - GLASS_OPACITY);
    material.transparent = true;
    material.depthWrite = false;
  }
  material.thickness = record.thicknessM;
  setLinear(material.attenuationColor, record.attenuationColorLinear);
  material.attenuationDistance = record.attenuationDistanceM ?? Number.POSITIVE_INFINITY;
  material.clearcoat = record.clearcoat;
  material.clearcoatRoughness = record.clearcoatRoughness;
  const sheen = Math.max(...record.sheenColorLinear);
  material.sheen = sheen > 0 ? 1 : 0;
  setLinear(material.sheenColor, record.sheenColorLinear);
  material.sheenRoughness = record.sheenRoughness;
  material.vertexColors = options.vertexColors;
  for (const [slot, field, encoding] of SLOTS) {
    const reference = record[field];
    material[slot] = reference ? texture(reference, encoding) : null;
  }
  const metallicRoughness = record.metallicRoughnessTexture
    ? texture(record.metallicRoughnessTexture, 'linear')
    : null;
  material.metalnessMap = metallicRoughness;
  material.roughnessMap = metallicRoughness;
  if (record.unlit) {
    // An unlit surface is its own colour: all of it is emission, none of it reflects.
    setLinear(material.emissive, record.baseColorLinear);
    material.emissiveMap = material.map;
    material.emissiveIntensity = 1;
    material.color.setRGB(0, 0, 0, LinearSRGBColorSpace);
    material.specularIntensity = 0;
    material.metalness = 0;
    material.roughness = 1;
  }
  if (shaderKeyOf(material) !== shaderKeyBefore) material.needsUpdate = true;
}

function setLinear(color: Color, [r, g, b]: readonly [number, number, number]): void {
  color.setRGB(r, g, b, LinearSRGBColorSpace);
}

/** What three.js compiles into the shader; the rest are uniforms and need no new program. */
function shaderKeyOf(material: MeshPhysicalMaterial | MeshBasicMaterial): string {
  const physical = material as MeshPhysicalMaterial;
  const channel = (texture: Texture | null) => (texture ? texture.channel : '-');
  return [
    channel(physical.map),
    channel(physical.emissiveMap),
    channel(physical.normalMap),
    channel(physical.aoMap),
    channel(physical.metalnessMap),
    physical.alphaTest > 0,
    physical.transparent,
    physical.transmission > 0,
    physical.clearcoat > 0,
    physical.sheen > 0,
    physical.vertexColors,
    physical.side,
  ].join('|');
}
