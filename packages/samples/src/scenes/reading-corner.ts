import type { Node } from '@gltf-transform/core';
import { bevelledBox, flatRectangle, roundedBox } from '../geometry/box.ts';
import { cushion, pillow, piping } from '../geometry/cushion.ts';
import { addFoldedLeaf, leaf, tree } from '../geometry/foliage.ts';
import { curveThrough, lathe, sphere, tube } from '../geometry/loft.ts';
import { sheet, thickSheet } from '../geometry/sheet.ts';
import {
  emptySurface,
  merged,
  reshaped,
  type Surface,
  shiftedUvs,
  tinted,
  transformed,
} from '../geometry/surface.ts';
import {
  degrees,
  mix,
  multiply,
  normalize,
  rotationX,
  rotationY,
  rotationZ,
  scaling,
  smoothstep,
  translation,
  type Vec2,
  type Vec3,
} from '../geometry/vector.ts';
import { createRandom, fractalNoise, noise3, type Random } from '../random.ts';
import { lawn, loopNormal, mottled, weaveNormal, woodGrain, yarnColors } from '../textures/materials.ts';
import { abstractPrint, lozengeRug } from '../textures/pictures.ts';
import { linearOf } from '../textures/texture-image.ts';
import { READING_CORNER_VIEWS } from '../views.ts';
import { type SampleMaterial, SceneBuilder } from './scene-builder.ts';

const LEFT = -2;
const BACK = -1.6;
const RIGHT = 3.1;
const FRONT = 2.9;
const WALL_HEIGHT = 2.75;

