import { suggestWorkflowInputs } from '@diorama/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesOf, readWorkflowFile, workflowId, workflowsOf } from './workflow-file.ts';

const GRAPH = {
  '3': {
    class_type: 'KSampler',
    inputs: { seed: 1, denoise: 0.6, positive: ['6', 0], negative: ['7', 0] },
  },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a cat' }, _meta: { title: 'Positive' } },
  '7': { class_type: 'CLIPTextEncode', inputs: { text: 'ugly' } },
  '10': { class_type: 'LoadImage', inputs: { image: 'x.png' } },
};

describe('readWorkflowFile', () => {
  it('reads the API format', () => {
    expect(readWorkflowFile(JSON.stringify(GRAPH))).toEqual({ ok: true, graph: GRAPH });
  });

  it.each([
    ['not JSON', '{', /not JSON/],
    ['the format of the editor', '{"nodes": [], "links": []}', /Export \(API\)/],
    ['no nodes', '{}', /no nodes/],
    ['another JSON file', '{"a": 1}', /class_type/],
    ['a list', '[1]', /JSON object/],
    ['a giant', 'x'.repeat(2_000_000), /too large/],
  ])('refuses %s and says what to do', (_name, text, fault) => {
    const result = readWorkflowFile(text);
    expect(result.ok ? '' : result.fault).toMatch(fault);
  });
});

describe('placesOf', () => {
  it('lists every value that is no link, with its kind', () => {
    expect(placesOf(GRAPH).map(({ type, label }) => [type, label])).toEqual([
      ['number', 'KSampler #3: seed'],
      ['number', 'KSampler #3: denoise'],
      ['text', 'Positive (CLIPTextEncode) #6: text'],
      ['text', 'CLIPTextEncode #7: text'],
      ['image', 'LoadImage #10: image'],
    ]);
  });

  it('has a place for everything that is proposed', () => {
    const places = placesOf(GRAPH).map(({ node, input }) => `${node} ${input}`);
    for (const proposed of Object.values(suggestWorkflowInputs(GRAPH)).flat())
      expect(places).toContain(`${proposed.node} ${proposed.input}`);
  });
});

describe('workflows of a connection', () => {
  it('get ids that are allowed and not taken, whatever they are called', () => {
    expect(workflowId('My Depth Flow (v2)', new Set())).toBe('my-depth-flow-v2');
    expect(workflowId('…', new Set(['workflow']))).toBe('workflow-2');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(workflowId(name, new Set())).toMatch(/^[a-z0-9][a-z0-9-]{0,63}$/);
      }),
    );
  });

  it('are read from options of any shape', () => {
    const workflow = { id: 'a', name: 'A', graph: GRAPH, inputs: {} };
    expect(workflowsOf({ workflows: [workflow, 7, { id: 'b' }] })).toEqual([workflow]);
    expect(workflowsOf({ workflows: 'none' })).toEqual([]);
    expect(workflowsOf({})).toEqual([]);
  });
});
