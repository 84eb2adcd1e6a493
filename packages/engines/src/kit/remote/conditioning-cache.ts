import { createHash } from 'node:crypto';
import type { Conditioning } from '@diorama/conditioning';
import type { Camera, ControlMapName, PixelSize } from '@diorama/contracts';
import type { SceneDocument } from '@diorama/scene';

export interface ConditioningKey {
  readonly document: SceneDocument;
  readonly camera: Camera | null;
  readonly size: PixelSize;
  readonly maps: readonly ControlMapName[];
  readonly capture: boolean;
}

/**
 * Remembers the newest drawn views. A scene document refers to its models by their hashes, so equal documents are equal
 * scenes.
 */
export class ConditioningCache {
  readonly #known = new Map<string, Conditioning>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async get(key: ConditioningKey, draw: () => Promise<Conditioning>): Promise<Conditioning> {
    const { document, camera, size, maps, capture } = key;
    const id = createHash('sha256')
      .update(JSON.stringify([document, camera, size, maps.toSorted(), capture]))
      .digest('hex');
    const found = this.#known.get(id) ?? (await draw());
    this.#known.delete(id);
    this.#known.set(id, found);
    if (this.#known.size > this.#capacity) this.#known.delete(this.#known.keys().next().value!);
    return found;
  }
}
