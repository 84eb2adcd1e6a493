import type { Node } from '@gltf-transform/core';
import { bevelledBox, flatRectangle, roundedBox } from '../geometry/box.ts';
import { cushion, pillow } from '../geometry/cushion.ts';
import { addBlade, addFoldedLeaf, tree } from '../geometry/foliage.ts';
import { lathe, sphere, tube } from '../geometry/loft.ts';
import { sheet } from '../geometry/sheet.ts';
import {
  addQuad,
  addVertex,
  emptySurface,
  merged,
  painted,
  reshaped,
  type Surface,
  shiftedUvs,
  smoothed,
  tinted,
  transformed,
} from '../geometry/surface.ts';
import {
  mix,
  multiply,
  normalize,
  rotationX,
  rotationZ,
  scaling,
  smoothstep,
  translation,
  type Vec3,
} from '../geometry/vector.ts';
import { createRandom, fractalNoise, noise3, type Random } from '../random.ts';
import { lawn, mosaic, mottled, rippleNormal, weaveNormal, woodGrain } from '../textures/materials.ts';
import { linearOf } from '../textures/texture-image.ts';
import { PAVILION_VIEWS } from '../views.ts';
import { type SampleMaterial, SceneBuilder } from './scene-builder.ts';

interface Area {
  readonly x0: number;
  readonly x1: number;
  readonly z0: number;
  readonly z1: number;
}

const TERRACE_Y = 0.45;
const TERRACE: Area = { x0: -4.2, x1: 7.6, z0: -6.6, z1: 1.3 };
const DECK: Area = { x0: TERRACE.x0, x1: TERRACE.x1, z0: -1.45, z1: TERRACE.z1 };
const ROOM: Area = { x0: -0.9, x1: 6.7, z0: -6.1, z1: -1.6 };
const ROOF: Area = { x0: -3.9, x1: 7.4, z0: -6.7, z1: 0.25 };
const ROOF_BOTTOM = 3.3;
/** An opening along the timber wall: daylight grazes the battens and keeps the room from being a cave. */
const SKYLIGHT: Area = { x0: 0.1, x1: 6.0, z0: -5.95, z1: -4.95 };
const POOL: Area = { x0: -1.3, x1: 7.2, z0: 2.0, z1: 5.2 };
const COPING_WIDTH = 0.38;
const COPING_TOP = 0.07;
const WATER_Y = -0.02;
const POOL_DEPTH = 1.25;

