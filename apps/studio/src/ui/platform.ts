/** Apple keyboards have their own signs for the modifier keys. */
export const isApple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** "Ctrl+Z" or "⌘Z". */
export function keys(combination: string): string {
  if (!isApple) return combination;
  return combination.replace('Ctrl+', '⌘').replace('Shift+', '⇧').replace('Alt+', '⌥');
}