/** An armchair by a tall steel window: two walls and no ceiling, so that the sky lights the room. */
export async function buildReadingCorner(): Promise<Uint8Array> {
  const b = new SceneBuilder('Reading corner');
  const random = createRandom(7);
  const weave = weaveNormal('weave', 24, 0.7, 2);

  const m = {
    wall: b.material('sage wall paint', {
      roughness: 0.93,
      colorTexture: mottled('sage plaster', ['#a3a993', '#acb29c', '#b4b9a5'], 0.3, 4, 256),
      tileM: [1.4, 1.4],
    }),
    skirting: b.material('white painted wood', { color: '#e9e6de', roughness: 0.5 }),
    oak: b.material('oak floor', {
      roughness: 0.46,
      colorTexture: woodGrain('oak grain', ['#8a6543', '#b58e62', '#cba97c', '#dcc096'], 11),
      tileM: [1.5, 0.42],
    }),
    gap: b.material('floor gap', { color: '#2b2018', roughness: 0.95 }),
    walnut: b.material('walnut wood', {
      roughness: 0.42,
      colorTexture: woodGrain('walnut grain', ['#3a2416', '#573822', '#6d482d', '#83593a'], 23),
      tileM: [0.8, 0.24],
    }),
    steel: b.material('black steel frame', { color: '#1d1e1f', roughness: 0.45, metallic: 0.2 }),
    pane: b.material('window glass', { roughness: 0, transmission: 1, ior: 1.5 }),
    velvet: b.material('rust velvet', {
      color: '#8f4528',
      roughness: 0.85,
      normalTexture: weave,
      normalScale: 0.35,
      tileM: [0.05, 0.05],
      sheenColor: '#94593a',
      sheenRoughness: 0.45,
    }),
    boucle: b.material('cream boucle', {
      color: '#e6dccb',
      roughness: 0.95,
      normalTexture: loopNormal('boucle loops', 9),
      normalScale: 0.9,
      tileM: [0.11, 0.11],
      sheenColor: '#6b655b',
      sheenRoughness: 0.7,
    }),
    wool: b.material('mustard wool', {
      roughness: 0.95,
      colorTexture: yarnColors('mustard yarn', ['#8f6420', '#b98530', '#d19f4a'], 64, 6),
      normalTexture: weave,
      tileM: [0.16, 0.16],
      normalTileM: [0.1, 0.1],
      doubleSided: true,
      sheenColor: '#6a5020',
      sheenRoughness: 0.6,
    }),
    linen: b.material('natural linen', {
      roughness: 0.95,
      colorTexture: yarnColors('linen yarn', ['#cfc2aa', '#e2d8c4', '#efe8d8'], 96, 3),
      normalTexture: weave,
      normalScale: 0.5,
      tileM: [0.3, 0.3],
      normalTileM: [0.06, 0.06],
      doubleSided: true,
    }),
    rug: b.material('wool rug', {
      roughness: 1,
      colorTexture: lozengeRug('lozenge rug'),
      normalTexture: weave,
      normalScale: 0.8,
      tileM: [2.4, 1.6],
      normalTileM: [0.14, 0.14],
    }),
    fringe: b.material('rug fringe', { color: '#e4dac6', roughness: 1 }),
    brass: b.material('brass', { color: '#c79a55', metallic: 1, roughness: 0.27 }),
    shade: b.material('lamp shade linen', {
      color: '#efe0c4',
      roughness: 0.9,
      emissive: '#ffbe73',
      emissiveStrength: 0.55,
      doubleSided: true,
    }),
    bulb: b.material('light bulb', {
      color: '#fff4e0',
      roughness: 0.4,
      emissive: '#ffcf94',
      emissiveStrength: 7,
    }),
    stoneware: b.material('white stoneware', {
      color: '#e8e3d8',
      roughness: 0.3,
      clearcoat: 0.6,
      clearcoatRoughness: 0.12,
    }),
    coffee: b.material('coffee', { color: '#2a150b', roughness: 0.06 }),
    terracotta: b.material('terracotta pot', { color: '#b5694a', roughness: 0.85 }),
    soil: b.material('soil', { color: '#2c2119', roughness: 1 }),
    plantLeaf: b.material('rubber plant leaf', {
      color: '#ffffff',
      roughness: 0.32,
      doubleSided: true,
      clearcoat: 0.25,
      clearcoatRoughness: 0.25,
    }),
    plantStem: b.material('plant stem', { color: '#5d4a33', roughness: 0.8 }),
    pages: b.material('book pages', { color: '#e9dfc9', roughness: 0.9 }),
    gilt: b.material('gilt lettering', { color: '#d8b06a', metallic: 1, roughness: 0.35 }),
    print: b.material('art print', {
      roughness: 0.8,
      colorTexture: abstractPrint('abstract print'),
      tileM: [0.6, 0.75],
    }),
    mat: b.material('picture mat', { color: '#f2efe7', roughness: 0.9 }),
  };
  const cloth = (name: string, color: string): SampleMaterial =>
    b.material(name, { color, roughness: 0.72, normalTexture: weave, normalScale: 0.3, tileM: [0.03, 0.03] });
  const covers = {
    red: cloth('red book cloth', '#8f2f26'),
    blue: cloth('blue book cloth', '#27465e'),
    green: cloth('green book cloth', '#41573f'),
    ochre: cloth('ochre book cloth', '#bf8a35'),
    grey: cloth('grey book cloth', '#8d8a84'),
  };

  // Room
  const room = b.group('Room');
  const floor = b.group('Oak floor', room);
  b.part('Floor boards', floor, floorBoards(random), m.oak);
  b.part('Subfloor', floor, bevelledBox([RIGHT - LEFT, 0.02, FRONT - BACK], 0), m.gap, {
    at: [(LEFT + RIGHT) / 2, -0.028, (BACK + FRONT) / 2],
  });
  b.part('Back wall', room, bevelledBox([RIGHT - LEFT + 0.16, WALL_HEIGHT, 0.14], 0.004), m.wall, {
    at: [(LEFT + RIGHT - 0.16) / 2, WALL_HEIGHT / 2, BACK - 0.07],
  });
  b.part('Back skirting', room, skirting(RIGHT - LEFT), m.skirting, { at: [(LEFT + RIGHT) / 2, 0, BACK] });
  windowWall(b, room, m.wall, m.skirting, m.steel, m.pane);

  const curtains = b.group('Curtains');
  b.part(
    'Curtain rod',
    curtains,
    tube(
      [
        [0, 0, -1.52],
        [0, 0, 2.5],
      ],
      0.011,
      16,
    ),
    m.brass,
    { at: [LEFT + 0.11, 2.52, 0] },
  );
  b.part('Curtain rod end', curtains, sphere(0.022, 24, 12), m.brass, { at: [LEFT + 0.11, 2.52, -1.53] });
  b.part('Back curtain', curtains, curtain(0.42, 2.46, 7, 3), m.linen, { at: [LEFT + 0.11, 2.5, -1.3] });
  b.part('Front curtain', curtains, curtain(0.5, 2.46, 8, 5), m.linen, { at: [LEFT + 0.11, 2.5, 1.78] });

  // Rug
  const rug = b.group('Rug', null, { at: [-0.12, 0, 0.16], turn: [0, 7, 0] });
  b.part('Rug weave', rug, rugBody(), m.rug);
  b.part('Rug fringe', rug, rugFringe(random), m.fringe);

  armchair(b, m, { at: [0.12, 0, -0.5], turn: [0, -24, 0] });

  // Pouf with an open book
  const pouf = b.group('Pouf', null, { at: [-0.92, 0, 0.28] });
  b.part('Pouf body', pouf, poufBody(), m.boucle);
  b.part(
    'Pouf seam',
    pouf,
    tube(
      Array.from(
        { length: 48 },
        (_, i): Vec3 => [0.262 * Math.cos((i * Math.PI) / 24), 0.2, 0.262 * Math.sin((i * Math.PI) / 24)],
      ),
      0.006,
      6,
      { closed: true },
    ),
    m.boucle,
  );
  openBook(b, pouf, covers.green, m.pages, { at: [0.01, 0.388, 0.01], turn: [0, 38, 0] });

  // Side table
  const table = b.group('Side table', null, { at: [0.98, 0, -0.28] });
  b.part('Table top', table, tableTop(0.25), m.walnut, { at: [0, 0.52, 0], turn: [0, 20, 0] });
  b.part(
    'Table stem',
    table,
    lathe(
      [
        [0, 0.03],
        [0.045, 0.03],
        [0.034, 0.06],
        [0.022, 0.14],
        [0.018, 0.28],
        [0.022, 0.42],
        [0.04, 0.49],
        [0.09, 0.515],
        [0, 0.518],
      ],
      40,
      { uDirection: 'along', creaseDegrees: 50 },
    ),
    m.walnut,
  );
  b.part(
    'Table foot',
    table,
    lathe(
      [
        [0, 0],
        [0.155, 0],
        [0.158, 0.004],
        [0.158, 0.012],
        [0.152, 0.018],
        [0.1, 0.026],
        [0.04, 0.034],
        [0, 0.034],
      ],
      64,
    ),
    m.walnut,
  );
  const stack = b.group('Books', table, { at: [-0.045, 0.52, 0.015] });
  book(b, stack, 'Blue book', covers.blue, m.pages, m.gilt, [0.17, 0.032, 0.235], {
    at: [0, 0, 0],
    turn: [0, 64, 0],
  });
  book(b, stack, 'Red book', covers.red, m.pages, m.gilt, [0.155, 0.024, 0.21], {
    at: [0.004, 0.032, -0.004],
    turn: [0, 76, 0],
  });
  book(b, stack, 'Ochre book', covers.ochre, m.pages, m.gilt, [0.13, 0.019, 0.19], {
    at: [-0.004, 0.056, 0.002],
    turn: [0, 52, 0],
  });
  b.part('Reading glasses', stack, readingGlasses(), m.brass, { at: [0, 0.0775, 0], turn: [0, 80, 0] });
  const cup = b.group('Cup', table, { at: [0.135, 0.52, 0.075], turn: [0, -35, 0] });
  b.part(
    'Saucer',
    cup,
    lathe(
      [
        [0, 0],
        [0.035, 0],
        [0.038, 0.002],
        [0.06, 0.009],
        [0.073, 0.0145],
        [0.0735, 0.016],
        [0.072, 0.0168],
        [0.058, 0.0118],
        [0.036, 0.0052],
        [0, 0.0045],
      ],
      56,
    ),
    m.stoneware,
  );
  b.part('Cup body', cup, cupBody(), m.stoneware, { at: [0, 0.0046, 0] });
  b.part(
    'Cup handle',
    cup,
    tube(
      curveThrough(
        [
          [0.034, 0.05, 0],
          [0.052, 0.053, 0],
          [0.06, 0.038, 0],
          [0.05, 0.022, 0],
          [0.029, 0.019, 0],
        ],
        6,
      ),
      0.0042,
      12,
    ),
    m.stoneware,
    { at: [0, 0.0046, 0] },
  );
  b.part(
    'Coffee',
    cup,
    lathe(
      [
        [0.0362, 0.0498],
        [0.0345, 0.0492],
        [0, 0.0492],
      ],
      48,
      { creaseDegrees: 80 },
    ),
    m.coffee,
    { at: [0, 0.0046, 0] },
  );

  // Lamp
  const lamp = b.group('Floor lamp', null, { at: [0.98, 0, -1.12] });
  b.part(
    'Lamp foot',
    lamp,
    lathe(
      [
        [0, 0],
        [0.145, 0],
        [0.148, 0.004],
        [0.148, 0.014],
        [0.142, 0.02],
        [0.03, 0.026],
        [0.018, 0.034],
        [0.012, 0.05],
        [0, 0.05],
      ],
      72,
    ),
    m.brass,
  );
  b.part(
    'Lamp pole',
    lamp,
    tube(
      [
        [0, 0.04, 0],
        [0, 1.42, 0],
      ],
      0.0105,
      20,
    ),
    m.brass,
  );
  b.part(
    'Lamp knuckle',
    lamp,
    lathe(
      [
        [0, 0.93],
        [0.0135, 0.93],
        [0.0165, 0.935],
        [0.0165, 0.965],
        [0.0135, 0.97],
        [0, 0.97],
      ],
      32,
    ),
    m.brass,
  );
  const shade = b.group('Lamp shade', lamp);
  b.part(
    'Shade',
    shade,
    lathe(
      [
        [0.235, 1.33],
        [0.175, 1.63],
      ],
      72,
    ),
    m.shade,
  );
  b.part('Shade lower rim', shade, tube(circle(0.2352, 1.33, 72), 0.0042, 8, { closed: true }), m.brass);
  b.part('Shade upper rim', shade, tube(circle(0.1752, 1.63, 72), 0.0035, 8, { closed: true }), m.brass);
  b.part(
    'Shade carrier',
    shade,
    merged(
      ...[0, 120, 240].map((a) =>
        transformed(
          tube(
            [
              [0.012, 1.6, 0],
              [0.176, 1.625, 0],
            ],
            0.003,
            6,
          ),
          rotationY(a),
        ),
      ),
      tube(
        [
          [0, 1.4, 0],
          [0, 1.61, 0],
        ],
        0.0065,
        10,
      ),
    ),
    m.brass,
  );
  b.part('Bulb', lamp, transformed(sphere(0.034, 24, 16), scaling(1, 1.2, 1)), m.bulb, { at: [0, 1.485, 0] });
  b.part(
    'Pull chain',
    lamp,
    merged(
      tube(
        [
          [0.05, 1.2, 0.05],
          [0.05, 1.44, 0.05],
        ],
        0.0014,
        5,
      ),
      transformed(sphere(0.008, 12, 8), translation(0.05, 1.195, 0.05)),
    ),
    m.brass,
  );

  plant(b, random, m.terracotta, m.soil, m.plantStem, m.plantLeaf, { at: [-1.5, 0, -1.12] });

  // Picture
  const picture = b.group('Picture', null, { at: [-0.3, 1.62, BACK] });
  pictureFrame(b, picture, 0.78, 0.95, m.walnut);
  b.part('Picture mat', picture, bevelledBox([0.75, 0.92, 0.006], 0.0005), m.mat, { at: [0, 0, 0.009] });
  b.part('Print', picture, transformed(flatRectangle(0.6, 0.75), rotationX(90)), m.print, {
    at: [0, 0, 0.0128],
  });

  garden(b, random);

  // On the sill
  const sill = b.group('Sill things', null, { at: [LEFT + 0.0, 0.462, -0.35] });
  b.part('Vase', sill, vase(), m.stoneware, { at: [-0.02, 0, 0.1] });
  book(b, sill, 'Grey book', covers.grey, m.pages, m.gilt, [0.15, 0.026, 0.21], {
    at: [-0.01, 0, 0.62],
    turn: [0, 12, 0],
  });
  book(b, sill, 'Green book', covers.green, m.pages, m.gilt, [0.13, 0.02, 0.19], {
    at: [-0.012, 0.026, 0.615],
    turn: [0, -8, 0],
  });

  for (const view of READING_CORNER_VIEWS) b.view(view);
  return b.toGlb();
}

