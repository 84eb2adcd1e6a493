import { circlePath, lathe, sphere, tube } from '../../geometry/loft.ts';
import { merged, transformed } from '../../geometry/surface.ts';
import { rotationY, scaling, translation } from '../../geometry/vector.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import type { ReadingCornerMaterials } from './materials.ts';

/** Brass stand and a linen shade that glows a little, even by day. */
export function addFloorLamp(b: SceneBuilder, m: ReadingCornerMaterials): void {
  const lamp = b.group('Floor lamp', null, { at: [0.98, 0, -1.12] });
  b.part(
    'Lamp foot',
    lamp,
    lathe(
      [
        [0, 0],
        [0.145, 0],
        [0.148, 0.004],
        [0.148, 0.014],
        [0.142, 0.02],
        [0.03, 0.026],
        [0.018, 0.034],
        [0.012, 0.05],
        [0, 0.05],
      ],
      72,
    ),
    m.brass,
  );
  b.part(
    'Lamp pole',
    lamp,
    tube(
      [
        [0, 0.04, 0],
        [0, 1.42, 0],
      ],
      0.0105,
      20,
    ),
    m.brass,
  );
  b.part(
    'Lamp knuckle',
    lamp,
    lathe(
      [
        [0, 0.93],
        [0.0135, 0.93],
        [0.0165, 0.935],
        [0.0165, 0.965],
        [0.0135, 0.97],
        [0, 0.97],
      ],
      32,
    ),
    m.brass,
  );
  const shade = b.group('Lamp shade', lamp);
  b.part(
    'Shade',
    shade,
    lathe(
      [
        [0.235, 1.33],
        [0.175, 1.63],
      ],
      72,
    ),
    m.shade,
  );
  b.part('Shade lower rim', shade, tube(circlePath(0.2352, 1.33, 72), 0.0042, 8, { closed: true }), m.brass);
  b.part('Shade upper rim', shade, tube(circlePath(0.1752, 1.63, 72), 0.0035, 8, { closed: true }), m.brass);
  b.part(
    'Shade carrier',
    shade,
    merged(
      ...[0, 120, 240].map((a) =>
        transformed(
          tube(
            [
              [0.012, 1.6, 0],
              [0.176, 1.625, 0],
            ],
            0.003,
            6,
          ),
          rotationY(a),
        ),
      ),
      tube(
        [
          [0, 1.4, 0],
          [0, 1.61, 0],
        ],
        0.0065,
        10,
      ),
    ),
    m.brass,
  );
  b.part('Bulb', lamp, transformed(sphere(0.034, 24, 16), scaling(1, 1.2, 1)), m.bulb, { at: [0, 1.485, 0] });
  b.part(
    'Pull chain',
    lamp,
    merged(
      tube(
        [
          [0.05, 1.2, 0.05],
          [0.05, 1.44, 0.05],
        ],
        0.0014,
        5,
      ),
      transformed(sphere(0.008, 12, 8), translation(0.05, 1.195, 0.05)),
    ),
    m.brass,
  );
}
