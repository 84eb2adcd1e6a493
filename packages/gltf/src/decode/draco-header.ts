import { invalidModel, modelError } from '../model-error.ts';

/** What a Draco stream says that it holds, from its first bytes. */
export interface DracoHeader {
  readonly faces: number;
  /** Points of a sequential stream; vertices of the connectivity, a lower bound of the points, of an edgebreaker one. */
  readonly points: number;
}

const TRIANGULAR_MESH = 1;
const SEQUENTIAL = 0;
const EDGEBREAKER = 1;
const HAS_METADATA = 0x8000;

/**
 * Reads the counts that a Draco stream begins with (bitstream 2.2, "Draco Bitstream Specification"), because the
 * decoder allocates by them before it looks whether the bytes could ever hold so much.
 *
 * @throws {DioramaError} `invalid-model`, `unsupported-feature`.
 */
export function readDracoHeader(bytes: Uint8Array, place: string): DracoHeader {
  const reader = createReader(bytes, place);
  for (const letter of 'DRACO')
    if (reader.byte() !== letter.charCodeAt(0)) throw invalidModel(place, 'It is not Draco data.');
  const major = reader.byte();
  const minor = reader.byte();
  if (major !== 2 || minor !== 2)
    throw modelError(
      'unsupported-feature',
      place,
      `Draco data of version ${major}.${minor} is not supported; 2.2 is.`,
    );
  if (reader.byte() !== TRIANGULAR_MESH) throw invalidModel(place, 'The Draco data is not a mesh.');
  const method = reader.byte();
  const flags = reader.byte() | (reader.byte() << 8);
  if (flags & HAS_METADATA) skipMetadata(reader);
  if (method === SEQUENTIAL) {
    const faces = reader.varint();
    return { faces, points: reader.varint() };
  }
  if (method !== EDGEBREAKER) throw invalidModel(place, 'The Draco data is of an unknown method.');
  reader.byte(); // How the faces are walked.
  const points = reader.varint();
  return { faces: reader.varint(), points };
}

interface Reader {
  byte(): number;
  varint(): number;
  skip(bytes: number): void;
}

function createReader(bytes: Uint8Array, place: string): Reader {
  let at = 0;
  const byte = (): number => {
    const value = bytes[at];
    if (value === undefined) throw invalidModel(place, 'The Draco data is cut off.');
    at += 1;
    return value;
  };
  return {
    byte,
    varint() {
      let value = 0;
      for (let shift = 0; shift < 35; shift += 7) {
        const next = byte();
        value += (next & 0x7f) * 2 ** shift;
        if (next < 0x80) return value;
      }
      throw invalidModel(place, 'The Draco data has a broken number.');
    },
    skip(count) {
      at += count;
    },
  };
}

function skipMetadata(reader: Reader): void {
  for (let left = reader.varint(); left > 0; left -= 1) {
    reader.varint();
    skipMetadataItem(reader, 0);
  }
  skipMetadataItem(reader, 0);
}

const METADATA_DEPTH_MAX = 32;

function skipMetadataItem(reader: Reader, depth: number): void {
  const entries = reader.varint();
  for (let entry = 0; entry < entries; entry += 1) {
    reader.skip(reader.byte());
    reader.skip(reader.varint());
  }
  const children = reader.varint();
  for (let child = 0; child < children; child += 1) {
    reader.skip(reader.byte());
    // Deeper than anything real: walking on would only exhaust the stack. Reading past the end reports it.
    if (depth >= METADATA_DEPTH_MAX) reader.skip(Number.MAX_SAFE_INTEGER);
    skipMetadataItem(reader, depth + 1);
  }
}
