import { useEffect, useState } from 'react';
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