/** A small modern pavilion: flat roof, slender columns, glass, a timber wall, a terrace, a pool, trees. */
export async function buildPavilion(): Promise<Uint8Array> {
  const b = new SceneBuilder('Pavilion');
  const random = createRandom(19);
  const m = {
    render: b.material('white render', {
      roughness: 0.85,
      colorTexture: mottled('white render', ['#dcd8d0', '#e6e3dc', '#eeebe5'], 0.3, 8, 256),
      tileM: [2, 2],
    }),
    gravel: b.material('roof gravel', { color: '#8f8a81', roughness: 1 }),
    steel: b.material('bronze steel', { color: '#3a322b', roughness: 0.42, metallic: 0.75 }),
    cedar: b.material('cedar cladding', {
      roughness: 0.62,
      colorTexture: woodGrain('cedar grain', ['#94633c', '#b98756', '#cd9f6e', '#dcb588'], 31),
      tileM: [1.4, 0.35],
    }),
    deck: b.material('timber deck', {
      roughness: 0.58,
      colorTexture: woodGrain('deck grain', ['#7a6350', '#9d8368', '#b39a7e', '#c6b095'], 37),
      tileM: [1.6, 0.4],
    }),
    stone: b.material('limestone slabs', {
      roughness: 0.66,
      colorTexture: mottled('limestone', ['#a8a194', '#c2bbae', '#d0cabe', '#dcd7cd'], 0.55, 21),
      tileM: [1.7, 1.7],
    }),
    concrete: b.material('concrete plinth', {
      roughness: 0.82,
      colorTexture: mottled('concrete', ['#8e8b86', '#a09d97', '#aeaba5'], 0.4, 27, 256),
      tileM: [2.2, 2.2],
    }),
    pane: b.material('pavilion glass', { color: '#f4faf8', roughness: 0, transmission: 1, ior: 1.5 }),
    tiles: b.material('pool tiles', {
      roughness: 0.25,
      colorTexture: mosaic('pool mosaic', ['#2f9aa6', '#59b9bf', '#8ed3d3', '#cfe9e6'], 10, 4),
      tileM: [0.6, 0.6],
    }),
    water: b.material('pool water', {
      color: '#d3f1ef',
      roughness: 0.0,
      transmission: 1,
      ior: 1.33,
      normalTexture: rippleNormal('ripples', 6),
      normalScale: 0.5,
      tileM: [1.3, 1.3],
      doubleSided: true,
    }),
    lawn: b.material('lawn', {
      roughness: 0.95,
      colorTexture: lawn('lawn', ['#3b4a29', '#54653a', '#6b7b49', '#8a9463'], 14),
      tileM: [2.2, 2.2],
    }),
    blades: b.material('grass blades', { color: '#8c9c5a', roughness: 0.8, doubleSided: true }),
    reed: b.material('ornamental grass', { color: '#a9ad62', roughness: 0.8, doubleSided: true }),
    bark: b.material('bark', {
      roughness: 0.9,
      colorTexture: mottled('bark', ['#4c4238', '#6f6254', '#8d8070'], 0.9, 33, 128),
      tileM: [0.5, 0.3],
    }),
    leaves: b.material('tree leaves', { roughness: 0.6, doubleSided: true }),
    hedge: b.material('hedge leaves', { roughness: 0.62, doubleSided: true }),
    hedgeCore: b.material('hedge twigs', { color: '#1c2a12', roughness: 1 }),
    hills: b.material('distant woods', { color: '#76876a', roughness: 1 }),
    canvas: b.material('sand canvas', {
      color: '#dccfb6',
      roughness: 0.95,
      normalTexture: weaveNormal('canvas weave', 20, 0.5, 4),
      normalScale: 0.5,
      tileM: [0.06, 0.06],
    }),
    teak: b.material('teak wood', {
      roughness: 0.5,
      colorTexture: woodGrain('teak grain', ['#70452a', '#a06d42', '#b98453', '#cc9b69'], 43),
      tileM: [0.9, 0.25],
    }),
    sofa: b.material('grey sofa fabric', { color: '#8b8a84', roughness: 0.95 }),
    pillow: b.material('terracotta pillow', { color: '#b8623f', roughness: 0.95 }),
    lamp: b.material('paper lantern', {
      color: '#f6ead2',
      roughness: 0.9,
      emissive: '#ffd9a0',
      emissiveStrength: 1.4,
    }),
    boulder: b.material('boulder', {
      roughness: 0.9,
      colorTexture: mottled('boulder stone', ['#77736b', '#918c83', '#a8a39a'], 0.7, 51, 128),
      tileM: [0.8, 0.8],
    }),
  };

  // Ground
  const ground = b.group('Ground');
  b.part('Lawn', ground, lawnSurface(), m.lawn);
  b.part('Far hills', ground, farHills(), m.hills);

  // Terrace
  const terrace = b.group('Terrace');
  b.part(
    'Terrace plinth',
    terrace,
    block(
      { x0: TERRACE.x0 + 0.12, x1: TERRACE.x1 - 0.12, z0: TERRACE.z0 + 0.12, z1: TERRACE.z1 - 0.12 },
      -0.3,
      TERRACE_Y - 0.07,
      0.01,
    ),
    m.concrete,
  );
  b.part('Deck planks', terrace, planks(DECK, TERRACE_Y, random), m.deck);
  b.part(
    'Deck edge',
    terrace,
    block(
      { x0: DECK.x0 - 0.004, x1: DECK.x1 + 0.004, z0: DECK.z1 - 0.03, z1: DECK.z1 + 0.002 },
      TERRACE_Y - 0.16,
      TERRACE_Y - 0.032,
      0.004,
    ),
    m.deck,
  );
  b.part('Stone floor', terrace, slabs({ ...TERRACE, z1: DECK.z0 }, TERRACE_Y, 0.07, 0.98, random), m.stone);
  const steps = b.group('Steps', terrace);
  for (let i = 0; i < 3; i++) {
    const y = TERRACE_Y - 0.15 * (i + 0);
    if (i === 0) continue;
    const z = DECK.z1 + (i - 1) * 0.4;
    b.part(
      `Step ${i}`,
      steps,
      block({ x0: -3.95, x1: -1.95, z0: z - 0.02, z1: z + 0.42 }, y - 0.09, y, 0.008),
      m.stone,
    );
    b.part(
      `Step ${i} riser`,
      steps,
      block({ x0: -3.87, x1: -2.03, z0: z, z1: z + 0.34 }, -0.2, y - 0.09, 0.006),
      m.concrete,
    );
  }
  const path = b.group('Stepping stones');
  for (let i = 0; i < 6; i++) {
    const at: Vec3 = [-3.0 - 0.11 * i * i * 0.5 - 0.1 * (i % 2), 0.012, 2.75 + i * 0.92];
    b.part(
      `Stepping stone ${i + 1}`,
      path,
      shiftedUvs(bevelledBox([1.25, 0.06, 0.62], 0.012), i * 0.4, i * 0.7),
      m.stone,
      { at, turn: [0, -4 * i + random.centred() * 3, 0] },
    );
  }

  pavilion(b, m, random);
  pool(b, m, random);

  // Chairs
  const chairs = b.group('Lounge chairs', null, { at: [0, TERRACE_Y, 0] });
  loungeChair(b, chairs, 'Left lounge chair', m, { at: [-2.62, 0, -0.32], turn: [0, 22, 0] });
  loungeChair(b, chairs, 'Right lounge chair', m, { at: [-1.36, 0, -0.5], turn: [0, -16, 0] });
  const table = b.group('Garden table', chairs, { at: [-1.94, 0, -0.05] });
  b.part(
    'Garden table top',
    table,
    lathe(
      [
        [0, 0.385],
        [0.215, 0.385],
        [0.22, 0.39],
        [0.22, 0.408],
        [0.216, 0.412],
        [0, 0.412],
      ],
      56,
    ),
    m.teak,
  );
  b.part(
    'Garden table stem',
    table,
    merged(
      lathe(
        [
          [0, 0.012],
          [0.022, 0.012],
          [0.022, 0.385],
          [0, 0.385],
        ],
        20,
      ),
      lathe(
        [
          [0, 0],
          [0.16, 0],
          [0.162, 0.004],
          [0.162, 0.01],
          [0.158, 0.014],
          [0, 0.014],
        ],
        48,
      ),
    ),
    m.steel,
  );
  b.part(
    'Carafe',
    table,
    lathe(
      [
        [0, 0],
        [0.04, 0],
        [0.043, 0.003],
        [0.046, 0.07],
        [0.03, 0.13],
        [0.022, 0.17],
        [0.026, 0.2],
        [0.0245, 0.2],
        [0.0205, 0.17],
        [0.0285, 0.13],
        [0.0445, 0.07],
        [0.041, 0.006],
        [0, 0.006],
      ],
      32,
    ),
    m.pane,
    { at: [-0.06, 0.412, -0.05] },
  );

  planting(b, m, random);

  for (const view of PAVILION_VIEWS) b.view(view);
  return b.toGlb();
}

