import { invalidModel } from '../model-error.ts';
import type { BufferInfo, ByteRange } from './gltf-model.ts';

/** A range must lie inside its buffer. */
export function requireRange(
  { buffer, byteOffset, byteLength }: ByteRange,
  buffers: readonly BufferInfo[],
  place: string,
): void {
  const available = buffers[buffer]!.byteLength;
  if (byteLength > available || byteOffset > available - byteLength)
    throw invalidModel(
      place,
      `Bytes ${byteOffset} to ${byteOffset + byteLength} lie outside buffer ${buffer}, which has ${available}.`,
    );
}