type ArmchairMaterials = Record<'velvet' | 'walnut' | 'brass' | 'boucle' | 'wool', SampleMaterial>;

/** Green outside the window. Nothing of it stands between the room and its light from above. */
function garden(b: SceneBuilder, random: Random): void {
  const g = b.group('Garden');
  const grass = b.material('garden lawn', {
    roughness: 0.95,
    colorTexture: lawn('garden lawn', ['#3b4a29', '#54653a', '#6b7b49', '#8a9463'], 14),
    tileM: [1.6, 1.6],
  });
  const bark = b.material('garden bark', { color: '#6d6053', roughness: 0.9 });
  const leaves = b.material('garden leaves', { roughness: 0.6, doubleSided: true });
  b.part('Garden ground', g, flatRectangle(4.8, 14), grass, { at: [LEFT - 0.18 - 2.4, -0.12, -3] });
  const young = tree(
    {
      heightM: 3.6,
      crownBaseM: 0.7,
      crownRadiusM: 1.15,
      trunkRadiusM: 0.055,
      stems: 3,
      leaves: 2100,
      leafLengthM: 0.115,
      leafTints: [linearOf('#4c6a2e'), linearOf('#6f923f'), linearOf('#9dbb62')],
    },
    random,
  );
  for (const [name, x, z, turn, size] of [
    ['Garden tree', -4.5, -1.2, 0, 1],
    ['Far garden tree', -5.1, -4.9, 130, 1.05],
  ] as const) {
    const place = b.group(name, g, { at: [x, -0.12, z], turn: [0, turn, 0], scale: size });
    b.part(`${name} wood`, place, young.wood, bark);
    b.part(`${name} leaves`, place, young.leaves, leaves);
  }
  const hedge = emptySurface();
  const tints = [linearOf('#3f5727'), linearOf('#587636'), linearOf('#78954a')];
  for (let i = 0; i < 4600; i++) {
    const onTop = random.next() < 0.25;
    const z = random.between(-9.8, 2.6);
    const y = onTop ? 1.06 : random.between(-0.1, 1.04);
    const x = onTop ? random.between(-6.9, -6.35) : -6.35 + 0.05 * noise3(z * 3, y * 3, 1);
    const out: Vec3 = onTop ? [0.2, 1, 0] : [1, 0.3, 0];
    const heading = normalize([out[0] + random.centred(), out[1] + random.centred(), random.centred()]);
    const up = normalize([out[0] + random.centred(), out[1] + 0.4 + random.centred(), random.centred()]);
    const tone = random.between(0.8, 1.15);
    const [r, gg, bb] = random.pick(tints);
    addFoldedLeaf(
      hedge,
      [x, y, z],
      heading,
      up,
      random.between(0.09, 0.15),
      [r * tone, gg * tone, bb * tone],
      0.6,
    );
  }
  b.part('Garden hedge', g, hedge, leaves);
  b.part('Garden hedge core', g, bevelledBox([0.5, 1.1, 12.4], 0.05), bark, { at: [-6.62, 0.45, -3.6] });
}

