import { sheet } from '../../geometry/sheet.ts';
import { addQuad, addVertex, emptySurface, merged, type Surface, smoothed } from '../../geometry/surface.ts';
import type { Vec3 } from '../../geometry/vector.ts';
import { noise3, type Random } from '../../random.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import { slabs } from './blocks.ts';
import type { PavilionMaterials } from './materials.ts';
import { COPING_TOP, COPING_WIDTH, POOL } from './plan.ts';

const WATER_Y = -0.02;
const POOL_DEPTH = 1.25;

export function addPool(b: SceneBuilder, m: PavilionMaterials, random: Random): void {
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
