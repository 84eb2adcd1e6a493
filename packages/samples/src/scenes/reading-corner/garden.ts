import { bevelledBox, flatRectangle } from '../../geometry/box.ts';
import { addFoldedLeaf, tree } from '../../geometry/foliage.ts';
import { emptySurface } from '../../geometry/surface.ts';
import { normalize, type Vec3 } from '../../geometry/vector.ts';
import { noise3, type Random } from '../../random.ts';
import { lawn } from '../../textures/materials.ts';
import { linearOf } from '../../textures/texture-image.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import { ROOM } from './room.ts';

/** Green outside the window. Nothing of it stands between the room and its light from above. */
export function addGarden(b: SceneBuilder, random: Random): void {
  const g = b.group('Garden');
  const grass = b.material('garden lawn', {
    roughness: 0.95,
    colorTexture: lawn('garden lawn', ['#3b4a29', '#54653a', '#6b7b49', '#8a9463'], 14),
    tileM: [1.6, 1.6],
  });
  const bark = b.material('garden bark', { color: '#6d6053', roughness: 0.9 });
  const leaves = b.material('garden leaves', { roughness: 0.6, doubleSided: true });
  b.part('Garden ground', g, flatRectangle(4.8, 14), grass, { at: [ROOM.left - 0.18 - 2.4, -0.02, -3] });
  const young = tree(
    {
      heightM: 3.6,
      crownBaseM: 0.7,
      crownRadiusM: 1.15,
      trunkRadiusM: 0.055,
      stems: 3,
      rootM: 0.01,
      leaves: 1700,
      leafLengthM: 0.128,
      leafTints: [linearOf('#4c6a2e'), linearOf('#6f923f'), linearOf('#9dbb62')],
    },
    random,
  );
  for (const [name, x, z, turn, size] of [
    ['Garden tree', -4.5, -1.2, 0, 1],
    ['Far garden tree', -5.1, -4.9, 130, 1.05],
  ] as const) {
    const place = b.group(name, g, { at: [x, -0.02, z], turn: [0, turn, 0], scale: size });
    b.part(`${name} wood`, place, young.wood, bark);
    b.part(`${name} leaves`, place, young.leaves, leaves);
  }
  const hedge = emptySurface();
  const tints = [linearOf('#3f5727'), linearOf('#587636'), linearOf('#78954a')];
  for (let i = 0; i < 3300; i++) {
    const onTop = random.next() < 0.25;
    const z = random.between(-9.8, 2.6);
    const y = onTop ? 1.06 : random.between(0, 1.04);
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
      random.between(0.11, 0.18),
      [r * tone, gg * tone, bb * tone],
      0.6,
    );
  }
  b.part('Garden hedge', g, hedge, leaves);
  b.part('Garden hedge core', g, bevelledBox([0.5, 1.1, 12.4], 0.05), bark, { at: [-6.62, 0.52, -3.6] });
}
