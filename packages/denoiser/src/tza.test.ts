import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DenoiserError } from './errors.ts';
import { bindWeights } from './network.ts';
import { decodeHalf, parseTza } from './tza.ts';

const small = new Uint8Array(readFileSync(new URL('../weights/rt_hdr_alb_nrm_small.tza', import.meta.url)));

/** Runs the parser; anything but a result or a typed error fails the test. */
function outcome(bytes: Uint8Array): 'parsed' | 'refused' {
  try {
    parseTza(bytes);
    return 'parsed';
  } catch (error) {
    if (error instanceof DenoiserError && error.code === 'weights-corrupt') return 'refused';
    throw error;
  }
}

/** A file with one tensor, built by hand so that single fields can be wrong. */
function buildTza({
  shape = [2],
  layout = 'x',
  type = 'h',
  dataAt = 12n,
  count = 1,
  name = 'a.bias',
} = {}): Uint8Array {
  const data = [0x00, 0x3c, 0x00, 0xc0];
  const table = new Uint8Array(4 + 2 + name.length + 1 + 4 * shape.length + layout.length + 1 + 8);
  const view = new DataView(table.buffer);
  let at = 0;
  view.setUint32(at, count, true);
  at += 4;
  view.setUint16(at, name.length, true);
  at += 2;
  table.set(new TextEncoder().encode(name), at);
  at += name.length;
  view.setUint8(at++, shape.length);
  for (const size of shape) {
    view.setUint32(at, size, true);
    at += 4;
  }
  table.set(new TextEncoder().encode(layout), at);
  at += layout.length;
  view.setUint8(at++, type.charCodeAt(0));
  view.setBigUint64(at, dataAt, true);
  return Uint8Array.from([0xd7, 0x41, 2, 0, 16, 0, 0, 0, 0, 0, 0, 0, ...data, ...table]);
}

describe('parseTza', () => {
  it('reads names, shapes and half floats', () => {
    const tensors = parseTza(buildTza());
    expect([...tensors.keys()]).toEqual(['a.bias']);
    expect(tensors.get('a.bias')).toEqual({ shape: [2], values: Float32Array.of(1, -2) });
  });

  it('reads single floats', () => {
    const tensors = parseTza(buildTza({ shape: [1], type: 'f' }));
    expect(tensors.get('a.bias')!.values[0]).toBe(-2.003662109375);
  });

  it('reads the vendored weights', () => {
    const tensors = parseTza(small);
    expect(tensors.size).toBe(32);
    expect(tensors.get('dec_conv1a.weight')!.shape).toEqual([32, 41, 3, 3]);
  });

  it.each([
    ['an empty file', new Uint8Array(0)],
    ['another magic number', Uint8Array.from([1, ...buildTza().subarray(1)])],
    ['another version', Uint8Array.from([0xd7, 0x41, 3, ...buildTza().subarray(3)])],
    [
      'a table place beyond the end',
      Uint8Array.from([0xd7, 0x41, 2, 0, 255, 255, 255, 255, 255, 255, 255, 255]),
    ],
    ['more tensors than a network has', buildTza({ count: 0xffffffff })],
    ['a tensor that is not there', buildTza({ count: 2 })],
    ['a shape that overflows', buildTza({ shape: [0xffffffff, 0xffffffff, 0xffffffff, 3], layout: 'oihw' })],
    ['a shape with a zero', buildTza({ shape: [0] })],
    ['a shape without dimensions', buildTza({ shape: [], layout: '' })],
    ['a tensor larger than the file', buildTza({ shape: [60_000] })],
    ['data beyond the end', buildTza({ dataAt: 1n << 62n })],
    ['an unknown layout', buildTza({ layout: 'q' })],
    ['an unknown type', buildTza({ type: 'd' })],
  ])('refuses %s', (_what, bytes) => {
    expect(outcome(bytes)).toBe('refused');
  });

  it('refuses values that are not finite', () => {
    const bytes = buildTza();
    bytes.set([0x00, 0x7c], 12);
    expect(outcome(bytes)).toBe('refused');
  });

  it('answers any bytes with a result or a typed error', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void outcome(bytes)));
  });

  it('answers any damage to a file with a result or a typed error', () => {
    const damage = fc.array(fc.tuple(fc.nat(47), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damage, fc.nat(47), (changes, length) => {
        const bytes = buildTza().subarray(0, 48 - length);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        outcome(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses every truncation of the vendored weights', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: small.length - 1 }), (length) => {
        expect(outcome(small.subarray(0, length))).toBe('refused');
      }),
      { numRuns: 30 },
    );
  });
});

describe('bindWeights', () => {
  it('refuses a file without one of the layers', () => {
    const tensors = parseTza(small);
    tensors.delete('enc_conv3.weight');
    expect(() => bindWeights(tensors)).toThrow(expect.objectContaining({ code: 'weights-corrupt' }));
  });

  it('refuses a layer that does not fit the layer before it', () => {
    const tensors = parseTza(small);
    tensors.set('enc_conv1.weight', { shape: [32, 16, 3, 3], values: new Float32Array(32 * 16 * 9) });
    expect(() => bindWeights(tensors)).toThrow(expect.objectContaining({ code: 'weights-corrupt' }));
  });
});

describe('decodeHalf', () => {
  it.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x0400, 2 ** -14],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('decodes %i to %d', (bits, value) => {
    expect(decodeHalf(bits)).toBe(value);
  });
});
