import { DioramaError } from '@diorama/contracts';
import { z } from 'zod';
import type { HttpFailure } from '../../kit/http/http.ts';
import { readLoginError } from '../diffusion/key-headers.ts';

const saidSchema = z.object({
  type: z.string().catch(''),
  message: z.string().catch(''),
  details: z.string().catch(''),
  extra_info: z.record(z.string(), z.unknown()).catch({}),
});

const refusalSchema = z.object({
  error: saidSchema,
  node_errors: z
    .record(
      z.string(),
      z.object({ errors: z.array(saidSchema).catch([]), class_type: z.string().catch('a node') }).catch({
        errors: [],
        class_type: 'a node',
      }),
    )
    .catch({}),
});

const SAID_CHARACTERS = 300;

/** What ComfyUI says with an error answer; null when it says nothing of its own. */
export function readComfyuiError({ status, json }: HttpFailure): DioramaError | null {
  const login = readLoginError({ status });
  if (login !== null) return login;
  if (status === 413) {
    return new DioramaError('request-rejected', 'The pictures are larger than this ComfyUI server takes.', {
      hint: 'Start it with a higher --max-upload-size, or use smaller pictures.',
    });
  }
  const refusal = refusalSchema.safeParse(json);
  if (status !== 400 || !refusal.success) return null;
  const { error, node_errors: nodeErrors } = refusal.data;
  const missingFiles: string[] = [];
  const reasons: string[] = [];
  for (const { class_type: classType, errors } of Object.values(nodeErrors)) {
    for (const { type, message, details, extra_info: extra } of errors) {
      const received = extra['received_value'];
      if (type === 'value_not_in_list' && typeof received === 'string') missingFiles.push(received);
      reasons.push(`${classType}: ${[message, details].filter((part) => part !== '').join(' ')}`);
    }
  }
  const missingNode = error.type === 'missing_node_type' ? error.extra_info['class_type'] : undefined;
  const said = reasons.length > 0 ? reasons.join('; ') : [error.message, error.details].join(' ').trim();
  return new DioramaError(
    'workflow-not-runnable',
    `ComfyUI refused the workflow. It says: ${shorten(said)}`,
    {
      details: {
        type: error.type,
        ...(missingFiles.length > 0 ? { missingFiles } : {}),
        ...(typeof missingNode === 'string' ? { missingNodes: [missingNode] } : {}),
      },
    },
  );
}

/** What went wrong while a node ran, as ComfyUI reports it over the socket and in its history. */
export const nodeFailureSchema = z.object({
  node_id: z.coerce.string().catch(''),
  node_type: z.string().catch('a node'),
  exception_type: z.string().catch(''),
  exception_message: z.string().catch(''),
});
export type NodeFailure = z.infer<typeof nodeFailureSchema>;

/** The error for the person: which node, what it said, and what can be done about it. */
export function nodeFailed(failure: NodeFailure): DioramaError {
  const { node_type: nodeType, node_id: nodeId, exception_type: type, exception_message: message } = failure;
  const details = { node: nodeType, nodeId, exceptionType: type };
  if (/outofmemory/i.test(type) || /out of memory|allocation on device/i.test(message)) {
    return new DioramaError('out-of-memory', `The ComfyUI server ran out of memory in ${nodeType}.`, {
      hint: 'Use a smaller size or a smaller model, free the memory of the graphics card, or start ComfyUI with --lowvram.',
      details,
    });
  }
  const said = shorten(message);
  return new DioramaError(
    'engine-failed',
    `ComfyUI failed in ${nodeType}${nodeId === '' ? '' : ` (node ${nodeId})`}${said === '' ? '.' : `. It says: ${said}`}`,
    { hint: hintFor(message), details },
  );
}

function hintFor(message: string): string {
  if (
    /mat1 and mat2|shapes cannot be multiplied|size mismatch|expected.*channels|must match the size/i.test(
      message,
    )
  ) {
    return 'Two models that do not belong together were used, such as a ControlNet or text encoder of another family. Choose matching files in the settings of the engine.';
  }
  if (/safetensor|header|unpickling|corrupt|unexpected eof/i.test(message)) {
    return 'A model file seems to be damaged. Load it again.';
  }
  return 'Look at the log of the ComfyUI server; if it fails again, choose another workflow.';
}

function shorten(text: string): string {
  // Folders of the server's machine are nobody's business but its owner's, and of no help.
  const oneLine = text
    .replace(/(?:[A-Za-z]:)?(?:[\\/][\w .@+-]+){2,}[\\/]/g, '…/')
    .replace(/\s+/g, ' ')
    .trim();
  return oneLine.length > SAID_CHARACTERS ? `${oneLine.slice(0, SAID_CHARACTERS - 1)}…` : oneLine;
}