type PavilionMaterials = Record<
  'render' | 'gravel' | 'steel' | 'cedar' | 'pane' | 'sofa' | 'pillow' | 'teak' | 'lamp' | 'canvas' | 'stone',
  SampleMaterial
>;

function pavilion(b: SceneBuilder, m: PavilionMaterials, random: Random): void {
  const house = b.group('Pavilion');
  const roof = b.group('Roof', house);
  b.part(
    'Roof slab',
    roof,
    merged(...aroundSkylight(ROOF).map((area) => block(area, ROOF_BOTTOM + 0.02, ROOF_BOTTOM + 0.3, 0.003))),
    m.render,
  );
  b.part('Roof edge', roof, merged(...edgeBars(ROOF, ROOF_BOTTOM + 0.3, 0.035, 0.1)), m.steel);
  const top: Area = { x0: ROOF.x0 + 0.1, x1: ROOF.x1 - 0.1, z0: ROOF.z0 + 0.1, z1: ROOF.z1 - 0.1 };
  b.part(
    'Roof gravel',
    roof,
    merged(...aroundSkylight(top).map((area) => block(area, ROOF_BOTTOM + 0.28, ROOF_BOTTOM + 0.31, 0))),
    m.gravel,
  );
  b.part('Soffit', roof, soffit(random), m.cedar);
  const skylight = b.group('Skylight', roof);
  const frame = {
    x0: SKYLIGHT.x0 - 0.04,
    x1: SKYLIGHT.x1 + 0.04,
    z0: SKYLIGHT.z0 - 0.04,
    z1: SKYLIGHT.z1 + 0.04,
  };
  b.part('Skylight frame', skylight, merged(...edgeBars(frame, ROOF_BOTTOM + 0.29, 0.07, 0.05)), m.steel);
  b.part(
    'Skylight pane',
    skylight,
    flatRectangle(SKYLIGHT.x1 - SKYLIGHT.x0, SKYLIGHT.z1 - SKYLIGHT.z0),
    m.pane,
    {
      at: [(SKYLIGHT.x0 + SKYLIGHT.x1) / 2, ROOF_BOTTOM + 0.34, (SKYLIGHT.z0 + SKYLIGHT.z1) / 2],
    },
  );

  const columns = b.group('Columns', house);
  const column = bevelledBox([0.075, ROOF_BOTTOM - TERRACE_Y, 0.075], 0.005);
  let n = 0;
  for (const z of [-0.15, -6.3])
    for (const x of [-3.5, -0.05, 3.4, 6.95]) {
      n++;
      b.part(`Column ${n}`, columns, column, m.steel, { at: [x, (ROOF_BOTTOM + TERRACE_Y) / 2, z] });
    }

  const back = b.group('Timber wall', house);
  b.part(
    'Wall core',
    back,
    block({ x0: -3.4, x1: ROOM.x1, z0: ROOM.z0 - 0.06, z1: ROOM.z0 + 0.06 }, TERRACE_Y, ROOF_BOTTOM, 0.004),
    m.steel,
  );
  const battens: Surface[] = [];
  for (let x = -3.39; x < ROOM.x1 - 0.05; x += 0.096) {
    const tone = random.between(0.78, 1.08);
    const batten = transformed(
      shiftedUvs(
        bevelledBox([ROOF_BOTTOM - TERRACE_Y - 0.02, 0.084, 0.026], 0.003),
        random.between(0, 9),
        random.between(0, 9),
      ),
      rotationZ(90),
    );
    battens.push(
      tinted(
        transformed(
          batten,
          translation(x + 0.042, (ROOF_BOTTOM + TERRACE_Y) / 2, ROOM.z0 + 0.074 + random.centred() * 0.002),
        ),
        [tone, tone * random.between(0.95, 1.02), tone * 0.98],
      ),
    );
  }
  b.part('Wall battens', back, merged(...battens), m.cedar);

  const walls = b.group('Glass walls', house);
  glassWall(b, walls, 'Front', m, [ROOM.x0, ROOM.z1], [ROOM.x1, ROOM.z1], 5);
  glassWall(b, walls, 'Left', m, [ROOM.x0, ROOM.z0 + 0.1], [ROOM.x0, ROOM.z1], 3);
  glassWall(b, walls, 'Right', m, [ROOM.x1, ROOM.z1], [ROOM.x1, ROOM.z0 + 0.1], 3);

  const inside = b.group('Living room', house, { at: [0, TERRACE_Y, 0] });
  b.part(
    'Inside rug',
    inside,
    shiftedUvs(transformed(bevelledBox([3.2, 0.014, 2.1], 0.005), translation(2.7, 0.008, -3.9)), 0, 0),
    m.canvas,
  );
  const sofa = b.group('Sofa', inside, { at: [2.6, 0, -5.1] });
  b.part('Sofa base', sofa, roundedBox([2.5, 0.24, 0.92], { radiusM: 0.04, edgeSteps: 2 }), m.sofa, {
    at: [0, 0.24, 0],
  });
  b.part(
    'Sofa legs',
    sofa,
    merged(
      ...[-1.1, 1.1].flatMap((x) =>
        [-0.35, 0.35].map((z) =>
          transformed(bevelledBox([0.05, 0.13, 0.05], 0.004), translation(x, 0.065, z)),
        ),
      ),
    ),
    m.steel,
  );
  for (const [i, x] of [-0.62, 0.62].entries()) {
    b.part(
      `Sofa seat ${i + 1}`,
      sofa,
      cushion([1.2, 0.17, 0.8], {
        radiusM: 0.05,
        crownM: 0.02,
        edgeSteps: 2,
        wrinkleM: 0.006,
        seed: i,
        divisions: [8, 1, 6],
      }),
      m.sofa,
      { at: [x, 0.44, 0.05] },
    );
    b.part(
      `Sofa back ${i + 1}`,
      sofa,
      cushion([1.18, 0.5, 0.2], {
        radiusM: 0.07,
        crownM: 0.02,
        edgeSteps: 2,
        wrinkleM: 0.008,
        seed: i + 4,
        divisions: [8, 5, 2],
      }),
      m.sofa,
      { at: [x, 0.72, -0.3], turn: [-10, 0, 0] },
    );
  }
  b.part('Sofa pillow', sofa, pillow(0.48, 0.48, 0.18, 2), m.pillow, {
    at: [-0.85, 0.72, -0.05],
    turn: [-22, 14, 0],
  });
  const low = b.group('Coffee table', inside, { at: [2.7, 0, -3.75] });
  b.part('Coffee table top', low, bevelledBox([1.25, 0.04, 0.65], 0.008), m.teak, { at: [0, 0.34, 0] });
  b.part(
    'Coffee table legs',
    low,
    merged(
      ...[-0.55, 0.55].flatMap((x) =>
        [-0.26, 0.26].map((z) =>
          transformed(bevelledBox([0.04, 0.32, 0.04], 0.004), translation(x, 0.16, z)),
        ),
      ),
    ),
    m.teak,
  );
  b.part(
    'Bowl',
    low,
    lathe(
      [
        [0, 0.36],
        [0.06, 0.36],
        [0.15, 0.42],
        [0.155, 0.432],
        [0.148, 0.432],
        [0.06, 0.375],
        [0, 0.37],
      ],
      40,
    ),
    m.render,
    { at: [0.2, 0, 0.05] },
  );
  const lantern = b.group('Lantern', inside, { at: [4.6, 0, -3.6] });
  b.part('Lantern paper', lantern, transformed(sphere(0.3, 40, 20), scaling(1, 0.86, 1)), m.lamp, {
    at: [0, 2.05, 0],
  });
  b.part(
    'Lantern cord',
    lantern,
    tube(
      [
        [0, 2.3, 0],
        [0, ROOF_BOTTOM - TERRACE_Y, 0],
      ],
      0.005,
      6,
    ),
    m.steel,
  );
}

