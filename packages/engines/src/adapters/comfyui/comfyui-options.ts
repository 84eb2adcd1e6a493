import {
  CONTROL_MAP_NAMES,
  controlMapNameSchema,
  type Graph,
  LIMITS,
  qualitySchema,
  type Workflow,
  workflowSchema,
} from '@diorama/contracts';
import { z } from 'zod';
import { familySchema } from './families.ts';

const controlFileRoles = (['sd15', 'sdxl'] as const).flatMap((family) =>
  [...CONTROL_MAP_NAMES.filter((map) => map !== 'object-mask'), 'union' as const].map(
    (part) => `${family}.${part}` as const,
  ),
);

/** Files beside the model itself that can be named instead of being found by their usual names. */
export const FILE_ROLES = [
  'flux2.text-encoder',
  'flux2.vae',
  'kontext.clip-l',
  'kontext.t5',
  'kontext.vae',
  'qwen-edit.text-encoder',
  'qwen-edit.vae',
  'qwen-edit.speed-lora',
  'sd15.vae',
  'sdxl.vae',
  ...controlFileRoles,
] as const;
export type FileRole = (typeof FILE_ROLES)[number];

const fileSchema = z.string().min(1).max(400);

const samplingSchema = z
  .object({
    steps: z.int().min(1).max(200),
    cfg: z.number().min(0).max(30),
    sampler: z.string().min(1).max(60),
    scheduler: z.string().min(1).max(60),
    /** Area of the picture, in units of 1024 x 1024 pixels. */
    megapixels: z.number().min(0.01).max(16),
  })
  .partial();

/** Settings of a connection to a ComfyUI server. */
export const comfyuiOptionsSchema = z.object({
  workflows: z
    .array(workflowSchema)
    .max(50)
    .refine(
      (list) => new Set(list.map(({ id }) => id)).size === list.length,
      'Two workflows have the same id.',
    )
    .default([]),
  /** What a model file is, where its name does not tell: file name to family. */
  families: z.record(fileSchema, familySchema).default({}),
  /** Files to use for a role instead of the ones found by their usual names. */
  files: z.partialRecord(z.enum(FILE_ROLES), fileSchema).default({}),
  /** Steps, guidance, sampler and size by family, instead of the usual ones. */
  sampling: z.partialRecord(familySchema, samplingSchema).default({}),
  /**
   * How FLUX.1 Kontext gets references beside the canvas: `chain` = each as a picture of its own, which leaves the
   * canvas where it is; `stitch` = all joined to one picture side by side.
   */
  kontextReferences: z.enum(['chain', 'stitch']).default('chain'),
  /** `previews` shows the picture while it forms; `off` saves the server a little time. */
  previews: z.enum(['previews', 'off']).default('previews'),
  /** `output` keeps the pictures in the server's output folder below `diorama`; `temp` lets it forget them. */
  keepOnServer: z.enum(['output', 'temp']).default('output'),
});
export type ComfyuiOptions = z.infer<typeof comfyuiOptionsSchema>;

/** Settings of one request; what is not known here is left to others. */
export const comfyuiRequestOptionsSchema = z.object({
  /** Maps to guide by, among those the model offers; absent: chosen. */
  maps: z.array(controlMapNameSchema).max(4).optional(),
  /** More or fewer steps than usual; `steps` wins. */
  quality: qualitySchema.optional(),
  steps: z.int().min(1).max(200).optional(),
  cfg: z.number().min(0).max(30).optional(),
  sampler: z.string().min(1).max(60).optional(),
  scheduler: z.string().min(1).max(60).optional(),
  /** Noise over the canvas; absent: from the geometry strength. */
  denoise: z.number().min(0.01).max(1).optional(),
});
export type ComfyuiRequestOptions = z.infer<typeof comfyuiRequestOptionsSchema>;

/** How many images a workflow can make in one request: any number when it has a seed or a batch size to set. */
export function workflowCountMax({ inputs }: Pick<Workflow, 'inputs'>): number {
  return inputs.seed !== undefined || inputs.count !== undefined ? LIMITS.count : 1;
}

const OUTPUT_CLASSES = /^(save|preview)image/i;

/** The nodes that give the pictures of a workflow: the one named, else those that save, else those that show. */
export function outputNodesOf(
  graph: Graph,
  named: string | undefined,
  isOutput: (classType: string) => boolean,
): string[] {
  if (named !== undefined) return [named];
  const candidates = Object.entries(graph).filter(
    ([, node]) => OUTPUT_CLASSES.test(node.class_type) || isOutput(node.class_type),
  );
  const saving = candidates.filter(([, node]) => /^save/i.test(node.class_type));
  return (saving.length > 0 ? saving : candidates).map(([id]) => id);
}