function armchair(b: SceneBuilder, m: ArmchairMaterials, placement: { at: Vec3; turn: Vec3 }): void {
  const chair = b.group('Armchair', null, placement);
  const seat = b.group('Seat', chair);
  b.part('Seat frame', seat, roundedBox([0.66, 0.13, 0.7], { radiusM: 0.03, edgeSteps: 3 }), m.velvet, {
    at: [0, 0.255, 0.01],
  });
  const seatSize: Vec3 = [0.575, 0.15, 0.66];
  b.part(
    'Seat cushion',
    seat,
    cushion(seatSize, { radiusM: 0.045, crownM: 0.028, wrinkleM: 0.006, seed: 2, divisions: [16, 3, 18] }),
    m.velvet,
    { at: [0, 0.385, 0.045] },
  );
  b.part(
    'Seat piping',
    seat,
    merged(
      piping(seatSize, 0.004, 0.036, 0.05, 0.0055, 0.028),
      piping(seatSize, 0.004, -0.036, 0.05, 0.0055, 0.028),
    ),
    m.velvet,
    { at: [0, 0.385, 0.045] },
  );

  const back = b.group('Backrest', chair, { at: [0, 0.3, -0.32], turn: [-11, 0, 0] });
  b.part('Back shell', back, curvedBack(), m.velvet, { at: [0, 0.235, 0] });
  b.part(
    'Back cushion',
    back,
    cushion([0.56, 0.44, 0.15], {
      radiusM: 0.055,
      crownM: 0.018,
      wrinkleM: 0.007,
      seed: 5,
      divisions: [16, 14, 4],
    }),
    m.velvet,
    { at: [0, 0.335, 0.115], turn: [-3, 0, 0] },
  );
  const buttons: Surface[] = [];
  for (const [x, y] of [
    [-0.13, 0.09],
    [0.13, 0.09],
    [0, -0.05],
  ] as const)
    buttons.push(transformed(sphere(0.013, 16, 8), multiply(translation(x, y, 0.083), scaling(1, 1, 0.5))));
  b.part('Back buttons', back, merged(...buttons), m.velvet, { at: [0, 0.335, 0.115], turn: [-3, 0, 0] });

  const arms = b.group('Armrests', chair);
  for (const side of [-1, 1])
    b.part(side < 0 ? 'Left armrest' : 'Right armrest', arms, armrest(side), m.velvet, {
      at: [side * 0.355, 0.39, 0.01],
    });

  const legs = b.group('Legs', chair);
  const leg = lathe(
    [
      [0, 0],
      [0.0115, 0],
      [0.0125, 0.002],
      [0.0185, 0.12],
      [0.022, 0.2],
      [0, 0.2],
    ],
    24,
    { uDirection: 'along', creaseDegrees: 45 },
  );
  const tip = lathe(
    [
      [0, -0.0004],
      [0.0128, -0.0004],
      [0.0136, 0.0006],
      [0.0152, 0.032],
      [0.013, 0.0325],
      [0, 0.0325],
    ],
    24,
    { creaseDegrees: 45 },
  );
  [
    [-0.28, 0.3],
    [0.28, 0.3],
    [-0.27, -0.28],
    [0.27, -0.28],
  ].forEach(([x, z], i) => {
    const name = ['Front left', 'Front right', 'Back left', 'Back right'][i]!;
    const lean: Vec3 = [Math.sign(z!) * -9, 0, Math.sign(x!) * 8];
    const foot: Vec3 = [x! + Math.sign(x!) * 0.022, 0.0012, z! + Math.sign(z!) * 0.026];
    b.part(`${name} leg`, legs, leg, m.walnut, { at: foot, turn: lean });
    b.part(`${name} leg tip`, legs, tip, m.brass, { at: foot, turn: lean });
  });

  b.part('Lumbar pillow', chair, pillow(0.46, 0.32, 0.15, 4), m.boucle, {
    at: [-0.06, 0.585, -0.07],
    turn: [-20, 6, 5],
  });
  const throwGroup = b.group('Throw blanket', chair);
  b.part('Blanket', throwGroup, blanket(), m.wool);
  b.part('Blanket fringe', throwGroup, blanketFringe(), m.wool);
}

