import { choice, type StarterRecipe, starter } from '../starter-recipe.ts';

/** Buildings: the light and the materials that architects show their work in. */
export const ARCHITECTURE: readonly StarterRecipe[] = [
  starter({
    slug: 'magazine-exterior',
    title: 'Magazine exterior',
    description: 'A clear day, everything sharp, true colours: the photograph for the portfolio.',
    prompt: '{{hour}}, blue sky, everything in focus',
    variables: [choice('hour', 'Hour', 'late morning', 'afternoon', 'late afternoon', 'morning')],
    tags: ['architecture', 'outdoor', 'photo'],
    sample: 'pavilion',
    pictureRatio: '3:2',
  }),
  starter({
    slug: 'competition-entry',
    title: 'Competition entry',
    description: 'Flat light, pale colours and a little mist: the building before the weather.',
    prompt: 'overcast, {{air}}, muted colours, minimalist',
    variables: [choice('air', 'Air', 'light mist', 'hazy', 'foggy')],
    tags: ['architecture', 'outdoor', 'calm'],
    sample: 'pavilion',
    camera: 'pavilionFront',
    pictureRatio: '21:9',
  }),
  starter({
    slug: 'other-cladding',
    title: 'Other cladding',
    description: 'Another material for one part of the building. Name the part as your model does.',
    prompt: '{{material}} {{part}}, afternoon sun',
    variables: [
      choice(
        'material',
        'Material',
        'copper',
        'corten steel',
        'charred wood',
        'white concrete',
        'cedar',
        'black steel',
      ),
      choice('part', 'Part', 'roof', 'columns', 'timber wall', 'deck', 'walls', 'steps'),
    ],
    tags: ['architecture', 'material', 'variants'],
    sample: 'pavilion',
    camera: 'pavilionAerial',
    pictureRatio: '4:3',
  }),
  starter({
    slug: 'poolside-summer',
    title: 'Poolside summer',
    description: 'High sun, strong colours and a light lens blur behind the terrace.',
    prompt: 'summer day, {{colour}} {{object}}, vivid colours',
    variables: [
      choice('colour', 'Colour', 'coral', 'white', 'turquoise', 'sunflower', 'navy blue'),
      choice('object', 'Object', 'lounge chair', 'sofa', 'pillow', 'armchair', 'table'),
    ],
    tags: ['architecture', 'summer', 'outdoor'],
    sample: 'pavilion',
    camera: 'pavilionLounge',
    pictureRatio: '4:5',
  }),
];
