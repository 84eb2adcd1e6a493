import { bevelledBox } from '../geometry/box.ts';
import { petal, rose } from '../geometry/foliage.ts';
import { frameRibbon, lettering } from '../geometry/lettering.ts';
import { curveThrough, cylinder, lathe, loft, roundedRectangleRing, sphere, tube } from '../geometry/loft.ts';
import { extrudedProfile } from '../geometry/sheet.ts';
import { boundsOf, merged, type Surface, shiftedUvs, transformed } from '../geometry/surface.ts';
import {
  mixVec,
  multiply,
  rotationX,
  rotationY,
  rotationZ,
  translation,
  type Vec2,
  type Vec3,
} from '../geometry/vector.ts';
import { createRandom } from '../random.ts';
import { mottled, travertine, weaveNormal } from '../textures/materials.ts';
import { linearOf } from '../textures/texture-image.ts';
import { PERFUME_VIEWS } from '../views.ts';
import { SceneBuilder } from './scene-builder.ts';

const PLINTH_HEIGHT = 0.038;
const BOTTLE: Vec3 = [0.022, PLINTH_HEIGHT, 0];
const GLASS_WIDTH = 0.066;
const GLASS_DEPTH = 0.036;
const SIDE_WALL = 0.0042;
const LIQUID_LEVEL = 0.0605;
/**
 * The liquid lies in the glass like in a paperweight: below its level there is no inner wall, only colour. A real inner
 * wall adds four refractions to every ray, which costs noise and, with few bounces, black glass, for a difference that
 * only a caliper shows. The film of glass between liquid and air keeps their faces apart.
 */
const LIQUID_GAP = 0.0002;

