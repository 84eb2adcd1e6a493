import { useEffect, useRef, useState } from 'react';
import { create } from 'zustand';

const useStack = create<{ readonly stack: readonly symbol[] }>(() => ({ stack: [] }));

/**
 * Whether what calls this is the uppermost of all pages and dialogs that are open: Escape is for that one only, and
 * the component library would close all of them at once.
 */
export function useTopmost(): boolean {
  const [self] = useState(() => Symbol('overlay'));
  useEffect(() => {
    useStack.setState(({ stack }) => ({ stack: [...stack, self] }));
    return () => useStack.setState(({ stack }) => ({ stack: stack.filter((one) => one !== self) }));
  }, [self]);
  return useStack(({ stack }) => stack.at(-1) === self);
}

/**
 * Takes Escape from what lies below as long as the component is there. For what closes by itself over a page, such as
 * a popover: the page would otherwise go with it.
 */
export function Topmost(): null {
  useTopmost();
  return null;
}

/**
 * Calls `onEscape` for an Escape that is for this one and that nothing else has taken. Asked before anybody has acted
 * on the key: a dialog that it closes makes what lies below the uppermost while the key is still on its way.
 */
export function useTopmostEscape(onEscape: () => void): void {
  const isTopmost = useTopmost();
  const latest = useRef({ isTopmost, onEscape });
  latest.current = { isTopmost, onEscape };
  useEffect(() => {
    let isOurs = false;
    const onCapture = (event: KeyboardEvent) => {
      isOurs = event.key === 'Escape' && latest.current.isTopmost;
    };
    const onBubble = (event: KeyboardEvent) => {
      if (isOurs && !event.defaultPrevented) latest.current.onEscape();
      isOurs = false;
    };
    window.addEventListener('keydown', onCapture, { capture: true });
    window.addEventListener('keydown', onBubble);
    return () => {
      window.removeEventListener('keydown', onCapture, { capture: true });
      window.removeEventListener('keydown', onBubble);
    };
  }, []);
}
