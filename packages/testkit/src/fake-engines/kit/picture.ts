import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** Media types a fake can encode. */
export type PictureMediaType = 'image/png' | 'image/jpeg' | 'image/webp';

/** Pictures a service should never send, but some day does. */
export type WrongPicture =
  | 'truncated'
  | 'wrong-size'
  | 'svg'
  | 'text'
  | 'empty'
  | 'animated-gif'
  | 'decompression-bomb';

/** How the answered pictures come out; change it while the fake runs. */
export interface PictureBehaviour {
  /** A wrong answer instead of the picture. Default none. */
  wrong?: WrongPicture;
  /** How far the content moved, in shares of width (to the right) and height (down). Default none. */
  shift?: { readonly x: number; readonly y: number };
  /** How much larger the content became around the middle of the picture. Default 1. */
  zoom?: number;
  /** Encodes so, whatever was asked. */
  mediaType?: PictureMediaType;
  /** Comes out in this size, whatever was asked. */
  sizePx?: { readonly width: number; readonly height: number };
}

/** What was asked for. */
export interface PictureRequest {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly prompt: string;
  readonly seed?: number | undefined;
  /** Which one of several pictures of the same request. Default 0. */
  readonly index?: number;
  /** Pictures that were sent along, encoded. The answer is derived from the first. */
  readonly inputs?: readonly Uint8Array[];
  /** Default PNG. */
  readonly mediaType?: PictureMediaType;
}

