import type { RecalledSettings } from '@diorama/metadata';
import { notifications } from '@mantine/notifications';
import { create } from 'zustand';

/** An image whose settings were found, waiting for what to do with them. */
export interface RecalledImage {
  readonly file: File;
  readonly recalled: RecalledSettings;
}

export const useRecall = create<{ readonly image: RecalledImage | null }>(() => ({ image: null }));

export function closeRecall(): void {
  useRecall.setState({ image: null });
}

/**
 * Asks what to do with an image that says how it was made.
 *
 * @returns False when it says nothing: then it is a picture like any other.
 */
export async function recallImage(file: File): Promise<boolean> {
  try {
    const [{ recallSettings }, bytes] = await Promise.all([import('@diorama/metadata'), file.arrayBuffer()]);
    const recalled = await recallSettings(new Uint8Array(bytes));
    if (!recalled) return false;
    useRecall.setState({ image: { file, recalled } });
    return true;
  } catch (thrown) {
    // No picture at all is said where pictures go; settings that cannot be read are said here.
    if (thrown instanceof Error && /settings/i.test(thrown.message))
      notifications.show({
        title: 'The settings in the image cannot be read',
        message: 'It is used as a reference image instead.',
      });
    return false;
  }
}
