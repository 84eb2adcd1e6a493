import { choice, type StarterRecipe, starter } from '../starter-recipe.ts';

/** Recipes that need a picture of your own. */
export const WITH_REFERENCES: readonly StarterRecipe[] = [
  starter({
    slug: 'borrow-a-mood',
    title: 'Borrow a mood',
    description: 'Takes contrast, tone and colours from a picture you like, and keeps your scene.',
    prompt: '{{light}}',
    variables: [choice('light', 'Light', 'soft daylight', 'late afternoon sun', 'softbox', 'overcast')],
    references: [{ role: 'style', note: 'A photograph or a painting whose mood you want.', required: true }],
    tags: ['reference', 'style', 'colour'],
    sample: 'perfume',
    camera: 'perfumeUpright',
    pictureRatio: '4:5',
  }),
  starter({
    slug: 'your-fabric',
    title: 'Your fabric on the furniture',
    description: 'Puts the picture of a cloth or a surface on one object of your scene.',
    prompt: '{{object}} like image 2, {{light}}',
    variables: [
      choice('object', 'Object', 'armchair', 'sofa', 'rug', 'pillow', 'box'),
      choice('light', 'Light', 'soft daylight', 'late afternoon sun', 'softbox'),
    ],
    references: [
      {
        role: 'material',
        note: 'A flat, evenly lit picture of the material, best without shadows.',
        required: true,
      },
    ],
    tags: ['reference', 'material', 'interior'],
    sample: 'reading-corner',
    camera: 'roomChair',
    pictureRatio: '4:5',
  }),
  starter({
    slug: 'your-own-sky',
    title: 'Your own sky',
    description: 'Your picture stands behind the scene, and the light takes its brightness and warmth.',
    prompt: '{{light}}',
    variables: [choice('light', 'Light', 'warm light', 'soft light', 'backlight')],
    references: [
      {
        role: 'background',
        note: 'A sky or a place, seen from about the same height as your camera.',
        required: true,
      },
    ],
    tags: ['reference', 'background', 'product'],
    sample: 'pavilion',
    camera: 'pavilionFront',
    pictureRatio: '16:9',
  }),
  starter({
    slug: 'colours-of-a-picture',
    title: 'Colours of a picture',
    description:
      'Only the colours of a picture, without its light and dark: for series that belong together.',
    prompt: '{{light}}, natural',
    variables: [choice('light', 'Light', 'afternoon sun', 'overcast', 'softbox', 'morning')],
    references: [{ role: 'palette', note: 'A picture, a brand sheet or a colour card.', required: true }],
    tags: ['reference', 'colour', 'series'],
    sample: 'pavilion',
    pictureRatio: '16:9',
  }),
];
