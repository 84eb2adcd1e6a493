import { tube } from '../../geometry/loft.ts';
import { thickSheet } from '../../geometry/sheet.ts';
import { merged, type Surface, transformed } from '../../geometry/surface.ts';
import { mix, smoothstep, translation } from '../../geometry/vector.ts';
import { noise3, type Random } from '../../random.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import type { ReadingCornerMaterials } from './materials.ts';

export function addRug(b: SceneBuilder, m: ReadingCornerMaterials, random: Random): void {
  const rug = b.group('Rug', null, { at: [-0.12, 0, 0.16], turn: [0, 7, 0] });
  b.part('Rug weave', rug, rugBody(), m.rug);
  b.part('Rug fringe', rug, rugFringe(random), m.fringe);
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