/** A perfume bottle on a stone plinth with its box, a rose and fallen petals, in front of a curved backdrop. */
export async function buildPerfume(): Promise<Uint8Array> {
  const b = new SceneBuilder('Perfume');
  const random = createRandom(41);

  const backdropPaper = b.material('backdrop paper', { color: '#e3bfae', roughness: 0.92 });
  const stone = b.material('travertine', {
    roughness: 0.62,
    colorTexture: travertine('travertine', ['#8d7864', '#c9b59c', '#e2d3bd', '#efe6d7'], 3),
    tileM: [0.16, 0.16],
  });
  const plaster = b.material('terracotta plaster', {
    roughness: 0.88,
    colorTexture: mottled('terracotta plaster', ['#a9604a', '#bf7459', '#cd8a6c'], 0.45, 12, 256),
    tileM: [0.3, 0.3],
  });
  const glass = b.material('clear glass', {
    roughness: 0.0,
    transmission: 1,
    ior: 1.5,
    thicknessM: 0.004,
    attenuationColor: '#eaf6f2',
    attenuationDistanceM: 0.25,
  });
  const liquid = b.material('perfume liquid', {
    roughness: 0,
    transmission: 1,
    ior: 1,
    thicknessM: 0.025,
    attenuationColor: '#f0a079',
    attenuationDistanceM: 0.02,
  });
  const gold = b.material('brushed gold', { color: '#e2b56f', metallic: 1, roughness: 0.24 });
  const foil = b.material('gold foil', { color: '#e6bd7c', metallic: 1, roughness: 0.3 });
  const lacquer = b.material('burgundy lacquer', {
    color: '#4d0f1c',
    roughness: 0.32,
    clearcoat: 1,
    clearcoatRoughness: 0.03,
  });
  const plastic = b.material('white plastic', { color: '#e9e6e0', roughness: 0.4 });
  const labelPaper = b.material('cream label paper', { color: '#f1e7d6', roughness: 0.78 });
  const ink = b.material('burgundy ink', { color: '#4a1420', roughness: 0.6 });
  const card = b.material('burgundy box card', {
    color: '#6a1a2a',
    roughness: 0.7,
    normalTexture: weaveNormal('linen embossing', 28, 0.5, 5),
    normalScale: 0.35,
    tileM: [0.022, 0.022],
  });
  const petals = b.material('rose petal', {
    roughness: 0.58,
    doubleSided: true,
    sheenColor: '#8a4a55',
    sheenRoughness: 0.6,
  });
  const leafGreen = b.material('rose leaf', { color: '#3f5a30', roughness: 0.55, doubleSided: true });

  // Backdrop: floor, sweep, wall. The far edges stay outside both views.
  const sweep: Vec2[] = [[1.6, 0]];
  for (let i = 0; i <= 16; i++) {
    const a = ((90 * i) / 16) * (Math.PI / 180);
    sweep.push([-0.35 - 0.5 * Math.sin(a), 0.5 - 0.5 * Math.cos(a)]);
  }
  sweep.push([-0.85, 1.7]);
  const backdrop = transformed(extrudedProfile([...sweep].reverse(), 3.4), rotationY(-90));
  b.part('Backdrop', null, backdrop, backdropPaper);

  const set = b.group('Stone set');
  b.part('Plinth', set, cylinder(0.078, PLINTH_HEIGHT, 96, 0.0022), stone, { at: [BOTTLE[0], 0, BOTTLE[2]] });
  b.part('Arch', set, arch(0.15, 0.212, 0.034), plaster, { at: [0.088, 0, -0.15], turn: [0, -9, 0] });
  b.part('Stone ball', set, shiftedUvs(sphere(0.021, 48, 24), 0.31, 0.2), stone, {
    at: [0.117, 0.021, 0.052],
    turn: [20, 40, 15],
  });
  b.part('Stone block', set, shiftedUvs(bevelledBox([0.09, 0.018, 0.09], 0.0018), 0.1, 0.27), stone, {
    at: [-0.098, 0.009, -0.045],
    turn: [0, 24, 0],
  });

  const bottle = b.group('Perfume bottle', null, { at: BOTTLE, turn: [0, -13, 0] });
  b.part('Flacon', bottle, flacon(), glass);
  b.part('Perfume', bottle, liquidBody(), liquid);
  b.part(
    'Dip tube',
    bottle,
    tube(
      curveThrough(
        [
          [0, 0.086, 0],
          [0, 0.06, 0],
          [0.002, 0.035, 0.001],
          [0.007, 0.0155, 0.003],
        ],
        6,
      ),
      0.0011,
      10,
    ),
    plastic,
  );
  b.part('Pump', bottle, cylinder(0.0054, 0.013, 32, 0.0006), plastic, { at: [0, 0.0805, 0] });
  b.part('Collar', bottle, collar(), gold);
  const cap = b.group('Cap', bottle);
  b.part('Cap body', cap, capBody(), lacquer);
  b.part(
    'Cap ring',
    cap,
    lathe(
      [
        [0.0136, 0.0962],
        [0.0152, 0.0962],
        [0.0154, 0.0966],
        [0.0154, 0.0984],
        [0.0152, 0.0988],
        [0.0136, 0.0988],
      ],
      64,
    ),
    gold,
  );
  const label = b.group('Label', bottle, { at: [0, 0.0385, GLASS_DEPTH / 2] });
  b.part('Label paper', label, bevelledBox([0.036, 0.032, 0.0003], 0.0001), labelPaper, {
    at: [0, 0, 0.00016],
  });
  b.part(
    'Label border',
    label,
    merged(frameRibbon(0.0335, 0.0295, 0.00028), frameRibbon(0.0322, 0.0282, 0.00014)),
    foil,
    { at: [0, 0, 0.00036] },
  );
  b.part(
    'Label print',
    label,
    merged(
      transformed(
        lettering('AUBE', { capHeightM: 0.0062, strokeM: 0.00062, tracking: 0.34 }),
        translation(0, 0.0028, 0),
      ),
      transformed(
        lettering('EAU DE PARFUM', { capHeightM: 0.00165, strokeM: 0.0002, tracking: 0.3 }),
        translation(0, -0.005, 0),
      ),
      transformed(
        lettering('50 ML', { capHeightM: 0.0013, strokeM: 0.00017, tracking: 0.3 }),
        translation(0, -0.0104, 0),
      ),
    ),
    ink,
    { at: [0, 0, 0.00036] },
  );

  const box = b.group('Perfume box', null, { at: [-0.098, 0.018, -0.045], turn: [0, 24, 0] });
  b.part('Box base', box, bevelledBox([0.07, 0.098, 0.046], 0.0007), card, { at: [0, 0.049, 0] });
  b.part('Box lid', box, bevelledBox([0.0716, 0.038, 0.0476], 0.0007), card, { at: [0, 0.1115, 0] });
  const print = b.group('Box print', box, { at: [0, 0, 0.0231] });
  b.part(
    'Box frame',
    print,
    merged(frameRibbon(0.06, 0.078, 0.0005), frameRibbon(0.0574, 0.0754, 0.00022)),
    foil,
    { at: [0, 0.0458, 0] },
  );
  b.part(
    'Box lettering',
    print,
    merged(
      transformed(
        lettering('AUBE', { capHeightM: 0.0098, strokeM: 0.0009, tracking: 0.32 }),
        translation(0, 0.052, 0),
      ),
      transformed(
        lettering('EAU DE PARFUM', { capHeightM: 0.0024, strokeM: 0.0003, tracking: 0.32 }),
        translation(0, 0.04, 0),
      ),
    ),
    foil,
  );
  b.part(
    'Box lid line',
    box,
    transformed(frameRibbon(0.0724, 0.0484, 0.0007), multiply(translation(0, 0.1305, 0), rotationX(-90))),
    foil,
  );

  // The rose lies on the floor at the left, heart towards the lens.
  const tints = { heart: linearOf('#8c1f38'), body: linearOf('#d4566f'), rim: linearOf('#f0a3ab') };
  const flower = b.group('Rose', null, { at: [-0.052, 0.017, 0.066], turn: [52, 16, -6] });
  b.part('Rose bloom', flower, rose(0.027, 34, random, tints), petals);
  const sepals: Surface[] = [];
  for (let i = 0; i < 5; i++)
    sepals.push(
      transformed(
        petal({ length: 0.02, width: 0.009, cup: 0.25, curl: 0.1, phase: i }, 6),
        multiply(rotationY(i * 72), translation(0, -0.001, 0), rotationX(12)),
      ),
    );
  b.part('Rose sepals', flower, merged(...sepals), leafGreen);

  const scattered = b.group('Rose petals');
  const spots: readonly (readonly [number, number, number, string])[] = [
    [0.07, PLINTH_HEIGHT, 0.036, 'plinth'],
    [0.048, PLINTH_HEIGHT, 0.058, 'plinth'],
    [-0.022, PLINTH_HEIGHT, 0.032, 'plinth'],
    [0.074, PLINTH_HEIGHT, -0.03, 'plinth'],
    [-0.012, 0, 0.1, 'floor'],
    [0.035, 0, 0.118, 'floor'],
    [0.088, 0, 0.098, 'floor'],
    [0.135, 0, 0.1, 'floor'],
    [0.162, 0, 0.03, 'floor'],
    [-0.095, 0, 0.095, 'floor'],
    [-0.125, 0, 0.035, 'floor'],
    [-0.165, 0, 0.07, 'floor'],
    [-0.042, 0, 0.14, 'floor'],
    [0.105, 0, 0.15, 'floor'],
    [-0.2, 0, -0.02, 'floor'],
    [0.2, 0, -0.03, 'floor'],
    [-0.068, 0.018, -0.018, 'block'],
  ];
  spots.forEach(([x, y, z, where], i) => {
    const length = random.between(0.02, 0.029);
    const shape = petal(
      {
        length,
        width: length * random.between(0.9, 1.12),
        cup: random.between(0.2, 0.42),
        curl: random.between(0.1, 0.34),
        phase: random.between(0, 6),
      },
      14,
    );
    const tone = random.between(0.88, 1.1);
    const colors: number[] = [];
    for (let k = 0; k < shape.positions.length / 3; k++) {
      const t = shape.uvs[k * 2 + 1]!;
      const c =
        t < 0.25
          ? mixVec(linearOf('#f3d3c2'), tints.body, t / 0.25)
          : mixVec(tints.body, linearOf('#c23d58'), (t - 0.25) / 0.75);
      colors.push(c[0] * tone, c[1] * tone, c[2] * tone);
    }
    const upsideDown = random.next() < 0.3;
    const lying = transformed(
      { ...shape, colors },
      multiply(
        rotationY(random.between(0, 360)),
        rotationZ((upsideDown ? 180 : 0) + random.centred() * 16),
        rotationX(random.centred() * 12),
        translation(0, 0, -length / 2),
      ),
    );
    b.part(`Petal ${i + 1} on ${where}`, scattered, lying, petals, {
      at: [x, y - boundsOf(lying).min[1] + 0.0002, z],
    });
  });

  for (const view of PERFUME_VIEWS) b.view(view);
  return b.toGlb();
}

