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
    return `${ending ? `${ending} files` : 'Such files'} cannot be used here; choose a PNG, JPEG or WebP image.`;
  }
  if (file.size === 0) return 'The file is empty; choose another image.';
  if (file.size > LIMITS.imageBytes)
    return `The image is larger than ${LIMITS.imageBytes / 1024 / 1024} MB; save it smaller and try again.`;
  return null;
}

const startsWith = (bytes: Uint8Array, text: string, at = 0) =>
  [...text].every((letter, index) => bytes[at + index] === letter.charCodeAt(0));

/** Whether the bytes begin like one of the accepted pictures. A name and a type are only what somebody wrote on it. */
async function looksLikeImage(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  return (
    startsWith(head, '\x89PNG\r\n\x1a\n') ||
    startsWith(head, '\xff\xd8\xff') ||
    (startsWith(head, 'RIFF') && startsWith(head, 'WEBP', 8))
  );
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
    if (!(await looksLikeImage(file))) {
      if (controller.signal.aborted) return;
      setSlot(slot, {
        state: 'refused',
        message: 'The file is no picture, whatever its name says; choose a PNG, JPEG or WebP image.',
      });
      return;
    }
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
