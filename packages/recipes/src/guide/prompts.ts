import { CAMERAS } from '../cameras.ts';
import { example, type GuideSection } from './guide-section.ts';

const room = { sample: 'reading-corner', view: 'Hero', camera: null } as const;
const chair = { ...room, camera: CAMERAS.roomChair } as const;
const house = { sample: 'pavilion', view: 'Hero', camera: CAMERAS.pavilionPool } as const;
const deck = { sample: 'pavilion', view: 'Detail', camera: null } as const;
const bottle = { sample: 'perfume', view: 'Hero', camera: null } as const;
const bottleDetail = { ...bottle, view: 'Detail' } as const;

/** What to write: how prompts are read, and what each kind of word does. */
export const PROMPTS: readonly GuideSection[] = [
  {
    id: 'how-prompts-are-read',
    title: 'How prompts are read',
    paragraphs: [
      'The built-in engine reads a prompt as a list of directions and says what it made of each: as chips under the prompt, with `--explain` on the command line, and in the answer of `POST /api/v1/look`. Words that it does not know are underlined and reported, never guessed away.',
      'It does not invent objects. It lights, dresses and photographs what your scene holds, so a prompt is closer to the notes of a photographer than to a description of a picture.',
    ],
    table: {
      head: ['say', 'for example', 'it does'],
      rows: [
        [
          'time of day',
          '`golden hour`, `noon`, `blue hour`, `night`, `sunrise`',
          'sets sun or moon, sky and warmth',
        ],
        [
          'weather',
          '`overcast`, `foggy`, `after rain`, `snow storm`, `hazy`',
          'clouds, mist, wet ground, falling rain or snow',
        ],
        [
          'studio light',
          '`softbox`, `high key`, `low key`, `rim light`, `window light`, `pink and blue neon`',
          'builds a light rig around the object',
        ],
        [
          'place',
          '`in a forest`, `on a city street`, `desert`, `warehouse`',
          'surroundings, ground and light together',
        ],
        [
          'background',
          '`blue background`, `on white`, `pastel pink backdrop`',
          'a plain or graded backdrop with a soft shadow',
        ],
        [
          'ground',
          '`wet asphalt`, `oak floor`, `on sand`, `marble plinth`',
          'adds a ground, or dresses the floor the scene has',
        ],
        [
          'materials',
          '`green leather armchair`, `brass lamp`, `walnut table with steel legs`',
          'dresses the objects of that name, and only them',
        ],
        [
          'lens',
          '`85mm`, `wide angle`, `f/1.8`, `shallow depth of field`, `focus on the lamp`',
          'focal length at the same subject size, blur, focus',
        ],
        [
          'mood and grade',
          '`cinematic`, `moody`, `vintage`, `teal and orange`, `black and white`',
          'contrast, colour, corners, grain, glow',
        ],
        [
          'style',
          '`clay`, `cartoon`, `pencil drawing`, `ink`, `watercolour`, `blueprint`',
          'draws the picture from the scene’s own geometry',
        ],
        ['amount', '`slightly`, `very`, `a bit`, `no fog`, `without shadows`', 'more, less, or not at all'],
      ],
    },
    tips: [
      'One clause for each wish, separated by commas.',
      'The last of two that contradict each other wins, and that is said.',
      'Exceptions (`everything except…`) are not possible yet and are reported: name what shall change instead.',
    ],
    pairs: [
      {
        do: 'late afternoon sun, green leather armchair, walnut floor',
        dont: 'a stunning masterpiece of a cosy place to read, award winning, 8k',
        why: 'Praise changes nothing. Light, material and lens do.',
      },
    ],
    pictures: [
      example(
        'read-plain',
        '3:2',
        { prompt: '', scene: room },
        'No prompt: the scene as it is, in daylight.',
      ),
      example('read-directed', '3:2', {
        prompt: 'late afternoon sun, green leather armchair, walnut floor',
        scene: room,
      }),
    ],
  },
  {
    id: 'light',
    title: 'Begin with the light',
    paragraphs: [
      'Light changes a picture more than any material. Decide first whether it comes from the sky (an hour, a weather), from a studio (`softbox`, `rim light`, `neon`) or from the lamps of the scene (`lights on inside`, `warm lamp light`).',
      'Then say how hard it is and where it comes from: `soft light`, `hard light`, `light from the left`, `backlight`. A low sun from the side shows form; light from the front hides it.',
    ],
    tips: [
      'Add an hour to a style or a material: every picture wants a light.',
      'For dark pictures keep one bright thing: a lamp, a rim, a piece of sky.',
      '`lights on inside` lights objects whose names say lamp, lantern or bulb.',
    ],
    pairs: [
      {
        do: 'dusk, warm lights inside',
        dont: 'dark',
        why: 'Darkness alone lowers the exposure. A source of light gives it a reason.',
      },
    ],
    pictures: [
      example('light-noon', '3:2', { prompt: 'noon', scene: house }),
      example('light-golden-hour', '3:2', { prompt: 'golden hour', scene: house }),
      example('light-high-key', '1:1', { prompt: 'high key', scene: bottle }),
      example('light-rim', '1:1', { prompt: 'rim light, dark background', scene: bottle }),
    ],
  },
  {
    id: 'materials-and-names',
    title: 'Materials, and words that bind to objects',
    paragraphs: [
      'A material belongs to the noun after it: `red leather chair` looks for objects named chair, or a kind of it (armchair, stool). Parts can be named too: `walnut table with steel legs`.',
      'Good names in the model make good prompts. The scene tree shows them and lets you change them; `npx diorama inspect model.glb` lists them. A material whose object is not in the scene is reported together with the names that come closest.',
    ],
    tips: [
      'Colour, finish and material can be stacked: `matte black steel`, `glossy teal ceramic`, `dark oak`.',
      '`everything in white marble` dresses the whole scene.',
      'A word for the floor dresses the floor that the scene has; on a scene without one it adds a floor.',
    ],
    pairs: [
      {
        do: 'navy blue velvet armchair, brass lamp',
        dont: 'navy blue, velvet, brass',
        why: 'Without its noun a material does not know where to go.',
      },
    ],
    pictures: [
      example('materials-before', '4:5', { prompt: 'soft daylight', scene: chair }),
      example('materials-after', '4:5', {
        prompt: 'soft daylight, navy blue velvet armchair, off white walls, walnut floor',
        scene: chair,
      }),
    ],
  },
  {
    id: 'camera-and-lens',
    title: 'Camera and lens',
    paragraphs: [
      'The view in the canvas is the camera. A focal length in the prompt changes the perspective and keeps the size of the subject: the camera steps back as the lens gets longer.',
      'Blur needs a place to be sharp: `shallow depth of field, focus on the bottle`. Without a name the middle of the view is in focus.',
    ],
    tips: [
      '`24mm` or `wide angle` for rooms, `50mm` for the eye’s view, `85mm` and longer for products and faces.',
      '`everything in focus` for architecture; `tilt shift` to make it look like a toy.',
      'Keep upright lines upright: hold the camera level and move it up instead of tilting it.',
    ],
    pairs: [
      {
        do: 'f/1.8, focus on the cap',
        dont: 'blurry',
        why: 'What is sharp matters more than what is not.',
      },
    ],
    pictures: [
      example('lens-wide', '3:2', { prompt: '24mm, afternoon', scene: deck }),
      example('lens-long', '3:2', { prompt: '135mm, afternoon', scene: deck }),
      example('lens-sharp', '3:2', { prompt: 'soft light, everything in focus', scene: bottleDetail }),
      example('lens-shallow', '3:2', {
        prompt: 'soft light, f/1.8, focus on the bottle',
        scene: bottleDetail,
      }),
    ],
  },
  {
    id: 'styles',
    title: 'Styles',
    paragraphs: [
      'Drawn and painted styles are made from the geometry, not laid over a photograph: lines stand where edges are, and shading follows the light. So a style still wants an hour or a lamp.',
      'Clay shows form. Pencil and ink are for sketches, watercolour for places and still lifes, cartoon for bold colours, blueprint for measures.',
    ],
    tips: [
      'One style for one picture: the last one said wins.',
      'Soft light gives pencil fine hatching; hard light gives it strong shapes.',
      'A blueprint writes the true measures of the scene, so check that your model is in metres.',
    ],
    pairs: [],
    pictures: [
      example('style-clay', '1:1', { prompt: 'clay, late afternoon', scene: deck }),
      example('style-pencil', '1:1', { prompt: 'pencil drawing, late afternoon', scene: deck }),
      example('style-watercolour', '1:1', { prompt: 'watercolour, late afternoon', scene: deck }),
      example('style-blueprint', '1:1', { prompt: 'blueprint', scene: deck }),
    ],
  },
];
