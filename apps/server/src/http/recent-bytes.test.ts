import { describe, expect, it } from 'vitest';
import { RecentBytes } from './recent-bytes.ts';

describe('bytes that were asked for last', () => {
  it('stay while there is room, the longest unasked go first', () => {
    const recent = new RecentBytes(160);
    for (let n = 0; n < 16; n += 1) recent.set(`n${n}`, new Uint8Array(10));
    recent.get('n0');
    recent.set('new', new Uint8Array(10));
    expect(recent.get('n0')).toBeDefined();
    expect(recent.get('n1')).toBeUndefined();
    recent.set('n2', new Uint8Array(4));
    recent.set('small', new Uint8Array(6));
    expect(recent.get('n3')).toBeDefined();
    recent.delete('n0');
    expect(recent.get('n0')).toBeUndefined();
  });

  it('are not kept when they would push out too much', () => {
    const recent = new RecentBytes(160);
    recent.set('large', new Uint8Array(11));
    expect(recent.get('large')).toBeUndefined();
  });
});
