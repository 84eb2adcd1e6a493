import { broughtPicture, example, type GuideSection, recipePicture } from './guide-section.ts';

const room = { sample: 'reading-corner', view: 'Hero', camera: null } as const;
const bottleDetail = { sample: 'perfume', view: 'Detail', camera: null } as const;

/** What goes in beside the words: pictures, canvas, shape, seed, quality. */
export const INPUTS: readonly GuideSection[] = [
  {
    id: 'references-and-roles',
    title: 'References and their roles',
    paragraphs: [
      'Up to two pictures can be brought as Image 2 and Image 3. Each has a role that says what it is for. Without a role it is guessed from the prompt (`image 2 as background`) and from the picture, and the guess is said.',
    ],
    table: {
      head: ['role', 'the built-in engine takes'],
      rows: [
        ['style', 'palette, contrast and tone'],
        ['palette', 'colours'],
        ['background', 'the picture as backdrop, and its brightness and warmth for the light'],
        ['material', 'the picture as the surface of the named or main object'],
        ['subject', 'colours only: it cannot invent objects, and says so'],
      ],
    },
    tips: [
      'A material wants a flat, evenly lit picture without shadows.',
      'A background wants a camera height and a lens that are close to your own.',
      'Style and words work together: the words set the light, the picture its mood.',
    ],
    pairs: [
      {
        do: 'one picture for the style, another for the material',
        dont: 'two style pictures that disagree',
        why: 'The stronger of the two leads; the other is hardly seen.',
      },
    ],
    pictures: [
      broughtPicture('reference-fabric', '4:5', 'fabric', 'Image 2, role material.'),
      recipePicture('starter-your-fabric', '4:5', '`armchair like image 2, soft daylight`'),
      broughtPicture(
        'reference-evening',
        '4:5',
        'evening',
        'Image 2, role style: `desert, pink sky` with the canvas off.',
      ),
      recipePicture('starter-borrow-a-mood', '4:5', '`soft daylight`'),
    ],
  },
  {
    id: 'canvas-on-and-off',
    title: 'Canvas on and off',
    paragraphs: [
      'With the canvas on, your scene is the picture: every object stays where you put it. With the canvas off the built-in engine draws only sky, ground and light of the prompt. That makes backdrops: use one as Image 2 with the role background.',
      'Connected image models make a picture from the words alone when the canvas is off.',
    ],
    tips: [
      'Frame the picture in the viewport: what the gate shows is what you get.',
      'Compare with the canvas: it can be one of the pictures in the comparison.',
    ],
    pairs: [],
    pictures: [
      example(
        'canvas-off',
        '16:9',
        { prompt: 'sunset over water', scene: null },
        'Canvas off: `sunset over water`',
      ),
      recipePicture('starter-golden-hour', '16:9', 'Canvas on: `golden hour, long shadows`'),
    ],
  },
  {
    id: 'shape-and-size',
    title: 'Shape and size',
    paragraphs: [
      'The output has exactly the shape you choose, from 1:1 to 21:9, and the gate in the viewport shows it before you generate. The size is the long edge in pixels, up to 4096.',
      'Choose the shape first and frame for it: a tall picture wants one upright thing, a wide one wants a horizon.',
    ],
    tips: [
      'Search at 768 or 1024 pixels, then run the winner again at full size with the same seed.',
      'Shapes for places: 9:16 for stories, 4:5 and 1:1 for feeds, 16:9 for video, 21:9 for headers.',
    ],
    pairs: [],
    pictures: [
      recipePicture('starter-competition-entry', '21:9', 'Wide, 21:9: the place.'),
      recipePicture('starter-black-and-white-study', '4:5', 'Upright, 4:5: the house.'),
    ],
  },
  {
    id: 'seed-and-comparing',
    title: 'Seed and comparing',
    paragraphs: [
      'The same request with the same seed gives the same picture, to the bit, on the built-in engine. Keep the seed to see what a word does; change it for another turn of the light.',
      'Change one thing at a time. Two changes at once tell you nothing about either.',
    ],
    tips: [
      'Lock the seed while you look for the words, unlock it when the words are right.',
      'Not every connected engine honours a seed; where one does not, a note says so.',
    ],
    pairs: [
      {
        do: 'same seed, `powder blue walls`, then `ochre walls`',
        dont: 'new seed, new light and new colour in one go',
        why: 'A comparison answers one question.',
      },
    ],
    pictures: [
      recipePicture('starter-repaint-the-walls', '4:3', 'Seed 7: `powder blue walls, daylight`'),
      example(
        'seed-ochre',
        '4:3',
        { prompt: 'ochre walls, daylight', scene: room },
        'Seed 7: `ochre walls, daylight`',
      ),
    ],
  },
  {
    id: 'quality-and-speed',
    title: 'Quality and speed',
    paragraphs: [
      'Draft answers in seconds and is good enough to judge light, colour and composition. Standard is for choosing. High is for the picture you keep: glass, thin shadows and fine textures gain most.',
      'Size counts as much as quality: twice the long edge takes about four times as long.',
    ],
    tips: [
      '`--quality draft`, or Draft in Settings, until the words are right.',
      'Raise the quality last, with the seed kept, so that nothing else changes.',
    ],
    pairs: [],
    pictures: [
      example(
        'quality-draft',
        '1:1',
        {
          prompt: 'window light, shallow depth of field, focus on the bottle',
          scene: bottleDetail,
          quality: 'draft',
        },
        'Draft.',
      ),
      example(
        'quality-standard',
        '1:1',
        {
          prompt: 'window light, shallow depth of field, focus on the bottle',
          scene: bottleDetail,
          quality: 'standard',
        },
        'Standard.',
      ),
    ],
  },
];
