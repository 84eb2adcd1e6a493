import type { SceneName } from './scenes.fixture.ts';

/** What must hold of a prompt's look. Ranges are [lowest, highest]. */
export interface Expected {
  scene?: SceneName | null;
  /** `sky`, `studio:<set>` or `hdri:<name>`. */
  light?: string;
  sun?: [number, number];
  azimuth?: [number, number];
  clouds?: [number, number];
  moon?: boolean;
  background?: 'environment' | 'color' | 'gradient' | 'reference';
  /** Closest everyday name of the background colour (the upper one of a gradient). */
  backgroundColor?: string;
  /** Texture kind or part of the surface's name. */
  ground?: string;
  groundKind?: 'none' | 'plane' | 'backdrop' | 'plinth';
  wet?: boolean;
  fog?: boolean;
  precipitation?: 'none' | 'rain' | 'snow';
  style?: string;
  focal?: number;
  dof?: [number, number];
  focusOn?: string[];
  monochrome?: boolean;
  /** Signs: 1 = raised, -1 = lowered. */
  exposure?: 1 | -1;
  contrast?: 1 | -1;
  saturation?: 1 | -1;
  temperature?: 1 | -1;
  key?: string;
  accent?: string;
  splitTone?: boolean;
  /** Object names (or `all`) to words in the surface's name. */
  materials?: Record<string, string>;
  noMaterials?: boolean;
  /** Exactly these texts were not understood; nothing by default. */
  missing?: string[];
  categories?: string[];
}

