import { DioramaError } from '@diorama/contracts';
import type { GltfAsset } from '@diorama/gltf';
import { decodeImage } from '@diorama/gltf/node';
import type { TextureRef } from '@diorama/scene';
import type { TextureSlot, TraceTexture } from '@diorama/tracer';
import { throwIfCanceled } from '../pixels/work.ts';

/** The slot of a record's texture, decoded once. */
export type SlotMaker = (ref: TextureRef | null) => Promise<TextureSlot | null>;

/** Every decoded picture of a scene, each once. */
export interface TextureStore {
  /** More may be appended. */
  readonly list: TraceTexture[];
  readonly slot: SlotMaker;
  /** The slot with its colours made white and only its transparency kept. */
  readonly cutOut: (slot: TextureSlot | null) => TextureSlot | null;
}

export function createTextureStore(
  assets: ReadonlyMap<string, GltfAsset>,
  signal: AbortSignal,
): TextureStore {
  const list: TraceTexture[] = [];
  const known = new Map<string, number>();
  const pixels = new Map<string, { width: number; height: number; rgba: Uint8Array }>();
  const cutOuts = new Map<number, number>();
  return {
    list,
    cutOut(slot) {
      if (!slot) return null;
      let texture = cutOuts.get(slot.texture);
      if (texture === undefined) {
        const picture = list[slot.texture]!;
        const rgba = picture.rgba.map((value, i) => (i % 4 === 3 ? value : 255));
        texture = list.push({ ...picture, rgba }) - 1;
        cutOuts.set(slot.texture, texture);
      }
      return { ...slot, texture };
    },
    async slot(ref) {
      if (!ref) return null;
      throwIfCanceled(signal);
      const key = [ref.source, ref.image, ref.wrapS, ref.wrapT, ref.filter].join('\n');
      let texture = known.get(key);
      if (texture === undefined) {
        const imageKey = `${ref.source}\n${ref.image}`;
        const image = assets.get(ref.source)?.images[ref.image];
        if (!image)
          throw new DioramaError('invalid-scene', 'A material uses an image that is not in its model.');
        const decoded = pixels.get(imageKey) ?? (await decodeImage(image.bytes));
        pixels.set(imageKey, decoded);
        texture = list.push({ ...decoded, wrapS: ref.wrapS, wrapT: ref.wrapT, filter: ref.filter }) - 1;
        known.set(key, texture);
      }
      return {
        texture,
        uvSet: ref.uvSet === 1 ? 1 : 0,
        offset: ref.offset,
        rotationRadians: ref.rotationRadians,
        scale: ref.scale,
      };
    },
  };
}
