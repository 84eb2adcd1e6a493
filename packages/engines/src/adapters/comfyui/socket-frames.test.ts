import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeProgressTracker } from './node-progress.ts';
import { readBinaryFrame, readTextFrame } from './socket-frames.ts';

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2, 3);

function frame(event: number, second: number, ...parts: Uint8Array[]): Uint8Array {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(event, 0);
  head.writeUInt32BE(second, 4);
  return new Uint8Array(Buffer.concat([head, ...parts]));
}

describe('frames of the socket', () => {
  it('reads a preview without and with what it belongs to', () => {
    expect(readBinaryFrame(frame(1, 2, png))).toEqual({
      kind: 'picture',
      promptId: null,
      node: null,
      isPng: true,
      bytes: png,
    });
    expect(readBinaryFrame(frame(1, 1, png))).toMatchObject({ isPng: false });
    const head = Buffer.from(JSON.stringify({ prompt_id: 'p', node_id: '3', image_type: 'image/png' }));
    expect(readBinaryFrame(frame(4, head.length, head, png))).toEqual({
      kind: 'picture',
      promptId: 'p',
      node: '3',
      isPng: true,
      bytes: png,
    });
  });

  it('passes over frames that are cut off, of another kind, or lie about their length', () => {
    const head = Buffer.from('{"node_id":');
    for (const bytes of [
      frame(3, 1, png),
      frame(1, 1),
      frame(4, 0xffff_ffff, png),
      frame(4, head.length, head, png),
      new Uint8Array(3),
    ]) {
      expect(readBinaryFrame(bytes)).toBeNull();
    }
  });

  it('never breaks over what comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.json(), (bytes, text) => {
        readBinaryFrame(bytes);
        readTextFrame(text);
        readTextFrame(text.slice(1));
      }),
    );
  });

  it('reads the end of a prompt from each of its messages', () => {
    for (const type of ['execution_success', 'execution_error', 'execution_interrupted']) {
      expect(readTextFrame(JSON.stringify({ type, data: { prompt_id: 'p' } }))).toEqual({
        kind: 'ended',
        promptId: 'p',
      });
    }
    expect(readTextFrame('{"type":"executing","data":{"node":"5"}}')).toEqual({
      kind: 'executing',
      promptId: null,
      node: '5',
    });
    expect(readTextFrame('{"type":"crystools.monitor","data":{}}')).toBeNull();
  });
});

describe('progress over all nodes', () => {
  it('counts a sampler for most of the work and cached nodes as done', () => {
    const tracker = new NodeProgressTracker({
      '1': { class_type: 'CheckpointLoaderSimple', inputs: {} },
      '2': { class_type: 'KSampler', inputs: {} },
      '3': { class_type: 'VAEDecode', inputs: {} },
    });
    expect(tracker.fraction).toBe(0);
    tracker.update({ kind: 'cached', promptId: 'p', nodes: ['1', 'unknown'] });
    tracker.update({ kind: 'executing', promptId: 'p', node: '2' });
    tracker.update({
      kind: 'progress',
      promptId: 'p',
      isWhole: false,
      nodes: [{ node: '2', value: 10, max: 20, isFinished: false }],
    });
    expect(tracker.fraction).toBeCloseTo(8 / 15);
    expect(tracker.detail).toBe('step 10 of 20');
    tracker.update({ kind: 'executing', promptId: 'p', node: '3' });
    tracker.update({ kind: 'executing', promptId: 'p', node: null });
    expect(tracker.fraction).toBe(1);
  });
});