/** Panes and slender frames between two points of the plan, from floor to soffit. */
function glassWall(
  b: SceneBuilder,
  parent: Node,
  name: string,
  m: Pick<PavilionMaterials, 'steel' | 'pane'>,
  from: readonly [number, number],
  to: readonly [number, number],
  panes: number,
): void {
  const lengthM = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const angle = (Math.atan2(-(to[1] - from[1]), to[0] - from[0]) * 180) / Math.PI;
  const g = b.group(`${name} glass wall`, parent, { at: [from[0], TERRACE_Y, from[1]], turn: [0, angle, 0] });
  const h = ROOF_BOTTOM - TERRACE_Y;
  const bars: Surface[] = [];
  for (let i = 0; i <= panes; i++)
    bars.push(transformed(bevelledBox([0.05, h, 0.07], 0.004), translation((lengthM * i) / panes, h / 2, 0)));
  for (const y of [0.025, h - 0.03])
    bars.push(transformed(bevelledBox([lengthM, 0.05, 0.066], 0.004), translation(lengthM / 2, y, 0)));
  b.part(`${name} glass frame`, g, merged(...bars), m.steel);
  const w = lengthM / panes;
  const pane = transformed(flatRectangle(w - 0.02, h - 0.06), rotationX(90));
  for (let i = 0; i < panes; i++)
    b.part(`${name} pane ${i + 1}`, g, pane, m.pane, { at: [(i + 0.5) * w, h / 2, 0] });
}

type PoolMaterials = Record<'tiles' | 'water' | 'stone', SampleMaterial>;

function pool(b: SceneBuilder, m: PoolMaterials, random: Random): void {
  const g = b.group('Pool');
  b.part('Pool basin', g, basin(), m.tiles);
  b.part('Pool coping', g, coping(random), m.stone);
  const [w, d] = [POOL.x1 - POOL.x0, POOL.z1 - POOL.z0];
  const water = sheet(
    68,
    26,
    (u, v) => {
      const [x, z] = [POOL.x0 + u * w, POOL.z1 - v * d];
      const wave = 0.006 * noise3(x * 1.7 + 0.3 * z, z * 2.3, 1) + 0.0025 * noise3(x * 4.1, z * 5.2, 7);
      return [x, WATER_Y + wave, z];
    },
    { uLengthM: w, vLengthM: d, creaseDegrees: 180 },
  );
  b.part('Water', g, water, m.water);
}

