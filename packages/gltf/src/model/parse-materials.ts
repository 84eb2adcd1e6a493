import type { FeatureLog } from './feature-log.ts';
import type { GltfMaterial } from './gltf-model.ts';
import {
  clampedField,
  extensionOf,
  type JsonObject,
  mapObjects,
  nameField,
  numberField,
  objectField,
  vectorField,
} from './json-reader.ts';
import { readTextureSlot, type TextureInfo } from './parse-textures.ts';

/** Material extensions that are read; the rest of the KHR_materials family is named in a warning. */
const READ = new Set([
  'KHR_materials_clearcoat',
  'KHR_materials_emissive_strength',
  'KHR_materials_ior',
  'KHR_materials_pbrSpecularGlossiness',
  'KHR_materials_sheen',
  'KHR_materials_specular',
  'KHR_materials_transmission',
  'KHR_materials_unlit',
  'KHR_materials_volume',
]);

/** Texture slots of extensions for which a material record has no place. */
const IGNORED_TEXTURES: Readonly<Record<string, readonly string[]>> = {
  KHR_materials_clearcoat: ['clearcoatTexture', 'clearcoatRoughnessTexture', 'clearcoatNormalTexture'],
  KHR_materials_sheen: ['sheenColorTexture', 'sheenRoughnessTexture'],
  KHR_materials_specular: ['specularTexture', 'specularColorTexture'],
  KHR_materials_transmission: ['transmissionTexture'],
  KHR_materials_volume: ['thicknessTexture'],
};

const COLOR = { min: 0, max: 1e6 };

export function parseMaterials(
  json: JsonObject,
  textures: readonly TextureInfo[],
  log: FeatureLog,
): GltfMaterial[] {
  return mapObjects(json, 'materials', '', (material, place, index) => {
    const extension = (name: string): JsonObject =>
      extensionOf(material, `KHR_materials_${name}`, place) ?? {};
    const pbr = objectField(material, 'pbrMetallicRoughness', place) ?? {};
    const pbrPlace = `${place}.pbrMetallicRoughness`;
    const at = (name: string): string => `${place}.extensions.KHR_materials_${name}`;
    const color = (
      object: JsonObject,
      key: string,
      where: string,
      otherwise: number,
    ): [number, number, number] =>
      vectorField(object, key, 3, where, [otherwise, otherwise, otherwise], COLOR) as [
        number,
        number,
        number,
      ];
    logIgnored(material, place, log);

    const [red, green, blue, alpha] = vectorField(pbr, 'baseColorFactor', 4, pbrPlace, [1, 1, 1, 1], COLOR);
    const clearcoat = extension('clearcoat');
    const sheen = extension('sheen');
    const specular = extension('specular');
    const volume = extension('volume');
    const base: GltfMaterial = {
      name: nameField(material) || `Material ${index + 1}`,
      baseColorLinear: [red!, green!, blue!],
      alpha: Math.min(1, alpha!),
      alphaMode: ({ MASK: 'mask', BLEND: 'blend' } as const)[String(material.alphaMode)] ?? 'opaque',
      alphaCutoff: clampedField(material, 'alphaCutoff', place, 0.5, 0, 1),
      doubleSided: material.doubleSided === true,
      metalness: clampedField(pbr, 'metallicFactor', pbrPlace, 1, 0, 1),
      roughness: clampedField(pbr, 'roughnessFactor', pbrPlace, 1, 0, 1),
      emissiveLinear: color(material, 'emissiveFactor', place, 0),
      emissiveStrength: clampedField(
        extension('emissive_strength'),
        'emissiveStrength',
        at('emissive_strength'),
        1,
        0,
        1e6,
      ),
      normalScale: numberField(
        objectField(material, 'normalTexture', place) ?? {},
        'scale',
        `${place}.normalTexture`,
        1,
        {
          min: -1e3,
          max: 1e3,
        },
      ),
      occlusionStrength: clampedField(
        objectField(material, 'occlusionTexture', place) ?? {},
        'strength',
        `${place}.occlusionTexture`,
        1,
        0,
        1,
      ),
      // 0 is the extension's word for "specular everywhere"; the largest index comes closest.
      ior: iorOf(clampedField(extension('ior'), 'ior', at('ior'), 1.5, 0, 5)),
      specular: clampedField(specular, 'specularFactor', at('specular'), 1, 0, 1),
      transmission: clampedField(
        extension('transmission'),
        'transmissionFactor',
        at('transmission'),
        0,
        0,
        1,
      ),
      thicknessM: clampedField(volume, 'thicknessFactor', at('volume'), 0, 0, 1e6),
      attenuationColorLinear: color(volume, 'attenuationColor', at('volume'), 1),
      attenuationDistanceM: positiveOrNull(numberField(volume, 'attenuationDistance', at('volume'), null)),
      clearcoat: clampedField(clearcoat, 'clearcoatFactor', at('clearcoat'), 0, 0, 1),
      clearcoatRoughness: clampedField(clearcoat, 'clearcoatRoughnessFactor', at('clearcoat'), 0, 0, 1),
      sheenColorLinear: color(sheen, 'sheenColorFactor', at('sheen'), 0),
      sheenRoughness: clampedField(sheen, 'sheenRoughnessFactor', at('sheen'), 0, 0, 1),
      unlit: extensionOf(material, 'KHR_materials_unlit', place) !== undefined,
      baseColorTexture: readTextureSlot(pbr, 'baseColorTexture', pbrPlace, textures),
      metallicRoughnessTexture: readTextureSlot(pbr, 'metallicRoughnessTexture', pbrPlace, textures),
      normalTexture: readTextureSlot(material, 'normalTexture', place, textures),
      occlusionTexture: readTextureSlot(material, 'occlusionTexture', place, textures),
      emissiveTexture: readTextureSlot(material, 'emissiveTexture', place, textures),
    };
    const glossiness = extensionOf(material, 'KHR_materials_pbrSpecularGlossiness', place);
    return glossiness
      ? fromSpecularGlossiness(base, glossiness, at('pbrSpecularGlossiness'), textures, log)
      : base;
  });
}

