import { leaf } from '../../geometry/foliage.ts';
import { curveThrough, lathe, tube } from '../../geometry/loft.ts';
import { merged, type Surface, tinted, transformed } from '../../geometry/surface.ts';
import {
  degrees,
  mix,
  multiply,
  rotationX,
  rotationY,
  translation,
  type Vec3,
} from '../../geometry/vector.ts';
import type { Random } from '../../random.ts';
import type { SampleMaterial, SceneBuilder } from '../scene-builder.ts';

export function addPlant(
  b: SceneBuilder,
  random: Random,
  pot: SampleMaterial,
  soil: SampleMaterial,
  stem: SampleMaterial,
  leafMaterial: SampleMaterial,
  placement: { at: Vec3 },
): void {
  const g = b.group('Potted plant', null, placement);
  const potGroup = b.group('Plant pot', g);
  b.part(
    'Pot',
    potGroup,
    lathe(
      [
        [0, 0.012],
        [0.125, 0.012],
        [0.13, 0.016],
        [0.168, 0.26],
        [0.17, 0.264],
        [0.182, 0.266],
        [0.185, 0.27],
        [0.188, 0.318],
        [0.184, 0.323],
        [0.172, 0.323],
        [0.168, 0.318],
        [0.164, 0.27],
        [0, 0.262],
      ],
      64,
      { creaseDegrees: 40 },
    ),
    pot,
  );
  b.part(
    'Pot saucer',
    potGroup,
    lathe(
      [
        [0, 0],
        [0.15, 0],
        [0.172, 0.018],
        [0.175, 0.024],
        [0.17, 0.026],
        [0.148, 0.008],
        [0, 0.008],
      ],
      56,
    ),
    pot,
  );
  b.part(
    'Soil',
    g,
    lathe(
      [
        [0.166, 0.284],
        [0.1, 0.292],
        [0, 0.296],
      ],
      40,
      { creaseDegrees: 80 },
    ),
    soil,
  );
  const stems: Surface[] = [];
  const leaves: Surface[] = [];
  const heights = [1.18, 0.92, 0.7];
  heights.forEach((height, k) => {
    const turn = degrees(40 + k * 125);
    const lean = 0.1 + 0.05 * k;
    const spine = curveThrough(
      [0, 0.35, 0.7, 1].map(
        (t): Vec3 => [
          Math.cos(turn) * (0.03 + lean * t * t) + 0.02 * Math.sin(t * 5 + k),
          0.27 + height * t,
          Math.sin(turn) * (0.03 + lean * t * t) + 0.02 * Math.cos(t * 4 + k),
        ],
      ),
      6,
    );
    stems.push(tube(spine, (t) => mix(0.012, 0.005, t), 10));
    const count = Math.round(height * 22);
    for (let i = 0; i < count; i++) {
      const t = mix(0.28, 1, i / (count - 1));
      const at = spine[Math.min(spine.length - 1, Math.round(t * (spine.length - 1)))]!;
      const top = t > 0.95;
      const size = mix(0.32, 0.2, t) * random.between(0.85, 1.1);
      const shape = leaf(
        {
          length: size,
          width: size * 0.6,
          widestAt: 0.5,
          fold: random.between(0.1, 0.3),
          droop: random.between(0.12, 0.42),
          wave: 0.05,
        },
        10,
        6,
        random.between(0, 6),
      );
      const raise = top ? random.between(50, 75) : mix(12, 42, t) + random.centred() * 14;
      const around = i * 137.5 + random.centred() * 16 + k * 50;
      const stalk = 0.045;
      const frame = multiply(translation(...at), rotationY(around), rotationX(-raise));
      const green: Vec3 = top ? [0.13, 0.26, 0.06] : [0.035, 0.105, 0.032];
      const tone = random.between(0.75, 1.25);
      leaves.push(
        tinted(transformed(shape, multiply(frame, translation(0, 0, stalk), rotationX(raise * 0.35))), [
          green[0] * tone,
          green[1] * tone,
          green[2] * tone,
        ]),
      );
      stems.push(
        transformed(
          tube(
            [
              [0, 0, 0],
              [0, 0.003, stalk + 0.004],
            ],
            0.0028,
            6,
          ),
          frame,
        ),
      );
    }
  });
  b.part('Plant stems', g, merged(...stems), stem);
  b.part('Plant leaves', g, merged(...leaves), leafMaterial);
}
