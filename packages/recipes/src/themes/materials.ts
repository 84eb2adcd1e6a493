import { choice, type StarterRecipe, starter } from '../starter-recipe.ts';

/** One material over everything: a quick way to see form, and to find a picture nobody expected. */
export const MATERIALS: readonly StarterRecipe[] = [
  starter({
    slug: 'all-in-one-metal',
    title: 'All in one metal',
    description:
      'The whole scene in a single metal under a large softbox. Form and reflection are all that is left.',
    prompt: 'everything in {{metal}}, softbox',
    variables: [
      choice('metal', 'Metal', 'brushed gold', 'chrome', 'copper', 'rose gold', 'bronze', 'brushed steel'),
    ],
    tags: ['material', 'abstract', 'metal'],
    sample: 'perfume',
    pictureRatio: '1:1',
  }),
  starter({
    slug: 'carved-from-stone',
    title: 'Carved from stone',
    description: 'As if a sculptor had made all of it from one block. Soft studio light.',
    prompt: 'everything in {{stone}}, softbox',
    variables: [
      choice(
        'stone',
        'Stone',
        'green marble',
        'white marble',
        'travertine',
        'alabaster',
        'black marble',
        'sandstone',
      ),
    ],
    tags: ['material', 'abstract', 'stone'],
    sample: 'perfume',
    camera: 'perfumeUpright',
    pictureRatio: '4:5',
  }),
  starter({
    slug: 'paper-world',
    title: 'Paper world',
    description: 'Everything from one sheet of coloured paper, with soft light and real shadows.',
    prompt: 'everything in {{paper}}, soft light, {{background}} background',
    variables: [
      choice('paper', 'Paper', 'pink paper', 'white paper', 'yellow paper', 'cardboard', 'mint paper'),
      choice('background', 'Background', 'pink', 'white', 'yellow', 'cream', 'mint'),
    ],
    tags: ['material', 'abstract', 'paper'],
    sample: 'perfume',
    camera: 'perfumeAbove',
    pictureRatio: '1:1',
  }),
  starter({
    slug: 'glazed-ceramic',
    title: 'Glazed ceramic',
    description: 'A glossy, coloured glaze over the things you name, on a quiet table.',
    prompt: 'glossy {{glaze}} ceramic {{object}}, soft light, {{background}} background',
    variables: [
      choice('glaze', 'Glaze', 'teal', 'oxblood', 'cobalt blue', 'celadon', 'white', 'mustard yellow'),
      choice('object', 'Object', 'bottle', 'box', 'vase', 'pot', 'cup', 'lamp'),
      choice('background', 'Background', 'warm grey', 'cream', 'sage green', 'terracotta'),
    ],
    tags: ['material', 'product', 'ceramic'],
    sample: 'perfume',
    view: 'Detail',
    pictureRatio: '1:1',
  }),
];
