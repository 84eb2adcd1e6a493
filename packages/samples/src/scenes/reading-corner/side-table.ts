import { curveThrough, lathe, tube } from '../../geometry/loft.ts';
import type { Surface } from '../../geometry/surface.ts';
import type { Vec2, Vec3 } from '../../geometry/vector.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import { book, readingGlasses } from './books.ts';
import type { ReadingCornerMaterials } from './materials.ts';

const TABLE: Vec3 = [0.98, 0, -0.28];
const TOP_Y = 0.52;

/** A pedestal table with books, reading glasses and a cup of coffee. */
export function addSideTable(b: SceneBuilder, m: ReadingCornerMaterials): void {
  const table = b.group('Side table', null, { at: TABLE });
  b.part('Table top', table, tableTop(0.25), m.walnut, { at: [0, TOP_Y, 0], turn: [0, 20, 0] });
  b.part(
    'Table stem',
    table,
    lathe(
      [
        [0, 0.03],
        [0.045, 0.03],
        [0.034, 0.06],
        [0.022, 0.14],
        [0.018, 0.28],
        [0.022, 0.42],
        [0.04, 0.49],
        [0.09, 0.515],
        [0, 0.518],
      ],
      40,
      { uDirection: 'along', creaseDegrees: 50 },
    ),
    m.walnut,
  );
  b.part(
    'Table foot',
    table,
    lathe(
      [
        [0, 0],
        [0.155, 0],
        [0.158, 0.004],
        [0.158, 0.012],
        [0.152, 0.018],
        [0.1, 0.026],
        [0.04, 0.034],
        [0, 0.034],
      ],
      64,
    ),
    m.walnut,
  );
  const stack = b.group('Books', null, { at: [TABLE[0] - 0.045, TOP_Y, TABLE[2] + 0.015] });
  book(b, stack, 'Blue book', m.covers.blue, m.pages, m.gilt, [0.17, 0.032, 0.235], {
    at: [0, 0, 0],
    turn: [0, 64, 0],
  });
  book(b, stack, 'Red book', m.covers.red, m.pages, m.gilt, [0.155, 0.024, 0.21], {
    at: [0.004, 0.032, -0.004],
    turn: [0, 76, 0],
  });
  book(b, stack, 'Ochre book', m.covers.ochre, m.pages, m.gilt, [0.13, 0.019, 0.19], {
    at: [-0.004, 0.056, 0.002],
    turn: [0, 52, 0],
  });
  b.part('Reading glasses', stack, readingGlasses(), m.brass, { at: [0, 0.0775, 0], turn: [0, 80, 0] });
  const cup = b.group('Cup', null, { at: [TABLE[0] + 0.135, TOP_Y, TABLE[2] + 0.075], turn: [0, -35, 0] });
  b.part(
    'Saucer',
    cup,
    lathe(
      [
        [0, 0],
        [0.035, 0],
        [0.038, 0.002],
        [0.06, 0.009],
        [0.073, 0.0145],
        [0.0735, 0.016],
        [0.072, 0.0168],
        [0.058, 0.0118],
        [0.036, 0.0052],
        [0, 0.0045],
      ],
      56,
    ),
    m.stoneware,
  );
  b.part('Cup body', cup, cupBody(), m.stoneware, { at: [0, 0.0046, 0] });
  b.part(
    'Cup handle',
    cup,
    tube(
      curveThrough(
        [
          [0.034, 0.05, 0],
          [0.052, 0.053, 0],
          [0.06, 0.038, 0],
          [0.05, 0.022, 0],
          [0.029, 0.019, 0],
        ],
        6,
      ),
      0.0042,
      12,
    ),
    m.stoneware,
    { at: [0, 0.0046, 0] },
  );
  b.part(
    'Coffee',
    cup,
    lathe(
      [
        [0.0362, 0.0498],
        [0.0345, 0.0492],
        [0, 0.0492],
      ],
      48,
      { creaseDegrees: 80 },
    ),
    m.coffee,
    { at: [0, 0.0046, 0] },
  );
}

function tableTop(radius: number): Surface {
  const profile: Vec2[] = [
    [0, -0.026],
    [radius - 0.03, -0.026],
    [radius - 0.006, -0.01],
    [radius - 0.0008, -0.0055],
    [radius, -0.0032],
    [radius - 0.0008, -0.001],
    [radius - 0.0035, 0],
    [0, 0],
  ];
  const s = lathe(profile, 96, { creaseDegrees: 30 });
  // A board, not a turned ring: the grain crosses the whole top.
  return { ...s, uvs: s.positions.filter((_, i) => i % 3 !== 1) };
}

function cupBody(): Surface {
  const outer: Vec2[] = [
    [0, 0],
    [0.022, 0],
    [0.023, 0.002],
    [0.022, 0.004],
    [0.031, 0.016],
    [0.0365, 0.032],
    [0.039, 0.05],
    [0.0405, 0.062],
    [0.0402, 0.0632],
    [0.0388, 0.0632],
  ];
  const inner: Vec2[] = [
    [0.0378, 0.061],
    [0.0362, 0.048],
    [0.0335, 0.03],
    [0.027, 0.015],
    [0.015, 0.009],
    [0, 0.008],
  ];
  return lathe([...outer, ...inner], 56, { creaseDegrees: 50 });
}
