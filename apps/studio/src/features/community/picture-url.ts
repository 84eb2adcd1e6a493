import { API_PREFIX } from '@diorama/contracts';

/** Pictures are asked for in few widths, so that one that was seen anywhere is at hand everywhere. */
const WIDTHS_PX = [160, 320, 640, 960, 1280, 1920];

/**
 * The address of a picture of the community at least so wide; undefined for an address that is not this server's own:
 * a picture from elsewhere would tell others who looks at it.
 *
 * @param url As the API gives it.
 * @param widthPx CSS pixels; the screen's density is taken into account.
 */
export function pictureUrl(url: string, widthPx?: number, density = pixelDensity()): string | undefined {
  if (!url.startsWith(`${API_PREFIX}/`)) return undefined;
  if (widthPx === undefined) return url;
  const needed = widthPx * density;
  const width = WIDTHS_PX.find((one) => one >= needed);
  return width === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}width=${width}`;
}

function pixelDensity(): number {
  return typeof devicePixelRatio === 'undefined' ? 1 : Math.min(2, Math.max(1, devicePixelRatio));
}
