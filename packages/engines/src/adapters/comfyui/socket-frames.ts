import { z } from 'zod';

/** What the socket told. Everything else that ComfyUI sends is of no use here. */
export type SocketEvent =
  | { readonly kind: 'cached'; readonly promptId: string; readonly nodes: readonly string[] }
  | { readonly kind: 'executing'; readonly promptId: string | null; readonly node: string | null }
  | {
      readonly kind: 'progress';
      readonly promptId: string | null;
      readonly nodes: readonly NodeProgress[];
      /** Every node that is not waiting is in the list. */
      readonly isWhole: boolean;
    }
  | { readonly kind: 'ended'; readonly promptId: string }
  | {
      readonly kind: 'picture';
      /** Null: of the prompt that runs. */
      readonly promptId: string | null;
      readonly node: string | null;
      readonly isPng: boolean;
      readonly bytes: Uint8Array;
    };

export interface NodeProgress {
  readonly node: string;
  readonly value: number;
  readonly max: number;
  readonly isFinished: boolean;
}

const id = z.coerce.string();
const optionalId = z.string().nullish().catch(null);
const messageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('execution_cached'),
    data: z.object({ prompt_id: id, nodes: z.array(id).catch([]) }),
  }),
  z.object({ type: z.literal('executing'), data: z.object({ prompt_id: optionalId, node: optionalId }) }),
  z.object({
    type: z.literal('progress'),
    data: z.object({ prompt_id: optionalId, node: optionalId, value: z.number(), max: z.number() }),
  }),
  z.object({
    type: z.literal('progress_state'),
    data: z.object({
      prompt_id: id,
      nodes: z.record(
        z.string(),
        z.object({
          value: z.number().catch(0),
          max: z.number().catch(1),
          state: z.string().catch('running'),
          display_node_id: optionalId,
        }),
      ),
    }),
  }),
  z.object({
    type: z.enum(['execution_success', 'execution_error', 'execution_interrupted']),
    data: z.object({ prompt_id: id }),
  }),
]);

/** Reads a text frame; null when it is nothing that counts here. */
export function readTextFrame(text: string): SocketEvent | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = messageSchema.safeParse(json);
  if (!parsed.success) return null;
  const { type, data } = parsed.data;
  switch (type) {
    case 'execution_cached':
      return { kind: 'cached', promptId: data.prompt_id, nodes: data.nodes };
    case 'executing':
      return { kind: 'executing', promptId: data.prompt_id ?? null, node: data.node ?? null };
    case 'progress':
      return {
        kind: 'progress',
        promptId: data.prompt_id ?? null,
        nodes:
          data.node === null || data.node === undefined
            ? []
            : [{ node: data.node, value: data.value, max: data.max, isFinished: false }],
        isWhole: false,
      };
    case 'progress_state':
      return {
        kind: 'progress',
        promptId: data.prompt_id,
        nodes: Object.entries(data.nodes).map(([node, { value, max, state, display_node_id: shown }]) => ({
          node: shown ?? node,
          value,
          max,
          isFinished: state === 'finished',
        })),
        isWhole: true,
      };
    default:
      return { kind: 'ended', promptId: data.prompt_id };
  }
}

const PREVIEW_IMAGE = 1;
const PREVIEW_IMAGE_WITH_METADATA = 4;
const FORMAT_PNG = 2;
const METADATA_BYTES_MAX = 64 * 1024;

const metadataSchema = z.object({
  node_id: optionalId,
  display_node_id: optionalId,
  prompt_id: optionalId,
  image_type: z.string().nullish(),
});

/**
 * Reads a binary frame: big-endian 32-bit event number; event 1 has the picture's format and the picture, event 4 the
 * length of a JSON head, the head and the picture. Null for text frames and everything else.
 */
export function readBinaryFrame(frame: Uint8Array): SocketEvent | null {
  if (frame.byteLength <= 8) return null;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const event = view.getUint32(0);
  const second = view.getUint32(4);
  if (event === PREVIEW_IMAGE) {
    return {
      kind: 'picture',
      promptId: null,
      node: null,
      isPng: second === FORMAT_PNG,
      bytes: frame.subarray(8),
    };
  }
  if (
    event !== PREVIEW_IMAGE_WITH_METADATA ||
    second > METADATA_BYTES_MAX ||
    8 + second >= frame.byteLength
  ) {
    return null;
  }
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(frame.subarray(8, 8 + second)));
  } catch {
    return null;
  }
  const metadata = metadataSchema.safeParse(json);
  if (!metadata.success) return null;
  const bytes = frame.subarray(8 + second);
  return {
    kind: 'picture',
    promptId: metadata.data.prompt_id ?? null,
    node: metadata.data.display_node_id ?? metadata.data.node_id ?? null,
    isPng: metadata.data.image_type === 'image/png' || (bytes[0] === 0x89 && bytes[1] === 0x50),
    bytes,
  };
}
