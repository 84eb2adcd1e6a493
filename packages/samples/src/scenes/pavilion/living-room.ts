import { bevelledBox, roundedBox } from '../../geometry/box.ts';
import { cushion, pillow } from '../../geometry/cushion.ts';
import { lathe, sphere, tube } from '../../geometry/loft.ts';
import { merged, shiftedUvs, transformed } from '../../geometry/surface.ts';
import { scaling, translation } from '../../geometry/vector.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import type { PavilionMaterials } from './materials.ts';
import { ROOF_BOTTOM, TERRACE_Y } from './plan.ts';

/** What one sees through the glass. */
export function addLivingRoom(b: SceneBuilder, m: PavilionMaterials): void {
  const inside = b.group('Living room', null, { at: [0, TERRACE_Y, 0] });
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
