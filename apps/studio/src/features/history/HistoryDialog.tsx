import { Modal, type ModalProps } from '@mantine/core';
import { useTopmost } from '../../ui/topmost.ts';

/** A small dialog over the history; Escape closes it and nothing below it. */
export function HistoryDialog(props: Omit<ModalProps, 'opened' | 'closeOnEscape'>) {
  const isTopmost = useTopmost();
  return <Modal opened closeOnEscape={isTopmost} {...props} />;
}