/** Floor and walls of the pool, facing inwards. */
function basin(): Surface {
  const s = emptySurface();
  const { x0, x1, z0, z1 } = POOL;
  const [top, bottom] = [COPING_TOP - 0.05, WATER_Y - POOL_DEPTH];
  const face = (a: Vec3, c: Vec3, e: Vec3, f: Vec3, w: number, h: number): void => {
    const ids = [a, c, e, f].map((p, i) => addVertex(s, p, i === 1 || i === 2 ? w : 0, i > 1 ? 0 : h));
    addQuad(s, ids[0]!, ids[1]!, ids[2]!, ids[3]!);
  };
  const [w, d, h] = [x1 - x0, z1 - z0, top - bottom];
  face([x0, bottom, z1], [x1, bottom, z1], [x1, bottom, z0], [x0, bottom, z0], w, d);
  face([x0, bottom, z0], [x1, bottom, z0], [x1, top, z0], [x0, top, z0], w, h);
  face([x1, bottom, z1], [x0, bottom, z1], [x0, top, z1], [x1, top, z1], w, h);
  face([x0, bottom, z1], [x0, bottom, z0], [x0, top, z0], [x0, top, z1], d, h);
  face([x1, bottom, z0], [x1, bottom, z1], [x1, top, z1], [x1, top, z0], d, h);
  return smoothed(s, 10);
}

function coping(random: Random): Surface {
  const { x0, x1, z0, z1 } = POOL;
  const c = COPING_WIDTH;
  const over = 0.03;
  return merged(
    slabs({ x0: x0 - c, x1: x1 + c, z0: z0 - c, z1: z0 + over }, COPING_TOP, 0.12, 1.1, random),
    slabs({ x0: x0 - c, x1: x1 + c, z0: z1 - over, z1: z1 + c }, COPING_TOP, 0.12, 1.1, random),
    slabs({ x0: x0 - c, x1: x0 + over, z0: z0 + over, z1: z1 - over }, COPING_TOP, 0.12, 1.1, random),
    slabs({ x0: x1 - over, x1: x1 + c, z0: z0 + over, z1: z1 - over }, COPING_TOP, 0.12, 1.1, random),
  );
}

/** A bevelled block over an area, uv moved so that textures do not repeat from block to block. */
function block(area: Area, bottom: number, top: number, bevelM: number): Surface {
  return transformed(
    bevelledBox([area.x1 - area.x0, top - bottom, area.z1 - area.z0], bevelM),
    translation((area.x0 + area.x1) / 2, (top + bottom) / 2, (area.z0 + area.z1) / 2),
  );
}

/** Four bars along the rim of an area, standing on `y`. */
function edgeBars(area: Area, y: number, height: number, width: number): Surface[] {
  return [
    block({ ...area, z1: area.z0 + width }, y, y + height, 0.004),
    block({ ...area, z0: area.z1 - width }, y, y + height, 0.004),
    block(
      { x0: area.x0, x1: area.x0 + width, z0: area.z0 + width, z1: area.z1 - width },
      y,
      y + height,
      0.004,
    ),
    block(
      { x0: area.x1 - width, x1: area.x1, z0: area.z0 + width, z1: area.z1 - width },
      y,
      y + height,
      0.004,
    ),
  ];
}

/** Slabs of about `size`, every one with its own tone, joints of 6 mm. */
function slabs(area: Area, top: number, thickness: number, size: number, random: Random): Surface {
  const nx = Math.max(1, Math.round((area.x1 - area.x0) / size));
  const nz = Math.max(1, Math.round((area.z1 - area.z0) / size));
  const [w, d] = [(area.x1 - area.x0) / nx, (area.z1 - area.z0) / nz];
  const parts: Surface[] = [];
  for (let i = 0; i < nx; i++)
    for (let j = 0; j < nz; j++) {
      const tone = random.between(0.88, 1.03);
      const slab = transformed(
        bevelledBox([w - 0.006, thickness, d - 0.006], 0.005),
        translation(area.x0 + (i + 0.5) * w, top - thickness / 2, area.z0 + (j + 0.5) * d),
      );
      parts.push(
        tinted(shiftedUvs(slab, random.between(0, 5), random.between(0, 5)), [
          tone,
          tone,
          tone * random.between(0.97, 1),
        ]),
      );
    }
  return merged(...parts);
}

function planks(area: Area, top: number, random: Random): Surface {
  const parts: Surface[] = [];
  const width = 0.138;
  const rows = Math.round((area.z1 - area.z0) / width);
  const w = (area.z1 - area.z0) / rows;
  for (let r = 0; r < rows; r++) {
    let x = area.x0 - random.between(0, 2);
    while (x < area.x1) {
      const long = random.between(2.4, 4.2);
      const [from, to] = [Math.max(x, area.x0), Math.min(x + long, area.x1)];
      if (to - from > 0.15) {
        const tone = random.between(0.78, 1.08);
        const plank = transformed(
          bevelledBox([to - from - 0.004, 0.03, w - 0.007], 0.004),
          translation((from + to) / 2, top - 0.015, area.z0 + (r + 0.5) * w),
        );
        parts.push(
          tinted(shiftedUvs(plank, random.between(0, 9), random.between(0, 9)), [
            tone,
            tone * random.between(0.95, 1.02),
            tone * random.between(0.92, 1),
          ]),
        );
      }
      x += long;
    }
  }
  return merged(...parts);
}

