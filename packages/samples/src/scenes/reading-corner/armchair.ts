import { roundedBox } from '../../geometry/box.ts';
import { cushion, pillow, piping } from '../../geometry/cushion.ts';
import { lathe, sphere, tube } from '../../geometry/loft.ts';
import { thickSheet } from '../../geometry/sheet.ts';
import { merged, reshaped, type Surface, transformed } from '../../geometry/surface.ts';
import { multiply, scaling, smoothstep, translation, type Vec3 } from '../../geometry/vector.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import type { ReadingCornerMaterials } from './materials.ts';

/** An upholstered chair, with a pillow on the seat and a blanket over the arm. Faces +Z. */
export function addArmchair(
  b: SceneBuilder,
  m: ReadingCornerMaterials,
  placement: { at: Vec3; turn: Vec3 },
): void {
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

  // What lies on the chair stands beside it in the tree: another cover for the chair should not dress them too.
  const pillowPlace = b.group('Pillow', null, placement);
  b.part('Lumbar pillow', pillowPlace, pillow(0.46, 0.32, 0.15, 4), m.boucle, {
    at: [-0.06, 0.585, -0.07],
    turn: [-20, 6, 5],
  });
  const throwGroup = b.group('Throw blanket', null, placement);
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
  return thickSheet(32, 40, blanketPoint, 0.0045, { uLengthM: 0.4, vLengthM: 0.85, creaseDegrees: 70 });
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