/** A rounded rectangle that has shrunk by `inset` on all sides. */
function flaconRing(inset: number, y: number, sideInset = inset): Vec3[] {
  return roundedRectangleRing(
    GLASS_WIDTH - 2 * sideInset,
    GLASS_DEPTH - 2 * inset,
    Math.max(0.0012, 0.0075 - inset * 0.75),
    y,
    8,
  );
}

const neckRing = (radius: number, y: number): Vec3[] =>
  roundedRectangleRing(radius * 2, radius * 2, radius, y, 8);

/** Thick-walled bottle: the outside, over the lip, down to the level of the liquid; one closed skin. */
function flacon(): Surface {
  const rings: Vec3[][] = [];
  const edge = 0.0028;
  for (let i = 0; i <= 6; i++) {
    const a = (i / 6) * (Math.PI / 2);
    rings.push(flaconRing(edge * (1 - Math.sin(a)), edge * (1 - Math.cos(a))));
  }
  const shoulder = 0.0045;
  for (let i = 0; i <= 8; i++) {
    const a = (i / 8) * (Math.PI / 2);
    rings.push(flaconRing(shoulder * (1 - Math.cos(a)), 0.0765 + shoulder * Math.sin(a)));
  }
  rings.push(
    neckRing(0.0105, 0.0815),
    neckRing(0.0092, 0.0819),
    neckRing(0.0086, 0.0828),
    neckRing(0.0085, 0.084),
  );
  rings.push(
    neckRing(0.0085, 0.0905),
    neckRing(0.0082, 0.0912),
    neckRing(0.0062, 0.0912),
    neckRing(0.0059, 0.0906),
    neckRing(0.0059, 0.0812),
  );
  rings.push(neckRing(0.0064, 0.0794), neckRing(0.0078, 0.0785));
  rings.push(...hollowRings().reverse());
  return loft(rings, { creaseDegrees: 42 });
}

