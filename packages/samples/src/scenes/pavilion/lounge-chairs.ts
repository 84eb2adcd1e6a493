import type { Node } from '@gltf-transform/core';
import { bevelledBox } from '../../geometry/box.ts';
import { cushion, pillow } from '../../geometry/cushion.ts';
import { lathe, sphere } from '../../geometry/loft.ts';
import { merged, reshaped, type Surface, shiftedUvs, transformed } from '../../geometry/surface.ts';
import { multiply, rotationX, translation, type Vec3 } from '../../geometry/vector.ts';
import type { SampleMaterial, SceneBuilder } from '../scene-builder.ts';
import type { PavilionMaterials } from './materials.ts';
import { TERRACE_Y } from './plan.ts';

/** Two chairs and a small table by the edge of the roof. */
export function addLoungeChairs(b: SceneBuilder, m: PavilionMaterials): void {
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
  const bowl = b.group('Fruit bowl', null, { at: [-1.97, TERRACE_Y + 0.412, -0.07] });
  b.part(
    'Bowl shell',
    bowl,
    lathe(
      [
        [0, 0],
        [0.045, 0],
        [0.048, 0.004],
        [0.085, 0.03],
        [0.108, 0.062],
        [0.11, 0.066],
        [0.106, 0.067],
        [0.08, 0.036],
        [0.04, 0.012],
        [0, 0.01],
      ],
      48,
    ),
    m.render,
  );
  const lemon = reshaped(
    sphere(0.031, 24, 16),
    (p) => [
      p[0],
      p[1] * 1.22 + Math.sign(p[1]) * 0.006 * Math.max(0, Math.abs(p[1]) / 0.031 - 0.8) * 5,
      p[2],
    ],
    80,
  );
  const lemons: readonly (readonly [Vec3, Vec3])[] = [
    [
      [-0.035, 0.047, 0.02],
      [80, 20, 0],
    ],
    [
      [0.036, 0.047, 0.018],
      [75, -60, 10],
    ],
    [
      [0, 0.047, -0.04],
      [85, 110, 0],
    ],
    [
      [0.003, 0.086, 0.002],
      [70, 35, 15],
    ],
  ];
  lemons.forEach(([at, turn], i) => {
    b.part(`Lemon ${i + 1}`, bowl, lemon, m.lemon, { at, turn });
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
