import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTopmost } from '../../ui/topmost.ts';

/** A small dialog over the history; Escape closes it and nothing below it, and the focus goes back to where it was. */
export function HistoryDialog(props: Omit<ModalProps, 'opened' | 'closeOnEscape'>) {
  const isTopmost = useTopmost();
  // It goes away as a whole when it is closed, before the library could give the focus back.
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    },
    [before],
  );
  return <Modal opened closeOnEscape={isTopmost} {...props} />;
}