/** The shell behind the cushion: a soft slab that hugs the sitter. */
function curvedBack(): Surface {
  const slab = roundedBox([0.8, 0.54, 0.1], { radiusM: 0.045, edgeSteps: 4, divisions: [18, 8, 1] });
  return reshaped(
    slab,
    (p) => {
      const x = p[0] / 0.4;
      const top = smoothstep(-0.1, 0.27, p[1]);
      return [
        p[0] * (1 - 0.05 * top),
        p[1] - 0.035 * x * x * top,
        p[2] + 0.075 * x * x * x * x + 0.035 * x * x,
      ];
    },
    60,
  );
}

/** An arm with a falling top line and a slight outward flare. */
function armrest(side: number): Surface {
  const block = roundedBox([0.115, 0.4, 0.74], { radiusM: 0.05, edgeSteps: 5, divisions: [1, 6, 10] });
  return reshaped(
    block,
    (p) => {
      const t = (p[1] + 0.2) / 0.4;
      const forward = (p[2] + 0.37) / 0.74;
      return [p[0] + side * 0.03 * t * t, p[1] - 0.045 * forward * t, p[2] - 0.03 * (1 - t) * forward];
    },
    60,
  );
}

/** Height of the arm's centre line and where its outside is, for the blanket that hangs over it. */
const ARM_X = 0.385;

function blanketPoint(u: number, v: number): Vec3 {
  // v: 0 at the outer hem, 1 at the inner hem; u across the width, front to back.
  const drop = 0.36;
  const over = 0.075;
  const s = v * (drop + 0.24 + Math.PI * over) - drop;
  const forward = 0.23 - u * 0.36;
  const armTop = 0.555 - 0.045 * ((forward + 0.36) / 0.74);
  const fold = 0.009 * Math.sin(u * 11 + v * 1.6) + 0.0035 * Math.sin(u * 23 + 2 + v * 2);
  const spread = 1 + 0.12 * (v - 0.5);
  const z = forward * spread + 0.012 * Math.sin(v * 5 + u * 3);
  const hang = Math.min(1, Math.abs(v - 0.52) * 2.2);
  if (s < 0)
    return [
      ARM_X + over + 0.004 + 0.02 * (s / drop) * -0.6 + Math.abs(fold) * (0.35 + hang) + 0.004,
      armTop - over + 0.012 + s,
      z,
    ];
  if (s < Math.PI * over) {
    const a = s / over;
    return [
      ARM_X + Math.cos(a) * (over + 0.004 + Math.abs(fold) * 0.45),
      armTop - over + 0.012 + Math.sin(a) * (over + 0.004 + Math.abs(fold) * 0.45),
      z,
    ];
  }
  const down = s - Math.PI * over;
  const bottom = 0.475;
  const y = armTop - over + 0.012 - down;
  const onSeat = Math.max(0, bottom - y);
  return [
    ARM_X - over - 0.008 - Math.abs(fold) * 0.5 - onSeat * 0.95,
    Math.max(bottom + 0.004 + Math.abs(fold) * 0.6 + onSeat * 0.06, y),
    z,
  ];
}

function blanket(): Surface {
  return thickSheet(40, 48, blanketPoint, 0.0045, { uLengthM: 0.4, vLengthM: 0.85, creaseDegrees: 70 });
}

function blanketFringe(): Surface {
  const threads: Surface[] = [];
  for (let i = 0; i <= 38; i++) {
    const p = blanketPoint(i / 38, 0);
    const sway = 0.006 * Math.sin(i * 2.4);
    threads.push(
      tube(
        [
          [p[0] - 0.002, p[1] + 0.004, p[2]],
          [p[0] + 0.001, p[1] - 0.03, p[2] + sway],
          [p[0] + 0.003, p[1] - 0.058, p[2] + sway * 1.8],
        ],
        0.0021,
        5,
      ),
    );
  }
  return merged(...threads);
}

function floorBoards(random: Random): Surface {
  const boards: Surface[] = [];
  const width = 0.155;
  for (let x = LEFT; x < RIGHT; x += width) {
    let z = BACK - random.between(0, 1.2);
    while (z < FRONT) {
      const long = random.between(1.1, 1.9);
      const from = Math.max(z, BACK);
      const to = Math.min(z + long, FRONT);
      if (to - from > 0.05) {
        const tone = random.between(0.84, 1.06);
        const warm = random.between(0.96, 1.03);
        const board = transformed(
          bevelledBox([width - 0.0016, 0.018, to - from - 0.0016], 0.0013),
          translation(x + width / 2, -0.009, (from + to) / 2),
        );
        boards.push(
          tinted(shiftedUvs(board, random.between(0, 9), random.between(0, 9)), [
            tone,
            tone * warm,
            tone * warm * random.between(0.94, 1.02),
          ]),
        );
      }
      z += long;
    }
  }
  return merged(...boards);
}

/** Skirting board along x, its back on z = 0. */
function skirting(lengthM: number): Surface {
  const profile: Vec2[] = [
    [0.018, 0.001],
    [0.018, 0.075],
    [0.016, 0.083],
    [0.01, 0.088],
    [0.008, 0.096],
    [0, 0.1],
  ];
  const rows = profile.length - 1;
  return sheet(
    1,
    rows,
    (u, v) => {
      const [z, y] = profile[Math.round(v * rows)]!;
      return [(u - 0.5) * lengthM, y, z];
    },
    { creaseDegrees: 35 },
  );
}

