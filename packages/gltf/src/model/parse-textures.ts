import { isDataUri } from '../container/data-uri.ts';
import { externalName } from '../container/external-name.ts';
import { invalidModel, overLimit } from '../model-error.ts';
import type { FeatureLog } from './feature-log.ts';
import type { BufferViewInfo, GltfTextureRef, ImageInfo } from './gltf-model.ts';
import {
  countField,
  extensionOf,
  indexField,
  isObject,
  type JsonObject,
  mapObjects,
  nameField,
  numberField,
  requireIndex,
  stringField,
  vectorField,
} from './json-reader.ts';

export function parseImages(
  json: JsonObject,
  views: readonly BufferViewInfo[],
  maxImages: number,
): ImageInfo[] {
  const images = mapObjects(json, 'images', '', (image, place, index): ImageInfo => {
    const uri = stringField(image, 'uri', place);
    const named = nameField(image);
    const mimeType = stringField(image, 'mimeType', place) ?? null;
    const bufferView = indexField(image, 'bufferView', views.length, place);
    const name =
      named ||
      (uri && !isDataUri(uri) && externalName(uri).split('/').at(-1)?.slice(0, 200)) ||
      `Image ${index + 1}`;
    if (bufferView !== null) return { kind: 'view', name, mimeType, bufferView };
    if (uri === undefined) throw invalidModel(place, 'It has neither an address nor a buffer view.');
    return isDataUri(uri)
      ? { kind: 'embedded', name, mimeType, uri }
      : { kind: 'external', name, mimeType, file: externalName(uri) };
  });
  if (images.length > maxImages) throw overLimit('images', 'Textures', images.length, maxImages);
  return images;
}

/** A texture with its sampler; `image` is null where only a format that we cannot decode is given. */
export interface TextureInfo {
  readonly image: number | null;
  readonly wrapS: GltfTextureRef['wrapS'];
  readonly wrapT: GltfTextureRef['wrapT'];
  readonly filter: GltfTextureRef['filter'];
}

const WRAPS: Readonly<Record<number, GltfTextureRef['wrapS']>> = {
  10497: 'repeat',
  33071: 'clamp',
  33648: 'mirror',
};
const FILTER_NEAREST = 9728;

export function parseTextures(
  json: JsonObject,
  images: readonly ImageInfo[],
  log: FeatureLog,
): TextureInfo[] {
  const samplers = mapObjects(json, 'samplers', '', (sampler) => ({
    wrapS: WRAPS[Number(sampler.wrapS)] ?? ('repeat' as const),
    wrapT: WRAPS[Number(sampler.wrapT)] ?? ('repeat' as const),
    filter: sampler.magFilter === FILTER_NEAREST ? ('nearest' as const) : ('linear' as const),
  }));
  return mapObjects(json, 'textures', '', (texture, place) => {
    const samplerIndex = indexField(texture, 'sampler', samplers.length, place);
    const sampler =
      samplerIndex === null
        ? ({ wrapS: 'repeat', wrapT: 'repeat', filter: 'linear' } as const)
        : samplers[samplerIndex]!;
    const webp = extensionOf(texture, 'EXT_texture_webp', place);
    const source = webp
      ? requireIndex(webp.source, images.length, `${place}.extensions.EXT_texture_webp.source`)
      : indexField(texture, 'source', images.length, place);
    if (source === null) {
      for (const name of ['KHR_texture_basisu', 'EXT_texture_avif'])
        if (extensionOf(texture, name, place))
          log.textureFormat(name === 'KHR_texture_basisu' ? 'KTX2' : 'AVIF');
    }
    return { image: source, ...sampler };
  });
}

/**
 * A material's texture slot with KHR_texture_transform; null where there is none or its picture cannot be used.
 *
 * @param object The object that holds the slot, `key` its name there.
 */
export function readTextureSlot(
  object: JsonObject | undefined,
  key: string,
  place: string,
  textures: readonly TextureInfo[],
): GltfTextureRef | null {
  const slot = object?.[key];
  if (slot === undefined) return null;
  const at = `${place}.${key}`;
  if (!isObject(slot)) throw invalidModel(at, 'It is not an object.');
  const { image, ...sampler } = textures[requireIndex(slot.index, textures.length, `${at}.index`)]!;
  if (image === null) return null;
  const transform = extensionOf(slot, 'KHR_texture_transform', at) ?? {};
  const transformPlace = `${at}.extensions.KHR_texture_transform`;
  const [offsetU, offsetV] = vectorField(transform, 'offset', 2, transformPlace, [0, 0], RANGE);
  const [scaleU, scaleV] = vectorField(transform, 'scale', 2, transformPlace, [1, 1], RANGE);
  const uvSet = countField(transform, 'texCoord', transformPlace, countField(slot, 'texCoord', at, 0));
  return {
    image,
    uvSet: Math.min(uvSet, 1),
    offset: [offsetU!, offsetV!],
    rotationRadians: numberField(transform, 'rotation', transformPlace, 0, RANGE),
    scale: [scaleU!, scaleV!],
    ...sampler,
  };
}

const RANGE = { min: -1e9, max: 1e9 };
