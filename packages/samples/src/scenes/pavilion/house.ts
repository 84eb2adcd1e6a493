import type { Node } from '@gltf-transform/core';
import { bevelledBox, flatRectangle } from '../../geometry/box.ts';
import { merged, type Surface, shiftedUvs, tinted, transformed } from '../../geometry/surface.ts';
import { mix, rotationX, rotationZ, translation } from '../../geometry/vector.ts';
import type { Random } from '../../random.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import { block, edgeBars } from './blocks.ts';
import type { PavilionMaterials } from './materials.ts';
import { type Area, ROOF, ROOF_BOTTOM, ROOM, SKYLIGHT, TERRACE_Y } from './plan.ts';

/** Roof with skylight, columns, timber wall, glass. */
export function addHouse(b: SceneBuilder, m: PavilionMaterials, random: Random): void {
  const house = b.group('Pavilion');
  const roof = b.group('Roof', house);
  b.part(
    'Roof slab',
    roof,
    merged(...aroundSkylight(ROOF).map((area) => block(area, ROOF_BOTTOM + 0.02, ROOF_BOTTOM + 0.3, 0.003))),
    m.render,
  );
  b.part('Roof edge', roof, merged(...edgeBars(ROOF, ROOF_BOTTOM + 0.3, 0.035, 0.1)), m.steel);
  const top: Area = { x0: ROOF.x0 + 0.1, x1: ROOF.x1 - 0.1, z0: ROOF.z0 + 0.1, z1: ROOF.z1 - 0.1 };
  b.part(
    'Roof gravel',
    roof,
    merged(...aroundSkylight(top).map((area) => block(area, ROOF_BOTTOM + 0.28, ROOF_BOTTOM + 0.31, 0))),
    m.gravel,
  );
  b.part('Soffit', roof, soffit(random), m.cedar);
  const skylight = b.group('Skylight', roof);
  const frame = {
    x0: SKYLIGHT.x0 - 0.04,
    x1: SKYLIGHT.x1 + 0.04,
    z0: SKYLIGHT.z0 - 0.04,
    z1: SKYLIGHT.z1 + 0.04,
  };
  b.part('Skylight frame', skylight, merged(...edgeBars(frame, ROOF_BOTTOM + 0.29, 0.07, 0.05)), m.steel);
  b.part(
    'Skylight pane',
    skylight,
    flatRectangle(SKYLIGHT.x1 - SKYLIGHT.x0, SKYLIGHT.z1 - SKYLIGHT.z0),
    m.pane,
    {
      at: [(SKYLIGHT.x0 + SKYLIGHT.x1) / 2, ROOF_BOTTOM + 0.34, (SKYLIGHT.z0 + SKYLIGHT.z1) / 2],
    },
  );

  const columns = b.group('Columns', house);
  const column = bevelledBox([0.075, ROOF_BOTTOM - TERRACE_Y, 0.075], 0.005);
  let n = 0;
  for (const z of [-0.15, -6.3])
    for (const x of [-3.5, -0.05, 3.4, 6.95]) {
      n++;
      b.part(`Column ${n}`, columns, column, m.steel, { at: [x, (ROOF_BOTTOM + TERRACE_Y) / 2, z] });
    }

  const back = b.group('Timber wall', house);
  b.part(
    'Wall core',
    back,
    block({ x0: -3.4, x1: ROOM.x1, z0: ROOM.z0 - 0.06, z1: ROOM.z0 + 0.06 }, TERRACE_Y, ROOF_BOTTOM, 0.004),
    m.steel,
  );
  const battens: Surface[] = [];
  for (let x = -3.39; x < ROOM.x1 - 0.05; x += 0.096) {
    const tone = random.between(0.78, 1.08);
    const batten = transformed(
      shiftedUvs(
        bevelledBox([ROOF_BOTTOM - TERRACE_Y - 0.02, 0.084, 0.026], 0.003),
        random.between(0, 9),
        random.between(0, 9),
      ),
      rotationZ(90),
    );
    battens.push(
      tinted(
        transformed(
          batten,
          translation(x + 0.042, (ROOF_BOTTOM + TERRACE_Y) / 2, ROOM.z0 + 0.074 + random.centred() * 0.002),
        ),
        [tone, tone * random.between(0.95, 1.02), tone * 0.98],
      ),
    );
  }
  b.part('Wall battens', back, merged(...battens), m.cedar);

  const walls = b.group('Glass walls', house);
  glassWall(b, walls, 'Front', m, [ROOM.x0, ROOM.z1], [ROOM.x1, ROOM.z1], 5);
  glassWall(b, walls, 'Left', m, [ROOM.x0, ROOM.z0 + 0.1], [ROOM.x0, ROOM.z1], 3);
  glassWall(b, walls, 'Right', m, [ROOM.x1, ROOM.z1], [ROOM.x1, ROOM.z0 + 0.1], 3);
}

