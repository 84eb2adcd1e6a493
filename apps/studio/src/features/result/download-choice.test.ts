import { downloadQuerySchema } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { clampLongEdge, downloadUrl, extensionOf } from './download-choice.ts';

const query = (url: string) =>
  downloadQuerySchema.parse(Object.fromEntries(new URL(url, 'http://localhost').searchParams));

describe('downloadUrl', () => {
  it('asks for what was chosen, as the server reads it', () => {
    const url = downloadUrl('some-id', 2, { format: 'webp', metadata: 'label', longEdge: 512 });
    expect(url).toMatch(/\/generations\/some-id\/file\?/);
    expect(query(url)).toMatchObject({ image: 2, format: 'webp', metadata: 'label', longEdge: 512 });
  });

  it('asks for nothing to be changed about the stored file', () => {
    const url = downloadUrl('some-id', 0, { format: 'original', metadata: 'none', longEdge: 512 });
    expect([...new URL(url, 'http://localhost').searchParams.keys()]).toEqual(['image', 'format']);
  });
});

describe('extensionOf', () => {
  it('goes by the format, and for the stored file by what that is', () => {
    expect(extensionOf('jpeg', { mediaType: 'image/png' })).toBe('jpg');
    expect(extensionOf('original', { mediaType: 'image/webp' })).toBe('webp');
  });
});

describe('clampLongEdge', () => {
  it('keeps to what the server can make', () => {
    expect([clampLongEdge(10), clampLongEdge(999.6), clampLongEdge(1e9)]).toEqual([256, 1000, 4096]);
  });
});
