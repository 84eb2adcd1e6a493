import { type Graph, graphSchema, suggestWorkflowInputs, WORKFLOW_INPUTS } from '@diorama/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectionTo } from '../../kit/testing/remote-engine-suite.ts';
import { findGraphFaults } from './check-graph.ts';
import { comfyuiOptionsSchema } from './comfyui-options.ts';
import { comfyuiAdapter } from './index.ts';
import { ObjectInfo } from './object-info.ts';
import { repeatForSeeds } from './repeat-for-seeds.ts';

const node = (class_type: string, inputs: Record<string, unknown>, title?: string) => ({
  class_type,
  inputs,
  ...(title === undefined ? {} : { _meta: { title } }),
});

/** SDXL with depth and canny ControlNets, a reference and a canvas, as people build them. */
const COMMON: Graph = {
  '1': node('CheckpointLoaderSimple', { ckpt_name: 'sdxl.safetensors' }),
  '2': node('CLIPTextEncode', { clip: ['1', 1], text: 'a house' }),
  '3': node('CLIPTextEncode', { clip: ['1', 1], text: 'ugly' }),
  '4': node('ControlNetLoader', { control_net_name: 'controlnet-depth-sdxl.safetensors' }),
  '5': node('LoadImage', { image: 'a.png' }, 'Load Image'),
  '6': node('ControlNetApplyAdvanced', {
    positive: ['2', 0],
    negative: ['3', 0],
    control_net: ['4', 0],
    image: ['5', 0],
    strength: 1,
    start_percent: 0,
    end_percent: 1,
  }),
  '7': node('LoadImage', { image: 'b.png' }, 'Edges (canny)'),
  '8': node('LoadImage', { image: 'c.png' }, 'Load Image'),
  '9': node('VAEEncode', { pixels: ['8', 0], vae: ['1', 2] }),
  '10': node('LoadImage', { image: 'd.png' }, 'Style reference'),
  '11': node('KSampler', {
    model: ['1', 0],
    seed: 5,
    steps: 20,
    cfg: 6,
    sampler_name: 'euler',
    scheduler: 'normal',
    positive: ['6', 0],
    negative: ['6', 1],
    latent_image: ['9', 0],
    denoise: 0.6,
  }),
  '12': node('VAEDecode', { samples: ['11', 0], vae: ['1', 2] }),
  '13': node('SaveImage', { images: ['12', 0], filename_prefix: 'x' }),
};

