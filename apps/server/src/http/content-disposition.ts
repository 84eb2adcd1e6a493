import { MEDIA_TYPES } from '@diorama/contracts';

const EXTENSIONS: Record<string, string> = {
  [MEDIA_TYPES.png]: '.png',
  [MEDIA_TYPES.jpeg]: '.jpg',
  [MEDIA_TYPES.webp]: '.webp',
  [MEDIA_TYPES.glb]: '.glb',
  [MEDIA_TYPES.scene]: '.json',
  'application/zip': '.zip',
  'application/vnd.diorama.project+zip': '.diorama',
  'application/json': '.json',
};

/** Names that Windows gives to devices, whatever their extension. */
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * The Content-Disposition of a stored file (RFC 6266). Only images are shown in place.
 *
 * @param name The file name to download under; it is only shown, so everything that a file system or a header could
 * take for more than a name is removed, and the extension is the one of the bytes.
 */
export function contentDisposition(name: string | undefined, mediaType: string): string {
  if (name === undefined) return mediaType.startsWith('image/') ? 'inline' : 'attachment';
  const extension = EXTENSIONS[mediaType] ?? '.bin';
  const safe = safeFileName(name, extension);
  const ascii = safe.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(safe).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

function safeFileName(name: string, extension: string): string {
  const cleaned = name
    .toWellFormed()
    .normalize('NFC')
    // Controls, direction marks (they hide an extension), separators and what Windows forbids.
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/gu, '')
    .replace(/[/\\:*?"<>|]/g, '-')
    .replace(/^[.\s-]+|[.\s]+$/g, '');
  const stem = cleaned.toLowerCase().endsWith(extension) ? cleaned.slice(0, -extension.length) : cleaned;
  const short = [...stem].slice(0, 100).join('').trim();
  return `${short === '' || DEVICE_NAME.test(short) ? `diorama${short && `-${short}`}` : short}${extension}`;
}