/** What is left of an area when the skylight is cut out of it. */
function aroundSkylight(area: Area): Area[] {
  return [
    { ...area, z1: SKYLIGHT.z0 },
    { ...area, z0: SKYLIGHT.z1 },
    { x0: area.x0, x1: SKYLIGHT.x0, z0: SKYLIGHT.z0, z1: SKYLIGHT.z1 },
    { x0: SKYLIGHT.x1, x1: area.x1, z0: SKYLIGHT.z0, z1: SKYLIGHT.z1 },
  ];
}

function soffit(random: Random): Surface {
  const parts: Surface[] = [];
  const area: Area = { x0: ROOF.x0 + 0.06, x1: ROOF.x1 - 0.06, z0: ROOF.z0 + 0.06, z1: ROOF.z1 - 0.06 };
  const rows = 46;
  const w = (area.z1 - area.z0) / rows;
  for (let r = 0; r < rows; r++) {
    const middle = area.z0 + (r + 0.5) * w;
    const split = mix(area.x0, area.x1, random.between(0.25, 0.75));
    const open = middle > SKYLIGHT.z0 - w / 2 && middle < SKYLIGHT.z1 + w / 2;
    const spans: readonly (readonly [number, number])[] = open
      ? [
          [area.x0, SKYLIGHT.x0],
          [SKYLIGHT.x1, area.x1],
        ]
      : [
          [area.x0, split],
          [split, area.x1],
        ];
    for (const [from, to] of spans) {
      const tone = random.between(0.86, 1.06);
      const plank = transformed(
        bevelledBox([to - from - 0.003, 0.02, w - 0.006], 0.003),
        translation((from + to) / 2, ROOF_BOTTOM + 0.008, middle),
      );
      parts.push(
        tinted(shiftedUvs(plank, random.between(0, 9), random.between(0, 9)), [
          tone,
          tone * 0.99,
          tone * 0.97,
        ]),
      );
    }
  }
  return merged(...parts);
}

/** The ground out to the horizon with an opening for the pool; level near the house, swelling far away. */
function lawnSurface(): Surface {
  const s = emptySurface();
  const hole: Area = {
    x0: POOL.x0 - COPING_WIDTH + 0.05,
    x1: POOL.x1 + COPING_WIDTH - 0.05,
    z0: POOL.z0 - COPING_WIDTH + 0.05,
    z1: POOL.z1 + COPING_WIDTH - 0.05,
  };
  const far = [90, 64, 46, 34, 26, 20, 16, 13, 11];
  const lines = (low: number, high: number, extra: readonly number[]): number[] =>
    [...far.map((f) => -f), ...extra, low, high, ...[...far].reverse()]
      .filter((x, i, all) => all.indexOf(x) === i)
      .sort((a, c) => a - c);
  const xs = lines(hole.x0, hole.x1, [-9.5, -8, -6.5, -5, -3.4, 0.5, 2.5, 4.5, 6, 9, 10]);
  const zs = lines(hole.z0, hole.z1, [-9.5, -8, -6, -4, -2, 0, 3.6, 7, 8.5, 10]);
  const heightAt = (x: number, z: number): number => {
    const r = Math.hypot(x, z);
    return (
      smoothstep(16, 80, r) * (1.1 + 1.3 * noise3(x * 0.035, z * 0.035, 5)) +
      0.05 * smoothstep(8.5, 13, r) * noise3(x * 0.2, z * 0.2, 2)
    );
  };
  const ids = zs.map((z) => xs.map((x) => addVertex(s, [x, heightAt(x, z), z], x, z)));
  for (let j = 0; j + 1 < zs.length; j++)
    for (let i = 0; i + 1 < xs.length; i++) {
      if (xs[i]! >= hole.x0 && xs[i + 1]! <= hole.x1 && zs[j]! >= hole.z0 && zs[j + 1]! <= hole.z1) continue;
      addQuad(s, ids[j + 1]![i]!, ids[j + 1]![i + 1]!, ids[j]![i + 1]!, ids[j]![i]!);
    }
  const level = smoothed(s, 180);
  // Broad light and dark areas hide that the texture repeats.
  return painted(level, (p) => {
    const tone = 1 + 0.16 * fractalNoise(p[0] * 0.16, p[2] * 0.16, 4, 2);
    return [tone, tone, tone * 0.96];
  });
}

/** A wooded skyline all around, so that the lawn never ends in a hard edge. */
function farHills(): Surface {
  const hills = sheet(
    150,
    6,
    (u, v) => {
      const a = u * Math.PI * 2;
      const [x, z] = [Math.cos(a), Math.sin(a)];
      const crest = 5.4 + 1.6 * noise3(x * 2.2, z * 2.2, 3) + 1.5 * fractalNoise(x * 22, z * 22, 9, 3);
      const r = 78 + 7 * v + 0.8 * noise3(x * 30, z * 30, v * 5);
      return [x * r, -0.5 + (crest + 0.5) * Math.sin((v * Math.PI) / 2), z * r];
    },
    { creaseDegrees: 40 },
  );
  return painted(hills, (p) => {
    const tone = 0.8 + 0.35 * noise3(p[0] * 0.3, p[1] * 0.6, p[2] * 0.3);
    return [tone * 0.95, tone, tone * 0.9];
  });
}

