import { choice, type StarterRecipe, starter } from '../starter-recipe.ts';

/** Pictures that explain: form before material, measures before mood. */
export const PRESENTATION: readonly StarterRecipe[] = [
  starter({
    slug: 'white-clay',
    title: 'White clay',
    description: 'Everything in matte white: nothing but form, light and shadow.',
    prompt: 'white clay render',
    tags: ['presentation', 'clay', 'model'],
    sample: 'pavilion',
    pictureRatio: '16:9',
  }),
  starter({
    slug: 'blueprint',
    title: 'Blueprint',
    description: 'White lines on blue, hidden edges dashed, with the true measures of your scene.',
    prompt: 'blueprint drawing',
    tags: ['presentation', 'technical', 'blueprint'],
    sample: 'pavilion',
    pictureRatio: '3:2',
  }),
  starter({
    slug: 'product-blueprint',
    title: 'Product drawing',
    description: 'A single thing as a technical drawing.',
    prompt: 'technical drawing',
    tags: ['presentation', 'technical', 'product'],
    sample: 'perfume',
    pictureRatio: '1:1',
  }),
  starter({
    slug: 'miniature',
    title: 'Miniature',
    description: 'A very thin plane of focus makes a house look like a toy.',
    prompt: 'tilt shift, {{hour}}, vivid colours',
    variables: [choice('hour', 'Hour', 'afternoon', 'morning', 'golden hour', 'noon')],
    tags: ['presentation', 'lens', 'model'],
    sample: 'pavilion',
    camera: 'pavilionAerial',
    pictureRatio: '1:1',
  }),
  starter({
    slug: 'museum-piece',
    title: 'Museum piece',
    description: 'Light from above in a quiet hall, with polished concrete below.',
    prompt: 'art gallery, spotlight from above, {{floor}}',
    variables: [choice('floor', 'Floor', 'polished concrete', 'marble floor', 'oak floor')],
    tags: ['presentation', 'product', 'gallery'],
    sample: 'perfume',
    camera: 'perfumeRight',
    pictureRatio: '4:3',
  }),
];