/** Panes and slender frames between two points of the plan, from floor to soffit. */
function glassWall(
  b: SceneBuilder,
  parent: Node,
  name: string,
  m: Pick<PavilionMaterials, 'steel' | 'pane'>,
  from: readonly [number, number],
  to: readonly [number, number],
  panes: number,
): void {
  const lengthM = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const angle = (Math.atan2(-(to[1] - from[1]), to[0] - from[0]) * 180) / Math.PI;
  const g = b.group(`${name} glass wall`, parent, { at: [from[0], TERRACE_Y, from[1]], turn: [0, angle, 0] });
  const h = ROOF_BOTTOM - TERRACE_Y;
  const bars: Surface[] = [];
  for (let i = 0; i <= panes; i++)
    bars.push(transformed(bevelledBox([0.05, h, 0.07], 0.004), translation((lengthM * i) / panes, h / 2, 0)));
  for (const y of [0.025, h - 0.03])
    bars.push(transformed(bevelledBox([lengthM, 0.05, 0.066], 0.004), translation(lengthM / 2, y, 0)));
  b.part(`${name} glass frame`, g, merged(...bars), m.steel);
  const w = lengthM / panes;
  const pane = transformed(flatRectangle(w - 0.02, h - 0.06), rotationX(90));
  for (let i = 0; i < panes; i++)
    b.part(`${name} pane ${i + 1}`, g, pane, m.pane, { at: [(i + 0.5) * w, h / 2, 0] });
}

/** What is left of an area when the skylight is cut out of it. */
function aroundSkylight(area: Area): Area[] {
  return [
    { ...area, z1: SKYLIGHT.z0 },
    { ...area, z0: SKYLIGHT.z1 },
    { x0: area.x0, x1: SKYLIGHT.x0, z0: SKYLIGHT.z0, z1: SKYLIGHT.z1 },
    { x0: SKYLIGHT.x1, x1: area.x1, z0: SKYLIGHT.z0, z1: SKYLIGHT.z1 },
  ];
}

function soffit(random: Random): Surface {
  const parts: Surface[] = [];
  const area: Area = { x0: ROOF.x0 + 0.06, x1: ROOF.x1 - 0.06, z0: ROOF.z0 + 0.06, z1: ROOF.z1 - 0.06 };
  const rows = 46;
  const w = (area.z1 - area.z0) / rows;
  for (let r = 0; r < rows; r++) {
    const middle = area.z0 + (r + 0.5) * w;
    const split = mix(area.x0, area.x1, random.between(0.25, 0.75));
    const open = middle > SKYLIGHT.z0 - w / 2 && middle < SKYLIGHT.z1 + w / 2;
    const spans: readonly (readonly [number, number])[] = open
      ? [
          [area.x0, SKYLIGHT.x0],
          [SKYLIGHT.x1, area.x1],
        ]
      : [
          [area.x0, split],
          [split, area.x1],
        ];
    for (const [from, to] of spans) {
      const tone = random.between(0.86, 1.06);
      const plank = transformed(
        bevelledBox([to - from - 0.003, 0.02, w - 0.006], 0.003),
        translation((from + to) / 2, ROOF_BOTTOM + 0.008, middle),
      );
      parts.push(
        tinted(shiftedUvs(plank, random.between(0, 9), random.between(0, 9)), [
          tone,
          tone * 0.99,
          tone * 0.97,
        ]),
      );
    }
  }
  return merged(...parts);
}
