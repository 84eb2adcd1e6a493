import { crc32, deflateSync } from 'node:zlib';

/** A PNG of one colour, sRGB 0 to 255; small enough to make in every test. */
export function tinyPng(
  width = 2,
  height = 2,
  [red, green, blue]: readonly [number, number, number] = [200, 80, 40],
): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) rows.set([red, green, blue], y * (1 + width * 3) + 1 + x * 3);
  return pngOf(width, height, rows);
}

/** A PNG whose header promises more pixels than anyone should decode, in a few hundred bytes. */
export function bombPng(width = 50_000, height = 50_000): Uint8Array<ArrayBuffer> {
  return pngOf(width, height, new Uint8Array(64));
}

function pngOf(width: number, height: number, rows: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB.
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array()),
  ];
  return new Uint8Array(Buffer.concat(parts));
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = new Uint8Array(12 + data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(body, 4);
  view.setUint32(8 + data.length, crc32(body));
  return out;
}
