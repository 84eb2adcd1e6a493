import { LIMITS, toDioramaError } from '@diorama/contracts';
import { api } from '../../app/api.ts';
import { type SlotIndex, setSlot, usePanel } from './panel-store.ts';

const ACCEPTED_TYPES = ['image/png', 'image/jpeg', 'image/webp'];
export const ACCEPT = ACCEPTED_TYPES.join(',');

/** Why a file cannot be a reference, in one sentence; null when it can, as far as its head tells. */
function refusalOf(file: {
  readonly type: string;
  readonly size: number;
  readonly name: string;
}): string | null {
  if (!ACCEPTED_TYPES.includes(file.type)) {
    const ending = /\.([^.]+)$/.exec(file.name)?.[1]?.toUpperCase();
    return `${ending ? `${ending} files` : 'Such files'} cannot be used here. Choose a PNG, JPEG or WebP image.`;
  }
  if (file.size === 0) return 'The file is empty. Choose another image.';
  if (file.size > LIMITS.imageBytes)
    return `The image is larger than ${LIMITS.imageBytes / 1024 / 1024} MB. Save it smaller and try again.`;
  return null;
}

const uploads = new Map<SlotIndex, AbortController>();

/** Puts an image into a slot: checks it, shows it at once, sends it to the server. */
export async function fillSlot(slot: SlotIndex, file: File): Promise<void> {
  uploads.get(slot)?.abort();
  const refusal = refusalOf(file);
  if (refusal) {
    setSlot(slot, { state: 'refused', message: refusal });
    return;
  }
  const controller = new AbortController();
  uploads.set(slot, controller);
  const previewUrl = URL.createObjectURL(file);
  setSlot(slot, { state: 'uploading', name: file.name, previewUrl });
  try {
    const asset = await api.uploadAsset(file, { signal: controller.signal });
    if (controller.signal.aborted) return;
    setSlot(slot, {
      state: 'ready',
      image: {
        asset: asset.id,
        name: file.name,
        width: asset.width ?? 1,
        height: asset.height ?? 1,
        role: null,
      },
    });
  } catch (thrown) {
    if (controller.signal.aborted) return;
    const error = toDioramaError(thrown, 'internal');
    setSlot(slot, { state: 'refused', message: `${error.message.replace(/\.?$/, '.')} ${error.hint}` });
  } finally {
    URL.revokeObjectURL(previewUrl);
    if (uploads.get(slot) === controller) uploads.delete(slot);
  }
}

export function clearSlot(slot: SlotIndex): void {
  uploads.get(slot)?.abort();
  setSlot(slot, { state: 'empty' });
}

/** The first slot without an image, else the second: where a pasted or dropped picture goes. */
export function nextFreeSlot(): SlotIndex {
  const [first] = usePanel.getState().references;
  return first.state === 'empty' || first.state === 'refused' ? 0 : 1;
}