function iorOf(ior: number): number {
  return ior === 0 ? 5 : Math.max(1, ior);
}

function positiveOrNull(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}

function logIgnored(material: JsonObject, place: string, log: FeatureLog): void {
  for (const name of Object.keys(objectField(material, 'extensions', place) ?? {})) {
    if (name.startsWith('KHR_materials_') && !READ.has(name))
      log.ignored(name.slice('KHR_materials_'.length));
    const extension = extensionOf(material, name, place)!;
    for (const slot of IGNORED_TEXTURES[name] ?? []) if (extension[slot] !== undefined) log.ignored(slot);
  }
}

/** Reflectance of a surface that is not a metal, at right angles. */
const DIELECTRIC_SPECULAR = 0.04;

/**
 * The older workflow in terms of metalness: where most of the reflected light is in the specular part, the surface is
 * a metal of that colour. Textures of the specular part have no counterpart.
 */
function fromSpecularGlossiness(
  base: GltfMaterial,
  json: JsonObject,
  place: string,
  textures: readonly TextureInfo[],
  log: FeatureLog,
): GltfMaterial {
  log.simplified('specular-glossiness material');
  const [red, green, blue, alpha] = vectorField(json, 'diffuseFactor', 4, place, [1, 1, 1, 1], COLOR) as [
    number,
    number,
    number,
    number,
  ];
  const specular = vectorField(json, 'specularFactor', 3, place, [1, 1, 1], COLOR) as [
    number,
    number,
    number,
  ];
  const diffuseTexture = readTextureSlot(json, 'diffuseTexture', place, textures);
  // With a specular texture the factor alone (usually white) says nothing about being a metal.
  const hasTexture = json.specularGlossinessTexture !== undefined;
  const diffuseMax = Math.max(red, green, blue);
  const specularMax = Math.max(...specular);
  const metalness = hasTexture
    ? 0
    : Math.max(
        0,
        Math.min(
          1,
          (specularMax - DIELECTRIC_SPECULAR) /
            Math.max(1e-3, specularMax + diffuseMax - DIELECTRIC_SPECULAR),
        ),
      );
  const mix = (diffuse: number, reflected: number): number =>
    Math.min(1, diffuse * (1 - metalness) + reflected * metalness);
  return {
    ...base,
    baseColorLinear: [mix(red, specular[0]), mix(green, specular[1]), mix(blue, specular[2])],
    alpha: Math.min(1, alpha),
    metalness,
    roughness: 1 - clampedField(json, 'glossinessFactor', place, 1, 0, 1) * (hasTexture ? 0.5 : 1),
    baseColorTexture: diffuseTexture,
    metallicRoughnessTexture: null,
  };
}
