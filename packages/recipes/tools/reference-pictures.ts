import type { ReferenceRole } from '@diorama/contracts';
import sharp from 'sharp';
import { draw } from './draw.ts';

/** The pictures that stand for a person's own in recipes and chapters with references. All are made here. */
export const REFERENCE_PICTURES = {
  /** A woven check, blue and cream: drawn thread by thread. */
  fabric: drawFabric,
  /** Warm and pale, from orange sand to rosy clouds. */
  evening: () => drawPlace('desert, pink sky'),
  /** Two colours and what lies between them. */
  colours: drawColourCard,
} as const satisfies Record<string, () => Promise<Uint8Array>>;
export type ReferencePictureName = keyof typeof REFERENCE_PICTURES;

/** Which picture a starter recipe was tried with. */
export const REFERENCES_OF: Readonly<Record<string, { picture: ReferencePictureName; role: ReferenceRole }>> =
  {
    'starter-borrow-a-mood': { picture: 'evening', role: 'style' },
    'starter-your-fabric': { picture: 'fabric', role: 'material' },
    'starter-your-own-sky': { picture: 'evening', role: 'background' },
    'starter-colours-of-a-picture': { picture: 'colours', role: 'palette' },
  };

function drawPlace(prompt: string): Promise<Uint8Array> {
  return draw({
    prompt,
    scene: null,
    size: { width: 1024, height: 768 },
    seed: 7,
    quality: 'standard',
    references: [],
  });
}

/** Threads are wide enough to be seen in the guide. */
const THREAD_PX = 4;

async function drawFabric(): Promise<Uint8Array> {
  const edge = 640;
  const blue = [38, 66, 120];
  const cream = [236, 226, 204];
  const rust = [178, 84, 50];
  const stripeAt = (at: number): readonly number[] => {
    const place = at % 160;
    if (place < 64) return blue;
    return place >= 104 && place < 120 ? rust : cream;
  };
  const pixels = Buffer.alloc(edge * edge * 3);
  for (let y = 0; y < edge; y++)
    for (let x = 0; x < edge; x++) {
      // A twill: two threads over, two under, each row one further.
      const isWarp = (Math.floor(x / THREAD_PX) + Math.floor(y / THREAD_PX)) % 4 < 2;
      const thread = stripeAt(isWarp ? x : y);
      const shade = 0.92 + 0.08 * Math.sin((((isWarp ? x : y) + 0.5) / THREAD_PX) * Math.PI);
      for (let c = 0; c < 3; c++) pixels[(y * edge + x) * 3 + c] = Math.round(thread[c]! * shade);
    }
  return await sharp(pixels, { raw: { width: edge, height: edge, channels: 3 } })
    .png()
    .toBuffer();
}

async function drawColourCard(): Promise<Uint8Array> {
  const colours = ['#1f3b4d', '#3f7c85', '#f2d7b6', '#e8835a', '#b5413b'];
  const [width, height] = [640, 480];
  const stripe = width / colours.length;
  return await sharp({ create: { width, height, channels: 3, background: colours[0]! } })
    .composite(
      colours.map((background, index) => ({
        input: { create: { width: stripe, height, channels: 3 as const, background } },
        left: index * stripe,
        top: 0,
      })),
    )
    .png()
    .toBuffer();
}