function loungeChair(
  b: SceneBuilder,
  parent: Node,
  name: string,
  m: Record<'teak' | 'canvas' | 'pillow', SampleMaterial>,
  placement: { at: Vec3; turn: Vec3 },
): void {
  const g = b.group(name, parent, placement);
  const parts: Surface[] = [];
  const bar = (size: Vec3, at: Vec3, turnX = 0): void => {
    parts.push(
      shiftedUvs(
        transformed(bevelledBox(size, 0.006), multiply(translation(...at), rotationX(turnX))),
        at[0] * 3,
        at[2] * 5,
      ),
    );
  };
  for (const x of [-0.34, 0.34]) {
    bar([0.045, 0.56, 0.055], [x, 0.28, 0.33]);
    bar([0.045, 0.5, 0.055], [x, 0.25, -0.3], -10);
    bar([0.07, 0.028, 0.78], [x, 0.572, 0.01], 3);
    bar([0.04, 0.06, 0.72], [x, 0.25, 0.02], -7);
  }
  for (const z of [0.33, 0.1, -0.12, -0.3]) bar([0.66, 0.035, 0.05], [0, 0.265 + z * 0.12, z]);
  for (let i = 0; i < 5; i++) {
    const t = i / 4;
    bar([0.62, 0.045, 0.02], [0, 0.36 + 0.42 * t, -0.36 - 0.15 * t], -20);
  }
  for (const x of [-0.29, 0.29]) bar([0.04, 0.62, 0.03], [x, 0.53, -0.425], -20);
  b.part(`${name} frame`, g, merged(...parts), m.teak);
  b.part(
    `${name} seat cushion`,
    g,
    cushion([0.6, 0.1, 0.62], {
      radiusM: 0.035,
      crownM: 0.018,
      edgeSteps: 2,
      wrinkleM: 0.004,
      seed: 3,
      divisions: [10, 1, 10],
    }),
    m.canvas,
    { at: [0, 0.345, 0.045], turn: [-7, 0, 0] },
  );
  b.part(
    `${name} back cushion`,
    g,
    cushion([0.58, 0.54, 0.1], {
      radiusM: 0.035,
      crownM: 0.016,
      edgeSteps: 2,
      wrinkleM: 0.005,
      seed: 8,
      divisions: [10, 10, 1],
    }),
    m.canvas,
    { at: [0, 0.64, -0.375], turn: [-20, 0, 0] },
  );
  b.part(`${name} pillow`, g, pillow(0.4, 0.26, 0.12, name.length), m.pillow, {
    at: [0.02, 0.53, -0.24],
    turn: [-22, 0, 4],
  });
}

type PlantMaterials = Record<
  'bark' | 'leaves' | 'hedge' | 'hedgeCore' | 'blades' | 'reed' | 'boulder',
  SampleMaterial
>;

function planting(b: SceneBuilder, m: PlantMaterials, random: Random): void {
  const trees = b.group('Trees');
  const summer = [linearOf('#48652a'), linearOf('#6a8d38'), linearOf('#9ab858')];
  const silver = [linearOf('#566847'), linearOf('#7f9368'), linearOf('#aebd92')];
  const birch = tree(
    {
      heightM: 6.6,
      crownBaseM: 1.9,
      crownRadiusM: 2.2,
      trunkRadiusM: 0.13,
      stems: 3,
      leaves: 5200,
      leafLengthM: 0.2,
      leafTints: summer,
    },
    random,
  );
  const oak = tree(
    {
      heightM: 7.6,
      crownBaseM: 2.1,
      crownRadiusM: 3.0,
      trunkRadiusM: 0.21,
      stems: 1,
      leaves: 6200,
      leafLengthM: 0.235,
      leafTints: summer,
    },
    random,
  );
  const olive = tree(
    {
      heightM: 4.3,
      crownBaseM: 1.3,
      crownRadiusM: 1.75,
      trunkRadiusM: 0.14,
      stems: 1,
      leaves: 5200,
      leafLengthM: 0.145,
      leafTints: silver,
    },
    random,
  );
  const kinds = { Birch: birch, Oak: oak, Olive: olive };
  const places: readonly (readonly [keyof typeof kinds, string, Vec3, number, number])[] = [
    ['Olive', 'Olive tree by the steps', [-6.1, 0, 2.2], 20, 1],
    ['Oak', 'Oak behind the pavilion', [2.6, 0, -11.2], 80, 1.12],
    ['Birch', 'Birch on the left', [-7.6, 0, -5.2], 0, 1.08],
    ['Oak', 'Oak on the right', [13.2, 0, -6.4], 200, 1],
    ['Birch', 'Birch on the right', [10.2, 0, 0.2], 140, 0.92],
  ];
  for (const [kind, name, at, turn, size] of places) {
    const g = b.group(name, trees, { at, turn: [0, turn, 0], scale: size });
    b.part(`${name} trunk`, g, kinds[kind].wood, m.bark);
    b.part(`${name} leaves`, g, kinds[kind].leaves, m.leaves);
  }

  const hedges = b.group('Hedges');
  const module = hedgeModule(random);
  const core = transformed(bevelledBox([1.96, 1.3, 0.62], 0.06), translation(0, 0.6, 0));
  let n = 0;
  for (const [x, z, turn] of [
    [-11.5, -8.6, 0],
    [-9.5, -8.6, 180],
    [-7.5, -8.6, 0],
    [-5.5, -8.6, 180],
    [9.6, -8.6, 0],
    [11.6, -8.6, 180],
    [13.6, -8.6, 0],
    [15.6, -8.6, 180],
  ] as const) {
    n++;
    const g = b.group(`Hedge ${n}`, hedges, { at: [x, 0, z], turn: [0, turn, 0] });
    b.part(`Hedge ${n} twigs`, g, core, m.hedgeCore);
    b.part(`Hedge ${n} leaves`, g, module, m.hedge);
  }

  const tufts = b.group('Ornamental grasses');
  const tuft = grassTuft(random);
  const spots: readonly (readonly [number, number, number])[] = [
    [-4.75, 1.0, 1],
    [-4.85, 0.1, 0.86],
    [-4.7, -0.9, 1.05],
    [-4.9, -2.0, 0.9],
    [-4.75, -3.1, 1],
    [-4.8, -4.2, 0.9],
    [8.1, 1.5, 0.95],
    [8.35, 2.6, 1.1],
    [8.2, 3.7, 0.9],
    [8.4, 4.8, 1.02],
    [-2.35, 5.5, 0.72],
    [-2.2, 4.75, 0.55],
  ];
  spots.forEach(([x, z, size], i) => {
    b.part(`Grass tuft ${i + 1}`, tufts, tuft, m.reed, { at: [x, 0, z], turn: [0, i * 77, 0], scale: size });
  });

  const boulders = b.group('Boulders');
  (
    [
      [-2.75, 5.95, 0.34, 0],
      [-2.2, 6.3, 0.2, 1],
      [-5.35, 1.75, 0.26, 2],
    ] as const
  ).forEach(([x, z, size, seed], i) => {
    b.part(`Boulder ${i + 1}`, boulders, boulderShape(size, seed), m.boulder, { at: [x, 0, z] });
  });

  const meadow = b.group('Grass');
  const patch = grassPatch(random);
  let k = 0;
  for (const [x, z] of [
    [-7.4, 7],
    [-5.6, 7.2],
    [-5.9, 5.4],
    [-4.2, 8.9],
    [-1.6, 7.4],
    [0.2, 7.4],
    [-4.6, 5.2],
    [-6.2, 8.8],
    [-7.7, 5.2],
    [2, 7.3],
    [-4.6, 3.6],
    [-6.4, 3.6],
  ] as const) {
    k++;
    b.part(`Grass patch ${k}`, meadow, patch, m.blades, { at: [x, 0, z], turn: [0, (k * 90) % 360, 0] });
  }
}