export const PROMPTS: readonly (readonly [string, Expected])[] = [
  // Light and time of day
  [
    'golden hour, wet asphalt, shallow depth of field',
    {
      scene: 'truck',
      light: 'sky',
      sun: [3, 6],
      azimuth: [-160, -90],
      ground: 'asphalt',
      wet: true,
      dof: [0.4, 0.8],
      categories: ['time-of-day', 'ground', 'lens'],
    },
  ],
  [
    'golden hour, walnut table, shallow depth of field',
    { scene: 'perfume', light: 'sky', sun: [3, 6], ground: 'wood', dof: [0.4, 0.8] },
  ],
  [
    'golden hour, walnut table, shallow depth of field',
    { scene: 'room', light: 'sky', materials: { SideTable: 'walnut' } },
  ],
  ['sunrise', { light: 'sky', sun: [1, 6], azimuth: [90, 160] }],
  ['at sunset', { light: 'sky', sun: [1, 6], temperature: 1 }],
  ['noon', { light: 'sky', sun: [55, 75], clouds: [0, 0.2] }],
  ['late afternoon sun', { light: 'sky', sun: [8, 20] }],
  ['blue hour', { light: 'sky', sun: [-8, -3], temperature: -1 }],
  ['dusk', { light: 'sky', sun: [-6, 0] }],
  ['night', { light: 'sky', moon: true }],
  ['moonlit night, clear sky', { light: 'sky', moon: true, clouds: [0, 0.1] }],
  ['6pm', { light: 'sky', sun: [10, 40] }],
  ['at 10am', { light: 'sky', sun: [30, 60], azimuth: [20, 90] }],
  ['11 pm', { light: 'sky', moon: true }],
  ['sun at 15° above the horizon', { light: 'sky', sun: [15, 15] }],
  ['soft natural light', { light: 'sky', clouds: [0.6, 1] }],
  ['overcast', { light: 'sky', clouds: [0.9, 1] }],
  ['stormy sky', { light: 'sky', clouds: [0.8, 1], exposure: -1, contrast: 1 }],
  ['partly cloudy morning', { light: 'sky', sun: [15, 30], clouds: [0.3, 0.6] }],
  ['sunny day, blue sky', { light: 'sky', sun: [30, 60], clouds: [0, 0.1], background: 'environment' }],
  ['sunny morning', { light: 'sky', sun: [15, 30] }],
  ['foggy morning', { light: 'sky', sun: [15, 30], fog: true }],
  ['misty, golden hour', { light: 'sky', sun: [3, 6], fog: true }],
  ['hazy afternoon', { light: 'sky', sun: [25, 45], fog: true }],
  ['rain', { light: 'sky', precipitation: 'rain', wet: true, clouds: [0.8, 1] }],
  ['heavy rain at night', { light: 'sky', moon: true, precipitation: 'rain', wet: true }],
  ['after the rain', { precipitation: 'none', wet: true }],
  ['falling snow', { precipitation: 'snow', ground: 'snow', temperature: -1 }],
  ['snowy mountain, overcast', { light: 'sky', clouds: [0.9, 1], ground: 'snow' }],
  ['winter morning', { light: 'sky', ground: 'snow', sun: [5, 30] }],
  ['autumn afternoon', { light: 'sky', splitTone: true, temperature: 1 }],
  ['god rays, forest', { light: 'hdri:forest', fog: true, ground: 'grass' }],
  ['backlit, golden hour', { light: 'sky', sun: [3, 6], azimuth: [150, 180] }],
  ['light from the right', { azimuth: [90, 90] }],
  ['hard light', { light: 'studio:softbox' }],
  // Studio
  [
    'studio product shot, pastel pink background, soft light',
    { scene: 'perfume', light: 'studio:softbox', background: 'color', backgroundColor: 'blush' },
  ],
  ['softbox', { light: 'studio:softbox' }],
  ['high key', { light: 'studio:high-key', background: 'color', backgroundColor: 'white', exposure: 1 }],
  ['low key', { light: 'studio:low-key', backgroundColor: 'black' }],
  ['rim light, dark background', { light: 'studio:rim', background: 'color', backgroundColor: 'black' }],
  ['studio, rim light', { light: 'studio:rim' }],
  ['rim light in the studio', { light: 'studio:rim' }],
  ['window light', { light: 'studio:window' }],
  ['window light at golden hour', { scene: 'perfume', light: 'studio:window', key: 'peach' }],
  ['ring light', { light: 'studio:ring' }],
  ['spotlight from above', { light: 'studio:overhead' }],
  ['candlelight', { light: 'studio:candle', temperature: 1 }],
  ['pink and blue neon', { light: 'studio:neon', key: 'hot pink', accent: 'blue' }],
  ['neon pink and blue', { light: 'studio:neon', key: 'hot pink', accent: 'blue' }],
  [
    'night, neon pink and blue, wet street',
    { scene: 'truck', light: 'studio:neon', key: 'hot pink', accent: 'blue', ground: 'asphalt', wet: true },
  ],
  ['red neon light', { light: 'studio:neon', key: 'red' }],
  ['neon, low key', { light: 'studio:neon' }],
  ['magenta and cyan lights', { light: 'studio:neon', key: 'magenta', accent: 'cyan' }],
  ['dramatic lighting', { contrast: 1 }],
  ['warm light', { temperature: 1 }],
  ['cold light', { temperature: -1 }],
  ['3200K', { temperature: 1 }],
  ['7500 kelvin', { temperature: -1 }],
  [
    'black and white, low key, rim light, 85mm',
    { light: 'studio:rim', monochrome: true, focal: 85, backgroundColor: 'black' },
  ],
  ['golden hour, noon', { light: 'sky', sun: [55, 75] }],
  ['without shadows', { light: 'studio:softbox' }],
  // Places
  ['city street at night', { scene: 'truck', light: 'hdri:night', ground: 'asphalt' }],
  ['in a forest', { light: 'hdri:forest', ground: 'grass' }],
  ['on the beach', { light: 'sky', ground: 'sand' }],
  ['desert', { light: 'sky', ground: 'sand' }],
  ['living room', { scene: 'perfume', light: 'hdri:apartment', ground: 'planks' }],
  ['living room', { scene: 'room', light: 'sky', groundKind: 'none' }],
  ['warehouse', { light: 'hdri:warehouse', ground: 'concrete' }],
  ['hotel lobby', { light: 'hdri:lobby', ground: 'marble' }],
  ['park, overcast', { light: 'sky', ground: 'grass', clouds: [0.9, 1] }],
  ['mountain road', { scene: 'truck', light: 'sky' }],
  ['cyberpunk', { scene: 'truck', light: 'studio:neon', wet: true, background: 'gradient' }],
  ['underwater', { fog: true }],
  ['parking lot at sunset', { scene: 'truck', light: 'sky', sun: [1, 6], ground: 'asphalt' }],
  ['art gallery', { scene: 'statue', light: 'studio:overhead' }],
  // Backgrounds and grounds
  ['blue background', { background: 'color', backgroundColor: 'blue' }],
  ['pink backdrop', { background: 'color', backgroundColor: 'pink', groundKind: 'backdrop' }],
  ['on white', { background: 'color', backgroundColor: 'white' }],
  ['isolated on white background', { background: 'color', backgroundColor: 'white' }],
  ['black background', { background: 'color', backgroundColor: 'black' }],
  ['blue to pink gradient background', { background: 'gradient', backgroundColor: 'blue' }],
  ['gradient background from orange to purple', { background: 'gradient', backgroundColor: 'orange' }],
  ['against a brick wall', { scene: 'perfume', background: 'color' }],
  ['#ff8800 background', { background: 'color', backgroundColor: 'orange' }],
  ['the background is deep red', { background: 'color', backgroundColor: 'red' }],
  ['transparent background', { missing: ['transparent background'] }],
  ['marble floor', { scene: 'perfume', ground: 'marble', groundKind: 'plane' }],
  ['marble floor', { scene: 'room', materials: { Floor: 'marble floor' }, groundKind: 'none' }],
  ['on a wooden table', { scene: 'perfume', ground: 'wood' }],
  ['on black marble', { scene: 'perfume', ground: 'black marble', background: 'color' }],
  ['wet sand', { scene: 'truck', ground: 'sand', wet: true }],
  ['glossy black floor', { scene: 'truck', ground: 'black' }],
  ['white marble podium', { scene: 'statue', groundKind: 'plinth', ground: 'marble' }],
  ['cobblestone street', { scene: 'truck', ground: 'tiles' }],
  ['no floor', { scene: 'statue', groundKind: 'none' }],
  // Materials on objects
  [
    'red leather chair, brass lamp, oak floor, rainy afternoon',
    {
      scene: 'room',
      materials: { Armchair: 'red leather', Lamp: 'brass', Floor: 'oak floor' },
      precipitation: 'none',
    },
  ],
  ['the chair in walnut', { scene: 'room', materials: { Armchair: 'walnut' } }],
  [
    'walnut table with brass legs',
    { scene: 'room', materials: { SideTable: 'walnut', SideTable_Legs: 'brass' } },
  ],
  ['make the walls white', { scene: 'room', materials: { 'Wall_Back,Wall_Left': 'white' } }],
  [
    'paint the walls sage green and make the rug cream wool',
    { scene: 'room', materials: { 'Wall_Back,Wall_Left': 'sage green', Rug: 'cream wool' } },
  ],
  ['chrome everything', { scene: 'room', materials: { all: 'chrome' } }],
  ['everything in gold', { scene: 'room', materials: { all: 'gold' } }],
  ['blue velvet couch', { scene: 'room', missing: ['blue velvet couch'] }],
  ['green velvet seat', { scene: 'room', materials: { Armchair: 'green velvet' } }],
  ['white carpet', { scene: 'room', materials: { Rug: 'white' } }],
  ['a red, glossy cap', { scene: 'perfume', materials: { Cap: 'red glossy' } }],
  [
    'bottle made of frosted glass with a gold cap',
    { scene: 'perfume', materials: { Bottle: 'frosted glass', Cap: 'gold' } },
  ],
  [
    'make the bottle transparent and the liquid golden',
    { scene: 'perfume', materials: { Bottle: 'transparent', Liquid: 'golden' } },
  ],
  [
    'turn the box matte black, cap rose gold',
    { scene: 'perfume', materials: { Box: 'matte black', Cap: 'rose gold' } },
  ],
  ['the label should be silver foil', { scene: 'perfume', materials: { Label: 'silver foil' } }],
  ['red truck', { scene: 'truck', materials: { body: 'red' } }],
  [
    'red vehicle with chrome wheels',
    {
      scene: 'truck',
      materials: {
        body: 'red',
        'wheel-back-left,wheel-back-right,wheel-front-left,wheel-front-right': 'chrome',
      },
    },
  ],
  [
    'metallic blue paint, black rims',
    {
      scene: 'truck',
      materials: {
        body: 'metallic blue',
        'wheel-back-left,wheel-back-right,wheel-front-left,wheel-front-right': 'black',
      },
    },
  ],
  ['matte black motorbike', { scene: 'motorcycle', materials: { 'body,fork': 'matte black' } }],
  ['bronze statue', { scene: 'statue', materials: { all: 'bronze' } }],
  ['marble', { scene: 'statue', materials: { all: 'marble' } }],
  ['make it pink and glossy', { scene: 'statue', materials: { all: 'pink glossy' } }],
  [
    'teal chairs, walnut dining table',
    { scene: 'chairs', materials: { 'SM_Chair_01,SM_Chair_02': 'teal', DiningTable: 'walnut' } },
  ],
  ['brass pendant lamp', { scene: 'chairs', materials: { PendantLamp: 'brass' } }],
  [
    'white plaster walls, wooden terrace, turquoise pool',
    { scene: 'pavilion', materials: { Walls: 'white plaster', Terrace: 'wooden', Pool: 'turquoise' } },
  ],
  ['brick house with a copper roof', { scene: 'pavilion', materials: { Pavilion: 'brick', Roof: 'copper' } }],
  ['glowing lamp', { scene: 'room', materials: { Lamp_Shade: 'glowing' } }],
  ['dark red leather armchair', { scene: 'room', materials: { Armchair: 'dark red leather' } }],
  ['gold wall', { scene: 'room', materials: { 'Wall_Back,Wall_Left': 'gold' } }],
  ['velvet', { scene: 'room', materials: { Armchair: 'velvet' } }],
  ['linen and oak', { scene: 'room', materials: { Armchair: 'linen', SideTable: 'oak' } }],
  ['jelly', { scene: 'room', missing: ['jelly'] }],
  ['green dragon', { scene: 'room', missing: ['green dragon'] }],
  ['chair, not red', { scene: 'room', noMaterials: true }],
  // Lens
  ['85mm', { focal: 85 }],
  ['85 mm f/1.8', { focal: 85, dof: [0.6, 0.85] }],
  ['f/11', { dof: [0, 0.1] }],
  ['wide angle', { focal: 24 }],
  ['macro', { focal: 100, dof: [0.6, 1] }],
  ['telephoto', { focal: 135 }],
  ['bokeh', { dof: [0.4, 0.8] }],
  ['slightly blurred background', { dof: [0.2, 0.4] }],
  ['very shallow depth of field', { dof: [0.8, 1] }],
  ['no blur', { dof: [0, 0] }],
  ['everything in focus', { dof: [0, 0] }],
  ['tilt-shift', { dof: [0.7, 1] }],
  ['focus on the lamp', { scene: 'room', focusOn: ['Lamp'], dof: [0.3, 1] }],
  // Mood and grade
  ['cinematic', { contrast: 1, splitTone: true }],
  ['moody', { exposure: -1, saturation: -1 }],
  ['vintage film', { temperature: 1 }],
  ['Kodak Portra 400', { temperature: 1 }],
  ['teal and orange', { splitTone: true }],
  ['film noir', { monochrome: true, contrast: 1 }],
  ['black & white', { monochrome: true }],
  ['vibrant colours', { saturation: 1 }],
  ['muted colors', { saturation: -1 }],
  ['pastel', { saturation: -1 }],
  ['cosy', { temperature: 1 }],
  ['luxurious', { contrast: 1 }],
  ['no vignette', {}],
  ['blue tones', { splitTone: true }],
  ['slightly warm', { temperature: 1 }],
  // Styles
  ['pencil sketch of the truck', { scene: 'truck', style: 'pencil' }],
  ['watercolour, misty morning', { style: 'watercolour', fog: true, sun: [15, 30] }],
  ['watercolor illustration', { style: 'watercolour' }],
  ['blueprint', { style: 'blueprint' }],
  ['technical drawing', { style: 'blueprint' }],
  ['clay render', { style: 'clay' }],
  ['white architectural model', { style: 'clay' }],
  ['anime style', { style: 'toon' }],
  ['comic book style with bold outlines', { style: 'toon' }],
  ['ink line drawing with hatching', { style: 'ink' }],
  ['line art', { style: 'ink' }],
  ['charcoal drawing', { style: 'pencil' }],
  ['photorealistic, 8k, masterpiece, octane render', { style: 'photo' }],
  ['cute clay character, pastel colors', { scene: 'statue', style: 'clay' }],
  // Negation, errors, filler
  ['no fog', { fog: false }],
  ['foggy but no rain', { fog: true, precipitation: 'none' }],
  ['no people, no text, no watermark', {}],
  ['shalow depth of feild', { dof: [0.4, 0.8] }],
  ['cinamatic, goldn hour', { contrast: 1, light: 'sky', sun: [3, 6] }],
  [
    'a beautiful photo of the truck, highly detailed, award winning',
    { scene: 'truck', style: 'photo', noMaterials: true },
  ],
  ['', { light: 'studio:softbox' }],
  ['', { scene: 'pavilion', light: 'sky' }],
  ['', { scene: 'room', light: 'sky', groundKind: 'none' }],
  ['red leather chair', { scene: null, materials: { all: 'red leather' } }],
  ['xyzzy frobnicate', { scene: 'room', missing: ['xyzzy', 'frobnicate'] }],
  ['constructor, toString, __proto__', { scene: 'room', missing: ['constructor', 'toString', 'proto'] }],
];