/** Rings of the air above the liquid, upwards. */
function hollowRings(): Vec3[][] {
  const rings: Vec3[][] = [
    flaconRing(SIDE_WALL + 0.0018, LIQUID_LEVEL),
    flaconRing(SIDE_WALL + 0.0006, LIQUID_LEVEL + 0.00025),
    flaconRing(SIDE_WALL, LIQUID_LEVEL + 0.0008),
  ];
  const [edge, top] = [0.003, 0.0775];
  for (let i = 0; i <= 5; i++) {
    const a = (i / 5) * (Math.PI / 2);
    rings.push(flaconRing(SIDE_WALL + edge * (1 - Math.cos(a)), top - edge + edge * Math.sin(a)));
  }
  return rings;
}

/** Coloured body inside the glass, a hair below the air. */
function liquidBody(): Surface {
  const [floor, edge] = [0.0125, 0.003];
  const level = LIQUID_LEVEL - LIQUID_GAP;
  const rings: Vec3[][] = [];
  for (let i = 0; i <= 5; i++) {
    const a = (i / 5) * (Math.PI / 2);
    rings.push(flaconRing(SIDE_WALL + edge * (1 - Math.sin(a)), floor + edge * (1 - Math.cos(a))));
  }
  rings.push(
    flaconRing(SIDE_WALL, level + 0.0008),
    flaconRing(SIDE_WALL + 0.0006, level + 0.00025),
    flaconRing(SIDE_WALL + 0.0018, level),
  );
  return loft(rings, { creaseDegrees: 42 });
}

function collar(): Surface {
  const profile: Vec2[] = [
    [0.0088, 0.0832],
    [0.0108, 0.0832],
    [0.0111, 0.0835],
  ];
  for (let i = 0; i < 3; i++) {
    const y = 0.0845 + i * 0.0034;
    profile.push([0.0111, y], [0.0107, y + 0.0003], [0.0107, y + 0.0006], [0.0111, y + 0.0009]);
  }
  profile.push([0.0111, 0.0955], [0.0108, 0.0959], [0.0088, 0.0959], [0.0088, 0.0832]);
  return lathe(profile, 72, { creaseDegrees: 35 });
}

function capBody(): Surface {
  const profile: Vec2[] = [
    [0, 0.0988],
    [0.0146, 0.0988],
    [0.0149, 0.0991],
  ];
  const [top, edge] = [0.1285, 0.0022];
  for (let i = 0; i <= 6; i++) {
    const a = (i / 6) * (Math.PI / 2);
    profile.push([0.0149 - edge * (1 - Math.cos(a)), top - edge + edge * Math.sin(a)]);
  }
  profile.push([0.008, top + 0.0005], [0, top + 0.0007]);
  return lathe(profile, 96, { creaseDegrees: 50 });
}

/** A round-headed slab standing on y = 0 with soft edges. */
function arch(width: number, height: number, depth: number): Surface {
  const r = width / 2;
  const outline = (inset: number, z: number): Vec3[] => {
    const points: Vec3[] = [];
    const w = r - inset;
    for (let i = 0; i <= 48; i++) {
      const a = Math.PI * (i / 48);
      points.push([w * Math.cos(a), height - r + w * Math.sin(a), z]);
    }
    points.push([-w, inset, z], [w, inset, z]);
    return points;
  };
  const e = 0.0025;
  const rings = [
    outline(e, depth / 2),
    outline(e * 0.3, depth / 2 - e * 0.3),
    outline(0, depth / 2 - e),
    outline(0, -depth / 2 + e),
    outline(e * 0.3, -depth / 2 + e * 0.3),
    outline(e, -depth / 2),
  ];
  const s = loft(rings, { creaseDegrees: 42 });
  // Plaster looks the same from every side, so project it from the front.
  const uvs = s.positions.filter((_, i) => i % 3 !== 2);
  return { ...s, uvs };
}
