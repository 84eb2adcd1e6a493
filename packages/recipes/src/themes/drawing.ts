import { choice, type StarterRecipe, starter } from '../starter-recipe.ts';

/** Drawn from the scene's own edges and shades, so that every line is where the geometry has one. */
export const DRAWING: readonly StarterRecipe[] = [
  starter({
    slug: 'pencil-drawing',
    title: 'Pencil drawing',
    description: 'Graphite lines and hatching. The light decides where the shading goes.',
    prompt: 'pencil drawing, {{light}}',
    variables: [
      choice('light', 'Light', 'soft daylight', 'light from the left', 'hard light', 'late afternoon sun'),
    ],
    tags: ['drawing', 'pencil'],
    sample: 'reading-corner',
    camera: 'roomChair',
    pictureRatio: '4:5',
  }),
  starter({
    slug: 'ink-line',
    title: 'Ink line',
    description: 'Black ink on white paper: outlines first, hatching in the shadows.',
    prompt: 'ink line drawing, {{light}}',
    variables: [
      choice('light', 'Light', 'late afternoon sun', 'noon', 'soft daylight', 'light from the right'),
    ],
    tags: ['drawing', 'ink', 'interior'],
    sample: 'reading-corner',
    pictureRatio: '3:2',
  }),
  starter({
    slug: 'watercolour-still-life',
    title: 'Watercolour still life',
    description: 'Wet edges, paper grain and gentle colours.',
    prompt: 'watercolour, {{colours}}',
    variables: [
      choice('colours', 'Colours', 'pastel colours', 'vivid colours', 'muted colours', 'warm colours'),
    ],
    tags: ['painting', 'watercolour'],
    sample: 'perfume',
    camera: 'perfumeUpright',
    pictureRatio: '4:5',
  }),
  starter({
    slug: 'travel-sketch',
    title: 'Travel sketch in watercolour',
    description: 'A place, quickly painted on a bright day.',
    prompt: 'watercolour, {{hour}}, {{season}}',
    variables: [
      choice('hour', 'Hour', 'morning', 'golden hour', 'afternoon', 'sunset'),
      choice('season', 'Season', 'spring', 'summer', 'autumn'),
    ],
    tags: ['painting', 'watercolour', 'outdoor'],
    sample: 'pavilion',
    pictureRatio: '3:2',
  }),
  starter({
    slug: 'picture-book',
    title: 'Picture book',
    description: 'Flat colours in steps and clear outlines, as on the page of a picture book.',
    prompt: 'cartoon, {{weather}}, {{colours}}',
    variables: [
      choice('weather', 'Weather', 'sunny day', 'golden hour', 'overcast', 'winter morning'),
      choice('colours', 'Colours', 'vivid colours', 'pastel colours', 'warm colours'),
    ],
    tags: ['drawing', 'cartoon'],
    sample: 'reading-corner',
    camera: 'roomWindow',
    pictureRatio: '3:2',
  }),
  starter({
    slug: 'poster-outline',
    title: 'Poster with bold outlines',
    description: 'Stepped shades and dark outlines before a plain colour: ready for a title.',
    prompt: 'bold outlines, flat colours, {{colour}} background',
    variables: [
      choice('colour', 'Background', 'mustard yellow', 'teal', 'coral', 'cream', 'lilac', 'sky blue'),
    ],
    tags: ['drawing', 'poster', 'colour'],
    sample: 'perfume',
    camera: 'perfumeLow',
    pictureRatio: '2:3',
  }),
];