function windowWall(
  b: SceneBuilder,
  room: Node,
  wall: SampleMaterial,
  wood: SampleMaterial,
  steel: SampleMaterial,
  pane: SampleMaterial,
): void {
  const g = b.group('Window wall', room, { at: [LEFT - 0.09, 0, 0] });
  const [from, to] = [-1.18, 1.72];
  const [bottom, top] = [0.44, 2.4];
  const thick = 0.18;
  const slab = (name: string, z0: number, z1: number, y0: number, y1: number): void => {
    b.part(name, g, bevelledBox([thick, y1 - y0, z1 - z0], 0.004), wall, {
      at: [0, (y0 + y1) / 2, (z0 + z1) / 2],
    });
  };
  slab('Window parapet', BACK, FRONT, 0, bottom);
  slab('Window header', BACK, FRONT, top, WALL_HEIGHT);
  slab('Window pier back', BACK, from, bottom, top);
  slab('Window pier front', to, FRONT, bottom, top);
  b.part('Window sill', g, bevelledBox([0.27, 0.024, to - from + 0.06], 0.005), wood, {
    at: [0.06, bottom + 0.01, (from + to) / 2],
  });
  b.part('Window skirting', g, transformed(skirting(FRONT - BACK), rotationY(90)), wood, {
    at: [thick / 2, 0, (BACK + FRONT) / 2],
  });
  const frame = b.group('Window frame', g);
  const bar = (name: string, size: Vec3, at: Vec3): void => {
    b.part(name, frame, bevelledBox(size, 0.004), steel, { at });
  };
  const columns = 4;
  const rows = 3;
  const [w, h] = [(to - from) / columns, (top - bottom - 0.022) / rows];
  const low = bottom + 0.022;
  for (let i = 0; i <= columns; i++) {
    const edge = i === 0 || i === columns;
    bar(
      `Mullion ${i + 1}`,
      [edge ? 0.06 : 0.045, top - low, edge ? 0.05 : i === 2 ? 0.05 : 0.024],
      [0, (top + low) / 2, from + i * w + (i === 0 ? 0.025 : i === columns ? -0.025 : 0)],
    );
  }
  for (let j = 0; j <= rows; j++) {
    const edge = j === 0 || j === rows;
    bar(
      `Glazing bar ${j + 1}`,
      [edge ? 0.058 : 0.04, edge ? 0.05 : 0.024, to - from - 0.004],
      [0, low + j * h + (j === 0 ? 0.025 : j === rows ? -0.025 : 0), (from + to) / 2],
    );
  }
  const glazing = b.group('Window panes', g);
  const glassPane = transformed(flatRectangle(h - 0.01, w - 0.01), rotationZ(-90));
  for (let i = 0; i < columns; i++)
    for (let j = 0; j < rows; j++)
      b.part(`Pane ${i + 1}-${j + 1}`, glazing, glassPane, pane, {
        at: [0, low + (j + 0.5) * h, from + (i + 0.5) * w],
      });
  b.part(
    'Window handle',
    frame,
    merged(
      roundedBox([0.02, 0.1, 0.02], { radiusM: 0.006 }),
      transformed(
        tube(
          [
            [0, 0, 0],
            [0.035, 0, 0],
            [0.038, -0.01, 0],
            [0.038, -0.11, 0],
          ],
          0.006,
          10,
        ),
        translation(0.005, 0.02, 0),
      ),
    ),
    steel,
    { at: [0.03, low + h * 1.5, from + 2 * w] },
  );
}

function curtain(width: number, height: number, folds: number, seed: number): Surface {
  return sheet(
    folds * 12,
    26,
    (u, v) => {
      const down = 1 - v;
      const gather = mix(1, 1.12, smoothstep(0.1, 1, down));
      const phase = u * folds * Math.PI * 2 + 0.5 * noise3(u * 4, down * 2.2, seed);
      const depth = mix(0.03, 0.05, down) * (0.8 + 0.35 * noise3(u * folds * 0.7, 0.5, seed + 2));
      const pinch = smoothstep(0, 0.05, down);
      const z = (0.5 - u) * width * gather + 0.012 * Math.sin(phase * 2) * down;
      const x =
        Math.sin(phase) * depth * mix(0.55, 1, pinch) + 0.02 * fractalNoise(u * 3, down * 3, seed, 2) * down;
      return [x, -down * height + 0.004 * Math.sin(phase + 1) * down, z];
    },
    { uLengthM: width * 2.2, vLengthM: height, creaseDegrees: 80 },
  );
}

function rugBody(): Surface {
  const [w, d] = [2.4, 1.6];
  return transformed(
    thickSheet(
      48,
      32,
      (u, v) => {
        const [x, z] = [(u - 0.5) * w, (0.5 - v) * d];
        const ripple = 0.0035 * noise3(x * 2.4, z * 2.4, 3) + 0.0035;
        const edge = Math.min(u, 1 - u, v, 1 - v);
        return [x, 0.009 + ripple * smoothstep(0, 0.06, edge), z];
      },
      0.008,
      { uLengthM: w, vLengthM: d, creaseDegrees: 50 },
    ),
    translation(0, 0, 0),
  );
}

function rugFringe(random: Random): Surface {
  const tassels: Surface[] = [];
  for (const side of [-1, 1])
    for (let i = 0; i < 92; i++) {
      const z = -0.795 + (1.59 * i) / 91;
      const reach = random.between(0.05, 0.072);
      const sway = random.centred() * 0.014;
      tassels.push(
        tube(
          [
            [side * 1.195, 0.006, z],
            [side * (1.2 + reach * 0.5), 0.0055, z + sway * 0.4],
            [side * (1.2 + reach), 0.004, z + sway],
          ],
          (t) => mix(0.0034, 0.0026, t),
          5,
        ),
      );
    }
  return merged(...tassels);
}

