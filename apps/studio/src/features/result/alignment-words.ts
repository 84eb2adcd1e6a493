import type { OutputAlignment } from '@diorama/contracts';

/** Less than this is no zoom that anybody sees. */
const SCALE_VISIBLE = 0.002;

/** "moved 12 px left, zoom 1.02: repaired": how the picture lay over the canvas and what was done about it. */
export function alignmentInWords({ scale, shiftXPx, shiftYPx, outcome }: OutputAlignment): string {
  if (outcome === 'unclear') return 'Could not be compared with the canvas; left as it came';
  const parts: string[] = [];
  const x = Math.round(shiftXPx);
  const y = Math.round(shiftYPx);
  if (x !== 0) parts.push(`${Math.abs(x)} px ${x < 0 ? 'left' : 'right'}`);
  if (y !== 0) parts.push(`${Math.abs(y)} px ${y < 0 ? 'up' : 'down'}`);
  const moved = parts.length > 0 ? `moved ${parts.join(' and ')}` : '';
  const zoomed = Math.abs(scale - 1) >= SCALE_VISIBLE ? `zoom ${scale.toFixed(3).replace(/0$/, '')}` : '';
  const found = [moved, zoomed].filter(Boolean).join(', ');
  if (outcome === 'aligned') return 'Lies over the canvas as it should';
  return found === '' ? 'Repaired' : `${found.charAt(0).toUpperCase()}${found.slice(1)}: repaired`;
}
