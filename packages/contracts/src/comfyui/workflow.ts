import { z } from 'zod';
import { graphSchema } from './graph.ts';

/** What of a request can be put into a node of the person's own workflow. */
export const WORKFLOW_INPUTS = [
  'prompt',
  'negativePrompt',
  'canvas',
  'reference1',
  'reference2',
  'depth',
  'normal',
  'canny',
  'lineart',
  'segmentation',
  'seed',
  'width',
  'height',
  'strength',
  'count',
] as const;
export type WorkflowInputName = (typeof WORKFLOW_INPUTS)[number];

const inputReferenceSchema = z.object({
  node: z.string().min(1).max(200),
  input: z.string().min(1).max(200),
});

export const workflowInputsSchema = z.partialRecord(
  z.enum(WORKFLOW_INPUTS),
  z.array(inputReferenceSchema).min(1).max(20),
);
export type WorkflowInputs = z.infer<typeof workflowInputsSchema>;

/** A workflow of the person's own, with the places where a request is put into it. */
export const workflowSchema = z
  .object({
    /** Becomes the model id `workflow:<id>`. */
    id: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9-]{0,63}$/,
        'Lower-case letters, digits and "-", beginning with a letter or digit.',
      ),
    name: z.string().trim().min(1).max(80),
    /** As exported with Workflow > Export (API). */
    graph: graphSchema,
    inputs: workflowInputsSchema,
    /** Node that gives the picture. Default: the nodes that save or show one. */
    output: z.string().max(200).optional(),
    /** How the prompt is put, see `Plan.promptForm`. Default: numbered images when references go in, else a description. */
    promptForm: z.enum(['numbered-images', 'numbered-pictures', 'description', 'plain']).optional(),
    /** Area of the picture, in units of 1024 x 1024 pixels. Default 1. */
    megapixels: z.number().min(0.01).max(16).optional(),
    /** Edges are multiples of it. Default 16. */
    sizeStepPx: z.int().min(1).max(64).optional(),
    note: z.string().max(300).optional(),
  })
  .superRefine((workflow, context) => {
    for (const [name, places] of Object.entries(workflow.inputs)) {
      for (const { node, input } of places ?? []) {
        if (Object.hasOwn(workflow.graph, node) && input !== '__proto__') continue;
        context.addIssue({
          code: 'custom',
          path: ['inputs', name],
          message: `The workflow has no node "${node}" for ${name}.`,
        });
      }
    }
    if (workflow.output !== undefined && !Object.hasOwn(workflow.graph, workflow.output)) {
      context.addIssue({
        code: 'custom',
        path: ['output'],
        message: `The workflow has no node "${workflow.output}".`,
      });
    }
  });
export type Workflow = z.infer<typeof workflowSchema>;
