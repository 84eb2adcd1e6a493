import { useEffect, useState } from 'react';

/**
 * Gives the focus back to where it was when this was opened. For pages and dialogs that go away as a whole, before the
 * component library could do so by itself.
 */
export function useFocusReturn(): void {
  const [before] = useState(openerOf);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    },
    [before],
  );
}

/** What has the focus; for an item of a menu, which closes with the click, the button that the menu belongs to. */
function openerOf(): Element | null {
  let opener = document.activeElement;
  for (;;) {
    const menu: Element | null | undefined = opener?.closest('[role="menu"]');
    const target = menu?.id && document.querySelector(`[aria-controls="${CSS.escape(menu.id)}"]`);
    if (!target) return opener;
    opener = target;
  }
}