/** A stuffed round seat. */
function poufBody(): Surface {
  const profile: Vec2[] = [];
  for (let i = 0; i <= 22; i++) {
    const a = -Math.PI / 2 + (Math.PI * i) / 22;
    const c = Math.cos(a);
    const s = Math.sin(a);
    profile.push([
      i === 0 || i === 22 ? 0 : 0.258 * Math.abs(c) ** 0.42,
      0.195 + 0.193 * Math.sign(s) * Math.abs(s) ** 0.62,
    ]);
  }
  const body = lathe(profile, 72, { creaseDegrees: 80 });
  return reshaped(
    body,
    (p) => {
      const angle = Math.atan2(p[2], p[0]);
      const r = Math.hypot(p[0], p[2]);
      const gather =
        1 +
        0.006 * Math.sin(angle * 12) * smoothstep(0.1, 0.25, r) +
        0.012 * noise3(p[0] * 6, p[1] * 6, p[2] * 6);
      return [
        p[0] * gather,
        Math.max(0.001, p[1] + (p[1] > 0.3 ? -0.012 * (1 - smoothstep(0, 0.2, r)) : 0)),
        p[2] * gather,
      ];
    },
    80,
  );
}

function tableTop(radius: number): Surface {
  const profile: Vec2[] = [
    [0, -0.026],
    [radius - 0.03, -0.026],
    [radius - 0.006, -0.01],
    [radius - 0.0008, -0.0055],
    [radius, -0.0032],
    [radius - 0.0008, -0.001],
    [radius - 0.0035, 0],
    [0, 0],
  ];
  const s = lathe(profile, 96, { creaseDegrees: 30 });
  // A board, not a turned ring: the grain crosses the whole top.
  return { ...s, uvs: s.positions.filter((_, i) => i % 3 !== 1) };
}

function cupBody(): Surface {
  const outer: Vec2[] = [
    [0, 0],
    [0.022, 0],
    [0.023, 0.002],
    [0.022, 0.004],
    [0.031, 0.016],
    [0.0365, 0.032],
    [0.039, 0.05],
    [0.0405, 0.062],
    [0.0402, 0.0632],
    [0.0388, 0.0632],
  ];
  const inner: Vec2[] = [
    [0.0378, 0.061],
    [0.0362, 0.048],
    [0.0335, 0.03],
    [0.027, 0.015],
    [0.015, 0.009],
    [0, 0.008],
  ];
  return lathe([...outer, ...inner], 56, { creaseDegrees: 50 });
}

function vase(): Surface {
  const outer: Vec2[] = [
    [0, 0],
    [0.035, 0],
    [0.042, 0.003],
    [0.062, 0.04],
    [0.07, 0.085],
    [0.06, 0.135],
    [0.036, 0.175],
    [0.026, 0.2],
    [0.027, 0.225],
    [0.033, 0.238],
    [0.0325, 0.2395],
    [0.029, 0.238],
  ];
  const inner: Vec2[] = [
    [0.0225, 0.224],
    [0.021, 0.2],
    [0.03, 0.172],
    [0, 0.15],
  ];
  const smooth = curveThrough(
    outer.map(([r, y]): Vec3 => [r, y, 0]),
    3,
  ).map((p): Vec2 => [Math.max(0, p[0]), Math.max(0, p[1])]);
  return lathe([...smooth, ...inner], 56, { creaseDegrees: 55 });
}

const circle = (radius: number, y: number, n: number): Vec3[] =>
  Array.from(
    { length: n },
    (_, i): Vec3 => [radius * Math.cos((i / n) * Math.PI * 2), y, radius * Math.sin((i / n) * Math.PI * 2)],
  );

/** A closed book lying on y = 0: spine towards -X. `size` is width, thickness, height of the volume. */
function book(
  b: SceneBuilder,
  parent: Node,
  name: string,
  cover: SampleMaterial,
  pages: SampleMaterial,
  gilt: SampleMaterial,
  size: Vec3,
  placement: { at: Vec3; turn: Vec3 },
): void {
  const [w, t, h] = size;
  const g = b.group(name, parent, placement);
  const board = 0.0024;
  const parts: Surface[] = [];
  for (const y of [board / 2, t - board / 2])
    parts.push(transformed(bevelledBox([w, board, h], 0.0007), translation(0.001, y, 0)));
  const spine: Surface = thickSheet(
    1,
    10,
    (u, v) => {
      const a = (v - 0.5) * Math.PI * 0.86;
      return [
        -w / 2 + 0.003 - Math.cos(a) * 0.007,
        t / 2 + (Math.sin(a) / Math.sin(Math.PI * 0.43)) * (t / 2),
        (u - 0.5) * h,
      ];
    },
    0.0018,
    { uLengthM: h, vLengthM: t, creaseDegrees: 60 },
  );
  parts.push(spine);
  b.part(`${name} cover`, g, merged(...parts), cover);
  b.part(`${name} pages`, g, bevelledBox([w - 0.007, t - 2 * board - 0.0004, h - 0.008], 0.0012), pages, {
    at: [-0.0012, t / 2, 0],
  });
  const bands: Surface[] = [];
  for (const z of [-0.36, -0.3, 0.3, 0.36])
    bands.push(
      transformed(
        bevelledBox([0.0008, t * 0.82, 0.0013], 0.0002),
        translation(-w / 2 - 0.0042, t / 2, z * h),
      ),
    );
  bands.push(
    transformed(bevelledBox([0.0008, t * 0.3, h * 0.3], 0.0002), translation(-w / 2 - 0.0042, t / 2, 0)),
  );
  b.part(`${name} spine print`, g, merged(...bands), gilt);
}

/** Lies open, face up. */
function openBook(
  b: SceneBuilder,
  parent: Node,
  cover: SampleMaterial,
  pages: SampleMaterial,
  placement: { at: Vec3; turn: Vec3 },
): void {
  const g = b.group('Open book', parent, placement);
  const [w, h] = [0.135, 0.2];
  const half = (side: number): Surface =>
    thickSheet(
      14,
      1,
      (u, v) => {
        const t = side > 0 ? u : 1 - u;
        const rise = 0.016 * Math.sin(Math.PI * Math.min(1, t * 1.25 + 0.08)) * (1 - t * 0.35) + 0.006;
        return [side * t * w * 0.985, rise, (v - 0.5) * -h];
      },
      0.0052,
      { creaseDegrees: 60 },
    );
  b.part('Open book pages', g, merged(half(-1), half(1)), pages);
  b.part(
    'Open book cover',
    g,
    merged(
      ...[-1, 1].map((side) =>
        transformed(
          bevelledBox([w + 0.003, 0.0022, h + 0.008], 0.0007),
          translation(side * (w / 2 + 0.001), -0.0012, 0),
        ),
      ),
    ),
    cover,
  );
}

