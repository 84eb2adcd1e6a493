import type { Generation } from '@diorama/contracts';
import { notifications } from '@mantine/notifications';
import { useView } from '../../app/view-store.ts';
import { setSlot } from '../generate/panel-store.ts';
import { nextFreeSlot } from '../generate/reference-upload.ts';
import { titleOf } from './result-words.ts';

/** Puts an image of an entry into the next free reference slot. */
export function putIntoSlot(generation: Pick<Generation, 'request' | 'outputs'>, image: number): void {
  const output = generation.outputs[image];
  if (!output) return;
  const slot = nextFreeSlot();
  const { asset, width, height } = output;
  setSlot(slot, { state: 'ready', image: { asset, name: titleOf(generation), width, height, role: null } });
  useView.setState({ tab: 'generate', rightOpen: true });
  notifications.show({ message: `The image is now in the slot Image ${slot + 2}.` });
}
