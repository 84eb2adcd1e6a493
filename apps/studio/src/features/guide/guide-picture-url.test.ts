import { GUIDE } from '@diorama/recipes';
import { describe, expect, it } from 'vitest';
import { guidePictureUrl } from './guide-picture-url.ts';

describe('guidePictureUrl', () => {
  it('finds each picture of each chapter where the server has pictures', () => {
    const urls = GUIDE.flatMap(({ pictures }) => pictures.map(guidePictureUrl));
    expect(urls.length).toBeGreaterThan(20);
    for (const url of urls)
      expect(url).toMatch(/^(\/guide\/[a-z0-9-]+\.webp|\/api\/v1\/recipes\/starter-[a-z0-9-]+\/picture)$/);
    expect(urls.some((url) => url.startsWith('/api/'))).toBe(true);
  });
});
