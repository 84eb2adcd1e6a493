import type { MaterialRecord } from '@diorama/scene';
import type { TraceMaterial } from '@diorama/tracer';
import { PLAIN_MATERIAL } from './plain-material.ts';
import type { SlotMaker } from './texture-store.ts';

/** A material of the document in the tracer's terms. */
export async function toTraceMaterial(record: MaterialRecord, slot: SlotMaker): Promise<TraceMaterial> {
  const strength = record.emissiveStrength;
  const [r, g, b] = record.emissiveLinear;
  return {
    ...PLAIN_MATERIAL,
    baseColor: record.baseColorLinear,
    alpha: record.alpha,
    baseColorTexture: await slot(record.baseColorTexture),
    metallic: record.metalness,
    roughness: record.roughness,
    metallicRoughnessTexture: await slot(record.metallicRoughnessTexture),
    normalTexture: await slot(record.normalTexture),
    normalScale: record.normalScale,
    occlusionTexture: await slot(record.occlusionTexture),
    occlusionStrength: record.occlusionStrength,
    emissive: [r * strength, g * strength, b * strength],
    emissiveTexture: await slot(record.emissiveTexture),
    alphaMode: record.alphaMode,
    alphaCutoff: record.alphaCutoff,
    doubleSided: record.doubleSided,
    ior: record.ior,
    specular: record.specular,
    transmission: record.transmission,
    // KHR_materials_volume: a thickness of zero is a wall without inside.
    thinWalled: record.thicknessM <= 0,
    attenuationColor: record.attenuationColorLinear,
    attenuationDistanceM: record.attenuationDistanceM ?? Number.POSITIVE_INFINITY,
    clearcoat: record.clearcoat,
    clearcoatRoughness: record.clearcoatRoughness,
    sheenColor: record.sheenColorLinear,
    sheenRoughness: record.sheenRoughness,
    unlit: record.unlit,
  };
}