/** A rendered answer. */
export interface Picture {
  readonly bytes: Uint8Array;
  /** What the service would call it; `image/svg+xml`, `image/gif` for such wrong answers. */
  readonly mediaType: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

const CACHED_PICTURES = 24;
const cache = new Map<string, Picture>();

/**
 * Renders the picture that a fake answers with: the first input scaled to the asked size and slightly tinted, so that
 * its edges are where they were (then moved by `shift` and `zoom`), or without an input some plain shapes. The same
 * request and behaviour give the same bytes.
 *
 * @throws When the first input is not a picture.
 */
export async function renderAnswer(
  request: PictureRequest,
  behaviour: PictureBehaviour = {},
): Promise<Picture> {
  const key = cacheKey(request, behaviour);
  const known = cache.get(key);
  if (known !== undefined) return known;
  const picture = await render(request, behaviour);
  cache.set(key, picture);
  for (const oldest of cache.keys()) {
    if (cache.size <= CACHED_PICTURES) break;
    cache.delete(oldest);
  }
  return picture;
}

/** Size and media type of an encoded picture, undefined when it is none that decodes. */
export async function inspectPicture(
  bytes: Uint8Array,
): Promise<{ widthPx: number; heightPx: number; mediaType: string } | undefined> {
  try {
    const metadata = await sharp(bytes).metadata();
    return { widthPx: metadata.width, heightPx: metadata.height, mediaType: `image/${metadata.format}` };
  } catch {
    return undefined;
  }
}

/** SHA-256 of some bytes in hexadecimal, to recognise a picture that was sent. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function cacheKey(request: PictureRequest, behaviour: PictureBehaviour): string {
  const { inputs = [], ...rest } = request;
  const first = inputs[0];
  return JSON.stringify([rest, behaviour, first === undefined ? null : sha256(first)]);
}

async function render(request: PictureRequest, behaviour: PictureBehaviour): Promise<Picture> {
  const asked = behaviour.sizePx ?? { width: request.widthPx, height: request.heightPx };
  const mediaType = behaviour.mediaType ?? request.mediaType ?? 'image/png';
  const { wrong } = behaviour;
  if (wrong === undefined)
    return encode(await paint(request, behaviour, asked.width, asked.height), mediaType);
  switch (wrong) {
    case 'wrong-size': {
      // Neither the asked size nor the asked ratio.
      const width = Math.max(1, Math.round(asked.width * 0.75));
      return encode(await paint(request, behaviour, width, asked.height), mediaType);
    }
    case 'truncated': {
      const whole = await encode(await paint(request, behaviour, asked.width, asked.height), mediaType);
      return { ...whole, bytes: whole.bytes.slice(0, Math.floor(whole.bytes.length / 2)) };
    }
    case 'svg':
      return {
        bytes: Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg" width="${asked.width}" height="${asked.height}"><script>1</script></svg>`,
        ),
        mediaType: 'image/svg+xml',
        widthPx: asked.width,
        heightPx: asked.height,
      };
    case 'text':
      return {
        bytes: Buffer.from('Sorry, no picture today.'),
        mediaType,
        widthPx: asked.width,
        heightPx: asked.height,
      };
    case 'empty':
      return { bytes: new Uint8Array(0), mediaType, widthPx: 0, heightPx: 0 };
    case 'animated-gif':
      return animatedGif(asked.width, asked.height);
    case 'decompression-bomb':
      return {
        bytes: decompressionBomb(),
        mediaType: 'image/png',
        widthPx: BOMB_EDGE_PX,
        heightPx: BOMB_EDGE_PX,
      };
  }
}

interface RawPicture {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

async function paint(
  request: PictureRequest,
  behaviour: PictureBehaviour,
  width: number,
  height: number,
): Promise<RawPicture> {
  const random = numbersFrom(`${request.prompt}\n${request.seed ?? ''}\n${request.index ?? 0}`);
  const first = request.inputs?.[0];
  const picture =
    first === undefined
      ? sharp(Buffer.from(shapes(random, width, height)))
      : sharp(first)
          .rotate()
          .flatten({ background: '#808080' })
          .resize(width, height, { fit: 'cover' })
          .toColourspace('srgb')
          .linear(
            [0.9 + 0.1 * random(), 0.9 + 0.1 * random(), 0.9 + 0.1 * random()],
            [10 * random(), 10 * random(), 10 * random()],
          );
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const raw = { data, width: info.width, height: info.height };
  const shift = behaviour.shift ?? { x: 0, y: 0 };
  const zoom = behaviour.zoom ?? 1;
  return shift.x === 0 && shift.y === 0 && zoom === 1 ? raw : move(raw, shift, zoom);
}

async function encode(raw: RawPicture, mediaType: PictureMediaType): Promise<Picture> {
  const picture = sharp(raw.data, { raw: { width: raw.width, height: raw.height, channels: 3 } });
  const encoded =
    mediaType === 'image/png'
      ? picture.png({ compressionLevel: 3 })
      : mediaType === 'image/jpeg'
        ? picture.jpeg({ quality: 92 })
        : picture.webp({ quality: 92, effort: 1 });
  return {
    bytes: new Uint8Array(await encoded.toBuffer()),
    mediaType,
    widthPx: raw.width,
    heightPx: raw.height,
  };
}

/** Scales around the middle, then shifts; bilinear, edges repeated. */
function move(raw: RawPicture, shift: { readonly x: number; readonly y: number }, zoom: number): RawPicture {
  const { data, width, height } = raw;
  const moved = Buffer.alloc(data.length);
  const clampX = (x: number) => Math.min(width - 1, Math.max(0, x));
  const clampY = (y: number) => Math.min(height - 1, Math.max(0, y));
  for (let y = 0; y < height; y += 1) {
    const fromY = (y + 0.5 - height / 2 - shift.y * height) / zoom + height / 2 - 0.5;
    const top = Math.floor(fromY);
    const shareY = fromY - top;
    const rowTop = clampY(top) * width;
    const rowBottom = clampY(top + 1) * width;
    for (let x = 0; x < width; x += 1) {
      const fromX = (x + 0.5 - width / 2 - shift.x * width) / zoom + width / 2 - 0.5;
      const left = Math.floor(fromX);
      const shareX = fromX - left;
      const columnLeft = clampX(left);
      const columnRight = clampX(left + 1);
      for (let channel = 0; channel < 3; channel += 1) {
        const at = (row: number, column: number) => data[(row + column) * 3 + channel] ?? 0;
        const above = at(rowTop, columnLeft) * (1 - shareX) + at(rowTop, columnRight) * shareX;
        const below = at(rowBottom, columnLeft) * (1 - shareX) + at(rowBottom, columnRight) * shareX;
        moved[(y * width + x) * 3 + channel] = Math.round(above * (1 - shareY) + below * shareY);
      }
    }
  }
  return { data: moved, width, height };
}

function shapes(random: () => number, width: number, height: number): string {
  const colour = () =>
    `hsl(${Math.round(random() * 360)} ${Math.round(30 + random() * 50)}% ${Math.round(25 + random() * 50)}%)`;
  const items = Array.from({ length: 6 }, (_, index) => {
    const x = Math.round(random() * width);
    const y = Math.round(random() * height);
    const edge = Math.round((0.08 + random() * 0.2) * Math.min(width, height));
    return index % 2 === 0
      ? `<circle cx="${x}" cy="${y}" r="${edge}" fill="${colour()}"/>`
      : `<rect x="${x}" y="${y}" width="${edge * 2}" height="${edge}" fill="${colour()}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${colour()}"/><stop offset="1" stop-color="${colour()}"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/>${items.join('')}</svg>`;
}

/** An endless row of numbers from 0 to 1 that depends on the text alone. */
function numbersFrom(text: string): () => number {
  let block = createHash('sha256').update(text).digest();
  let at = 0;
  return () => {
    if (at + 4 > block.length) {
      block = createHash('sha256').update(block).digest();
      at = 0;
    }
    const value = block.readUInt32BE(at) / 0xffffffff;
    at += 4;
    return value;
  };
}

async function animatedGif(width: number, height: number): Promise<Picture> {
  const frames = Buffer.alloc(width * height * 2 * 3, 40);
  frames.fill(200, width * height * 3);
  const bytes = await sharp(frames, { raw: { width, height: height * 2, channels: 3, pageHeight: height } })
    .gif({ delay: [100, 100], loop: 0 })
    .toBuffer();
  return { bytes: new Uint8Array(bytes), mediaType: 'image/gif', widthPx: width, heightPx: height };
}

const BOMB_EDGE_PX = 20_000;
let bomb: Uint8Array | undefined;

/** A valid 1-bit PNG of 20000 x 20000 pixels in some 50 kB: decoded as colour it takes more than a gigabyte. */
function decompressionBomb(): Uint8Array {
  if (bomb !== undefined) return bomb;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(BOMB_EDGE_PX, 0);
  header.writeUInt32BE(BOMB_EDGE_PX, 4);
  header[8] = 1;
  const rows = Buffer.alloc((BOMB_EDGE_PX / 8 + 1) * BOMB_EDGE_PX);
  bomb = new Uint8Array(
    Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      pngChunk('IHDR', header),
      pngChunk('IDAT', deflateSync(rows)),
      pngChunk('IEND', Buffer.alloc(0)),
    ]),
  );
  return bomb;
}

function pngChunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