function readingGlasses(): Surface {
  const parts: Surface[] = [];
  for (const side of [-1, 1]) {
    parts.push(
      transformed(
        tube(circle(0.022, 0, 40), 0.0011, 8, { closed: true }),
        multiply(translation(side * 0.031, 0.0215, 0), rotationX(82)),
      ),
    );
    parts.push(
      tube(
        curveThrough(
          [
            [side * 0.053, 0.025, 0],
            [side * 0.056, 0.02, -0.05],
            [side * 0.052, 0.006, -0.11],
            [side * 0.05, 0.0012, -0.13],
          ],
          5,
        ),
        0.0011,
        8,
      ),
    );
  }
  parts.push(
    tube(
      curveThrough(
        [
          [-0.0095, 0.024, 0],
          [0, 0.029, 0.001],
          [0.0095, 0.024, 0],
        ],
        5,
      ),
      0.0011,
      8,
    ),
  );
  return merged(...parts);
}

function plant(
  b: SceneBuilder,
  random: Random,
  pot: SampleMaterial,
  soil: SampleMaterial,
  stem: SampleMaterial,
  leafMaterial: SampleMaterial,
  placement: { at: Vec3 },
): void {
  const g = b.group('Potted plant', null, placement);
  const potGroup = b.group('Plant pot', g);
  b.part(
    'Pot',
    potGroup,
    lathe(
      [
        [0, 0.012],
        [0.125, 0.012],
        [0.13, 0.016],
        [0.168, 0.26],
        [0.17, 0.264],
        [0.182, 0.266],
        [0.185, 0.27],
        [0.188, 0.318],
        [0.184, 0.323],
        [0.172, 0.323],
        [0.168, 0.318],
        [0.164, 0.27],
        [0, 0.262],
      ],
      64,
      { creaseDegrees: 40 },
    ),
    pot,
  );
  b.part(
    'Pot saucer',
    potGroup,
    lathe(
      [
        [0, 0],
        [0.15, 0],
        [0.172, 0.018],
        [0.175, 0.024],
        [0.17, 0.026],
        [0.148, 0.008],
        [0, 0.008],
      ],
      56,
    ),
    pot,
  );
  b.part(
    'Soil',
    g,
    lathe(
      [
        [0.166, 0.284],
        [0.1, 0.292],
        [0, 0.296],
      ],
      40,
      { creaseDegrees: 80 },
    ),
    soil,
  );
  const stems: Surface[] = [];
  const leaves: Surface[] = [];
  const heights = [1.18, 0.92, 0.7];
  heights.forEach((height, k) => {
    const turn = degrees(40 + k * 125);
    const lean = 0.1 + 0.05 * k;
    const spine = curveThrough(
      [0, 0.35, 0.7, 1].map(
        (t): Vec3 => [
          Math.cos(turn) * (0.03 + lean * t * t) + 0.02 * Math.sin(t * 5 + k),
          0.27 + height * t,
          Math.sin(turn) * (0.03 + lean * t * t) + 0.02 * Math.cos(t * 4 + k),
        ],
      ),
      6,
    );
    stems.push(tube(spine, (t) => mix(0.012, 0.005, t), 10));
    const count = Math.round(height * 22);
    for (let i = 0; i < count; i++) {
      const t = mix(0.28, 1, i / (count - 1));
      const at = spine[Math.min(spine.length - 1, Math.round(t * (spine.length - 1)))]!;
      const top = t > 0.95;
      const size = mix(0.32, 0.2, t) * random.between(0.85, 1.1);
      const shape = leaf(
        {
          length: size,
          width: size * 0.6,
          widestAt: 0.5,
          fold: random.between(0.1, 0.3),
          droop: random.between(0.12, 0.42),
          wave: 0.05,
        },
        10,
        6,
        random.between(0, 6),
      );
      const raise = top ? random.between(50, 75) : mix(12, 42, t) + random.centred() * 14;
      const around = i * 137.5 + random.centred() * 16 + k * 50;
      const stalk = 0.045;
      const frame = multiply(translation(...at), rotationY(around), rotationX(-raise));
      const green: Vec3 = top ? [0.13, 0.26, 0.06] : [0.035, 0.105, 0.032];
      const tone = random.between(0.75, 1.25);
      leaves.push(
        tinted(transformed(shape, multiply(frame, translation(0, 0, stalk), rotationX(raise * 0.35))), [
          green[0] * tone,
          green[1] * tone,
          green[2] * tone,
        ]),
      );
      stems.push(
        transformed(
          tube(
            [
              [0, 0, 0],
              [0, 0.003, stalk + 0.004],
            ],
            0.0028,
            6,
          ),
          frame,
        ),
      );
    }
  });
  b.part('Plant stems', g, merged(...stems), stem);
  b.part('Plant leaves', g, merged(...leaves), leafMaterial);
}

function pictureFrame(
  b: SceneBuilder,
  parent: Node,
  width: number,
  height: number,
  wood: SampleMaterial,
): void {
  const bar = 0.024;
  const depth = 0.03;
  const parts: Surface[] = [];
  for (const side of [-1, 1]) {
    parts.push(
      shiftedUvs(
        transformed(
          bevelledBox([width + 2 * bar, bar, depth], 0.003),
          translation(0, side * (height / 2 + bar / 2), depth / 2 + 0.001),
        ),
        0.3 * side,
        0.11,
      ),
    );
    parts.push(
      shiftedUvs(
        transformed(
          bevelledBox([bar, height, depth], 0.003),
          translation(side * (width / 2 + bar / 2), 0, depth / 2 + 0.001),
        ),
        0.2 * side,
        0.05,
      ),
    );
  }
  b.part('Picture frame', parent, merged(...parts), wood);
}
