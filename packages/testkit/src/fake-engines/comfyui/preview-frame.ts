/** What the metadata of a preview with metadata says, besides the media type. */
export interface PreviewOrigin {
  node_id: string;
  prompt_id: string;
  display_node_id: string;
  parent_node_id: string | null;
  real_node_id: string;
}

const FORMAT_NUMBERS = { 'image/jpeg': 1, 'image/png': 2 } as const;

export type PreviewMediaType = keyof typeof FORMAT_NUMBERS;

const PREVIEW_IMAGE = 1;
const PREVIEW_IMAGE_WITH_METADATA = 4;

/** Binary event 1: event number and image format as big-endian 32-bit integers, then the picture. */
export function plainPreviewFrame(mediaType: PreviewMediaType, picture: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(PREVIEW_IMAGE, 0);
  head.writeUInt32BE(FORMAT_NUMBERS[mediaType], 4);
  return Buffer.concat([head, picture]);
}

/** Binary event 4: event number, length of the metadata, the metadata as JSON, then the picture. */
export function previewFrameWithMetadata(
  mediaType: PreviewMediaType,
  picture: Uint8Array,
  origin: PreviewOrigin,
): Buffer {
  const metadata = Buffer.from(JSON.stringify({ ...origin, image_type: mediaType }));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(PREVIEW_IMAGE_WITH_METADATA, 0);
  head.writeUInt32BE(metadata.length, 4);
  return Buffer.concat([head, metadata, picture]);
}