function hedgeModule(random: Random): Surface {
  const s = emptySurface();
  const half: Vec3 = [1, 0.66, 0.34];
  const tints = [linearOf('#33491f'), linearOf('#4c6a2b'), linearOf('#6d8b3d')];
  for (let i = 0; i < 1050; i++) {
    const face = random.next();
    const p: [number, number, number] = [random.between(-1, 1), random.between(-1, 1), random.between(-1, 1)];
    let out: Vec3;
    if (face < 0.34) {
      p[1] = 1;
      out = [0, 1, 0];
    } else if (face < 0.92) {
      p[2] = random.next() < 0.5 ? -1 : 1;
      out = [0, 0.2, p[2]];
    } else {
      p[0] = random.next() < 0.5 ? -1 : 1;
      out = [p[0], 0.2, 0];
    }
    const bulge = 0.035 * noise3(p[0] * 4, p[1] * 4, p[2] * 4);
    const at: Vec3 = [
      p[0] * half[0] + out[0] * bulge,
      0.62 + p[1] * half[1] + out[1] * bulge,
      p[2] * half[2] + out[2] * bulge,
    ];
    const heading = normalize([
      out[0] + random.centred() * 0.9,
      out[1] + random.centred() * 0.9,
      out[2] + random.centred() * 0.9,
    ]);
    const up = normalize([
      out[0] + random.centred(),
      out[1] + 0.5 + random.centred(),
      out[2] + random.centred(),
    ]);
    const tint = random.pick(tints);
    const tone = random.between(0.8, 1.15);
    addFoldedLeaf(
      s,
      at,
      heading,
      up,
      random.between(0.1, 0.155),
      [tint[0] * tone, tint[1] * tone, tint[2] * tone],
      0.6,
    );
  }
  return s;
}

function grassTuft(random: Random): Surface {
  const s = emptySurface();
  for (let i = 0; i < 150; i++) {
    const a = random.between(0, Math.PI * 2);
    const r = random.between(0, 0.09);
    const t = random.between(0.7, 1.15);
    addBlade(
      s,
      [Math.cos(a) * r, 0, Math.sin(a) * r],
      a + random.centred() * 0.7,
      { heightM: random.between(0.5, 0.95), widthM: 0.015, lean: random.between(0.15, 0.8), steps: 2 },
      [t, t, t * 0.85],
    );
  }
  return s;
}

function grassPatch(random: Random): Surface {
  const s = emptySurface();
  for (let i = 0; i < 300; i++) {
    const t = random.between(0.6, 1.1);
    addBlade(
      s,
      [random.between(-0.95, 0.95), 0, random.between(-0.95, 0.95)],
      random.between(0, Math.PI * 2),
      { heightM: random.between(0.035, 0.085), widthM: 0.007, lean: random.between(0.2, 0.9), steps: 2 },
      [t, t, t * 0.8],
    );
  }
  return s;
}

function boulderShape(size: number, seed: number): Surface {
  return reshaped(
    sphere(size, 24, 14),
    (p) => {
      const n = normalize(p);
      const k = 1 + 0.22 * fractalNoise(n[0] * 1.6 + seed * 9, n[1] * 1.6, n[2] * 1.6, 3);
      return [p[0] * k * 1.25, Math.max(-0.05, p[1] * k * 0.72 + size * 0.3), p[2] * k];
    },
    50,
  );
}
