/** What an image file says about itself in its first bytes. */
export interface ImageHeader {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/ktx2' | 'image/avif';
  /** Pixels; 0 where the format is known but not read (KTX2, AVIF). */
  readonly width: number;
  readonly height: number;
}

/**
 * Recognises an image by its bytes and reads its size without decoding it.
 *
 * @returns undefined when it is none of the known formats or its header is broken.
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return readPng(bytes, view);
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return readJpeg(bytes, view);
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return readWebp(bytes, view);
  if (startsWith(bytes, [0xab, 0x4b, 0x54, 0x58, 0x20, 0x32, 0x30, 0xbb]))
    return { mediaType: 'image/ktx2', width: 0, height: 0 };
  if (ascii(bytes, 4, 8) === 'ftypavif') return { mediaType: 'image/avif', width: 0, height: 0 };
  return undefined;
}

function readPng(bytes: Uint8Array, view: DataView): ImageHeader | undefined {
  if (bytes.length < 24 || ascii(bytes, 12, 4) !== 'IHDR') return undefined;
  return sized('image/png', view.getUint32(16), view.getUint32(20));
}

function readJpeg(bytes: Uint8Array, view: DataView): ImageHeader | undefined {
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // Start of frame, of any coding; C4, C8 and CC are tables.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return sized('image/jpeg', view.getUint16(at + 7), view.getUint16(at + 5));
    const standalone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    at += standalone ? 2 : 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}

function readWebp(bytes: Uint8Array, view: DataView): ImageHeader | undefined {
  if (bytes.length < 30) return undefined;
  switch (ascii(bytes, 12, 4)) {
    case 'VP8 ':
      return sized('image/webp', view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return sized('image/webp', (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8X':
      return sized(
        'image/webp',
        1 + (view.getUint32(24, true) & 0xffffff),
        1 + (view.getUint32(26, true) >>> 8),
      );
    default:
      return undefined;
  }
}

function sized(mediaType: ImageHeader['mediaType'], width: number, height: number): ImageHeader | undefined {
  return width > 0 && height > 0 ? { mediaType, width, height } : undefined;
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}

function ascii(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}
