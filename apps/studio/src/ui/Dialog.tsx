import { Modal, type ModalProps } from '@mantine/core';
import { useFocusReturn } from './focus-return.ts';
import { useTopmost } from './topmost.ts';

/**
 * A dialog over the workspace or a page, there as long as it is open. Escape closes it and nothing below it, and the
 * focus goes back to where it was.
 */
export function Dialog(props: Omit<ModalProps, 'opened' | 'closeOnEscape'>) {
  const isTopmost = useTopmost();
  useFocusReturn();
  return <Modal opened closeOnEscape={isTopmost} closeButtonProps={{ 'aria-label': 'Close' }} {...props} />;
}
