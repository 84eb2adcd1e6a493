import { useEffect, useState } from 'react';

/**
 * Gives the focus back to where it was when this was opened. For pages and dialogs that go away as a whole, before the
 * component library could do so by itself.
 */
export function useFocusReturn(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    },
    [before],
  );
}
