import { bevelledBox } from '../../geometry/box.ts';
import { addBlade, addFoldedLeaf, tree } from '../../geometry/foliage.ts';
import { sphere } from '../../geometry/loft.ts';
import { emptySurface, reshaped, type Surface, transformed } from '../../geometry/surface.ts';
import { normalize, translation, type Vec3 } from '../../geometry/vector.ts';
import { fractalNoise, noise3, type Random } from '../../random.ts';
import { linearOf } from '../../textures/texture-image.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import type { PavilionMaterials } from './materials.ts';

export function addPlanting(b: SceneBuilder, m: PavilionMaterials, random: Random): void {
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
      leaves: 4300,
      leafLengthM: 0.215,
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
      leaves: 5000,
      leafLengthM: 0.255,
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
      leaves: 4400,
      leafLengthM: 0.155,
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
  for (let i = 0; i < 860; i++) {
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
      random.between(0.11, 0.17),
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
  for (let i = 0; i < 250; i++) {
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