describe('suggestWorkflowInputs', () => {
  it('finds words, pictures, maps, seed and strength by connections and titles', () => {
    expect(suggestWorkflowInputs(COMMON)).toEqual({
      prompt: [{ node: '2', input: 'text' }],
      negativePrompt: [{ node: '3', input: 'text' }],
      depth: [{ node: '5', input: 'image' }],
      canny: [{ node: '7', input: 'image' }],
      canvas: [{ node: '8', input: 'image' }],
      reference1: [{ node: '10', input: 'image' }],
      seed: [{ node: '11', input: 'seed' }],
      strength: [{ node: '11', input: 'denoise' }],
    });
  });

  it('finds the places of a FLUX.2 graph with a guider and an empty latent', () => {
    const suggested = suggestWorkflowInputs({
      '1': node('UNETLoader', { unet_name: 'flux2.safetensors' }),
      '2': node('CLIPTextEncode', { clip: ['9', 0], text: 'words' }),
      '3': node('ReferenceLatent', { conditioning: ['2', 0], latent: ['5', 0] }),
      '4': node('LoadImage', { image: 'x.png' }),
      '5': node('VAEEncode', { pixels: ['4', 0] }),
      '6': node('BasicGuider', { model: ['1', 0], conditioning: ['3', 0] }),
      '7': node('RandomNoise', { noise_seed: 3 }),
      '8': node('EmptyFlux2LatentImage', { width: 1024, height: 768, batch_size: 1 }),
      '10': node('Flux2Scheduler', { steps: 4, width: 1024, height: 768 }),
    });
    expect(suggested).toEqual({
      prompt: [{ node: '2', input: 'text' }],
      canvas: [{ node: '4', input: 'image' }],
      seed: [{ node: '7', input: 'noise_seed' }],
      width: [
        { node: '8', input: 'width' },
        { node: '10', input: 'width' },
      ],
      height: [
        { node: '8', input: 'height' },
        { node: '10', input: 'height' },
      ],
      count: [{ node: '8', input: 'batch_size' }],
    });
  });

  it('proposes only places that exist, for every graph, and always comes to an end', () => {
    const ids = ['1', '2', '3', '4', '5', 'a'];
    const value = fc.oneof(
      fc.tuple(fc.constantFrom(...ids), fc.nat(2)),
      fc.string({ maxLength: 8 }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
    );
    const graphs = fc.dictionary(
      fc.constantFrom(...ids),
      fc.record({
        class_type: fc.constantFrom(
          'KSampler',
          'LoadImage',
          'CLIPTextEncode',
          'EmptyLatentImage',
          'VAEEncode',
          'Odd',
        ),
        inputs: fc.dictionary(
          fc.constantFrom(
            'positive',
            'negative',
            'text',
            'image',
            'latent_image',
            'pixels',
            'seed',
            'width',
            'denoise',
          ),
          value,
        ),
      }),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(graphs, (graph) => {
        for (const [name, places] of Object.entries(suggestWorkflowInputs(graph as Graph))) {
          expect(WORKFLOW_INPUTS).toContain(name);
          for (const place of places ?? []) expect(graph[place.node]!.inputs).toHaveProperty(place.input);
        }
      }),
    );
  });
});

describe('workflow files', () => {
  it('takes a file of the API format and drops what else is in it', () => {
    const graph = graphSchema.parse({
      '1': { ...node('SaveImage', { images: ['2', 0] }, 'Out'), extra: 1 },
      '2': node('X', {}),
    });
    expect(graph['1']).toEqual(node('SaveImage', { images: ['2', 0] }, 'Out'));
  });

  it('refuses the format of the editor and says how to export the right one', () => {
    const file = { last_node_id: 3, nodes: [{ id: 1, type: 'KSampler' }], links: [], version: 0.4 };
    expect(graphSchema.safeParse(file).error?.issues[0]?.message).toContain('Workflow > Export (API)');
  });

  it.each([
    ['a text', 'hello', 'JSON object'],
    ['a list', [], 'JSON object'],
    ['nothing', null, 'JSON object'],
    ['an empty object', {}, 'no nodes'],
    ['a node without a class', { '1': { inputs: {} } }, 'no class_type'],
    ['a node that is a number', { '1': 5 }, 'no class_type'],
    ['a link to nowhere', { '1': node('X', { image: ['77', 0] }) }, 'node "77"'],
    ['a node called constructor', { constructor: node('X', {}) }, 'cannot have the id'],
    [
      'a node called __proto__',
      JSON.parse('{"__proto__":{"class_type":"X","inputs":{}}}'),
      'cannot have the id',
    ],
    ['inputs that are a list', { '1': { class_type: 'X', inputs: [1] } }, 'no class_type'],
    [
      'thousands of nodes',
      Object.fromEntries(Array.from({ length: 2_001 }, (_, i) => [String(i), node('X', {})])),
      'more than 2000',
    ],
  ])('refuses %s', (_, file, words) => {
    expect(graphSchema.safeParse(file).error?.issues[0]?.message).toContain(words);
  });

  it('never breaks over a file, and leaves the prototypes of everything alone', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (file) => {
        graphSchema.safeParse(file);
        expect(({} as Record<string, unknown>)['class_type']).toBeUndefined();
      }),
    );
  });

  it('refuses places in nodes that are not there, outputs that are not there, and ids that are there twice', () => {
    const workflow = {
      id: 'w',
      name: 'W',
      graph: COMMON,
      inputs: { prompt: [{ node: '2', input: 'text' }] },
    };
    const refused = [
      { workflows: [{ ...workflow, inputs: { canvas: [{ node: '99', input: 'image' }] } }] },
      { workflows: [{ ...workflow, inputs: { canvas: [{ node: 'toString', input: 'image' }] } }] },
      { workflows: [{ ...workflow, inputs: { canvas: [{ node: '2', input: '__proto__' }] } }] },
      { workflows: [{ ...workflow, inputs: { camera: [{ node: '2', input: 'text' }] } }] },
      { workflows: [{ ...workflow, output: '99' }] },
      { workflows: [{ ...workflow, id: '../etc' }] },
      { workflows: [workflow, workflow] },
    ];
    for (const options of refused) expect(comfyuiOptionsSchema.safeParse(options).success).toBe(false);
    expect(() =>
      comfyuiAdapter.create(connectionTo(comfyuiAdapter, 'http://x', { options: refused[0]! })),
    ).toThrow(expect.objectContaining({ code: 'invalid-request', message: expect.stringContaining('"99"') }));
    expect(comfyuiOptionsSchema.safeParse({ workflows: [workflow] }).success).toBe(true);
  });
});

describe('findGraphFaults', () => {
  const info = new ObjectInfo({
    Old: {
      input: {
        required: { file: [['a.safetensors'], {}], mode: [['x', 'y']], seed: ['INT', { default: 0 }] },
      },
    },
    New: {
      input: { required: { file: ['COMBO', { options: ['b.safetensors'] }] }, optional: { mode: [['x']] } },
    },
    Load: { input: { required: { image: [['top.png'], { image_upload: true }] } } },
    Odd: { input: null },
  });

  it('knows both forms of lists, and keeps files, other choices and open inputs apart', () => {
    const faults = findGraphFaults(
      {
        '1': node('Old', { file: 'gone.safetensors', mode: 'z' }),
        '2': node('New', { file: 'b.safetensors', mode: 'q' }),
        '3': node('Load', { image: 'diorama/x.png' }),
        '4': node('Gone', {}),
        '5': node('Odd', {}),
        '6': node('toString', {}),
      },
      info,
    );
    expect(faults).toEqual({
      missingNodes: ['Gone', 'toString'],
      missingFiles: ['gone.safetensors'],
      wrongChoices: ['Old.mode = z', 'New.mode = q'],
      missingInputs: ['Old.seed'],
    });
  });

  it('takes a link for any choice', () => {
    const faults = findGraphFaults({ '1': node('New', { file: ['2', 0] }), '2': node('Odd', {}) }, info);
    expect(faults.missingFiles).toEqual([]);
  });
});

describe('repeatForSeeds', () => {
  it('repeats what depends on the seed and shares the rest', () => {
    const { graph, outputs } = repeatForSeeds(COMMON, [{ node: '11', input: 'seed' }], ['13'], [8, 9]);
    expect(outputs).toEqual([['13'], ['13-image-2']]);
    expect(Object.keys(graph)).toHaveLength(Object.keys(COMMON).length + 3);
    expect(graph['11']!.inputs['seed']).toBe(8);
    expect(graph['11-image-2']!.inputs).toMatchObject({ seed: 9, model: ['1', 0], positive: ['6', 0] });
    expect(graph['12-image-2']!.inputs).toEqual({ samples: ['11-image-2', 0], vae: ['1', 2] });
    expect(COMMON['11']!.inputs['seed']).toBe(5);
  });
});
