import { describe, expect, it } from 'vitest';
import { pictureUrl } from './picture-url.ts';

describe('pictureUrl', () => {
  it('asks for the next of a few widths', () => {
    expect(pictureUrl('/api/v1/community/media/a', 200, 1)).toBe('/api/v1/community/media/a?width=320');
    expect(pictureUrl('/api/v1/community/media/a', 200, 2)).toBe('/api/v1/community/media/a?width=640');
    expect(pictureUrl('/api/v1/community/media/a?v=2', 100, 1)).toBe(
      '/api/v1/community/media/a?v=2&width=160',
    );
  });

  it('takes the picture as it is where no smaller one is wide enough', () => {
    expect(pictureUrl('/api/v1/community/media/a', 4_000, 1)).toBe('/api/v1/community/media/a');
    expect(pictureUrl('/api/v1/community/media/a')).toBe('/api/v1/community/media/a');
  });

  it.each([
    'https://elsewhere.example/api/v1/a',
    '//elsewhere.example/a',
    'javascript:alert(1)',
    'data:,',
    '',
  ])('shows nothing from %s', (url) => expect(pictureUrl(url, 100)).toBeUndefined());
});
