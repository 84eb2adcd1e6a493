import { sheet } from '../../geometry/sheet.ts';
import { addQuad, addVertex, emptySurface, painted, type Surface, smoothed } from '../../geometry/surface.ts';
import { smoothstep } from '../../geometry/vector.ts';
import { fractalNoise, noise3 } from '../../random.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import type { PavilionMaterials } from './materials.ts';
import { type Area, COPING_WIDTH, POOL } from './plan.ts';

export function addGround(b: SceneBuilder, m: PavilionMaterials): void {
  const ground = b.group('Ground');
  b.part('Lawn', ground, lawnSurface(), m.lawn);
  b.part('Far hills', ground, farHills(), m.hills);
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
