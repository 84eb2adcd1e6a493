import type { Node } from '@gltf-transform/core';
import { bevelledBox, flatRectangle, roundedBox } from '../../geometry/box.ts';
import { sphere, tube } from '../../geometry/loft.ts';
import { sheet } from '../../geometry/sheet.ts';
import { merged, type Surface, shiftedUvs, tinted, transformed } from '../../geometry/surface.ts';
import {
  mix,
  rotationY,
  rotationZ,
  smoothstep,
  translation,
  type Vec2,
  type Vec3,
} from '../../geometry/vector.ts';
import { fractalNoise, noise3, type Random } from '../../random.ts';
import type { SampleMaterial, SceneBuilder } from '../scene-builder.ts';
import type { ReadingCornerMaterials } from './materials.ts';

/** Inner faces of the walls and edges of the floor, metres. */
export const ROOM = { left: -2, back: -1.6, right: 3.1, front: 2.9, height: 2.75 };

const LEFT = ROOM.left;
const BACK = ROOM.back;
const RIGHT = ROOM.right;
const FRONT = ROOM.front;
const WALL_HEIGHT = ROOM.height;

/** Floor, back wall, window wall and curtains; no ceiling, so that the sky lights the room. */
export function addRoom(b: SceneBuilder, m: ReadingCornerMaterials, random: Random): void {
  const room = b.group('Room');
  const floor = b.group('Oak floor', room);
  b.part('Floor boards', floor, floorBoards(random), m.oak);
  b.part('Subfloor', floor, bevelledBox([RIGHT - LEFT, 0.02, FRONT - BACK], 0), m.gap, {
    at: [(LEFT + RIGHT) / 2, -0.028, (BACK + FRONT) / 2],
  });
  b.part('Back wall', room, bevelledBox([RIGHT - LEFT + 0.16, WALL_HEIGHT, 0.14], 0.004), m.wall, {
    at: [(LEFT + RIGHT - 0.16) / 2, WALL_HEIGHT / 2, BACK - 0.07],
  });
  b.part('Back skirting', room, skirting(RIGHT - LEFT), m.skirting, { at: [(LEFT + RIGHT) / 2, 0, BACK] });
  windowWall(b, room, m.wall, m.skirting, m.steel, m.pane);

  const curtains = b.group('Curtains');
  b.part(
    'Curtain rod',
    curtains,
    tube(
      [
        [0, 0, -1.52],
        [0, 0, 2.5],
      ],
      0.011,
      16,
    ),
    m.brass,
    { at: [LEFT + 0.11, 2.52, 0] },
  );
  b.part('Curtain rod end', curtains, sphere(0.022, 24, 12), m.brass, { at: [LEFT + 0.11, 2.52, -1.53] });
  b.part('Back curtain', curtains, curtain(0.42, 2.46, 7, 3), m.linen, { at: [LEFT + 0.11, 2.5, -1.3] });
  b.part('Front curtain', curtains, curtain(0.5, 2.46, 8, 5), m.linen, { at: [LEFT + 0.11, 2.5, 1.78] });
}

function floorBoards(random: Random): Surface {
  const boards: Surface[] = [];
  const width = 0.155;
  for (let x = LEFT; x < RIGHT; x += width) {
    let z = BACK - random.between(0, 1.2);
    while (z < FRONT) {
      const long = random.between(1.1, 1.9);
      const from = Math.max(z, BACK);
      const to = Math.min(z + long, FRONT);
      if (to - from > 0.05) {
        const tone = random.between(0.84, 1.06);
        const warm = random.between(0.96, 1.03);
        const board = transformed(
          bevelledBox([width - 0.0016, 0.018, to - from - 0.0016], 0.0013),
          translation(x + width / 2, -0.009, (from + to) / 2),
        );
        boards.push(
          tinted(shiftedUvs(board, random.between(0, 9), random.between(0, 9)), [
            tone,
            tone * warm,
            tone * warm * random.between(0.94, 1.02),
          ]),
        );
      }
      z += long;
    }
  }
  return merged(...boards);
}

/** Skirting board along x, its back on z = 0. */
function skirting(lengthM: number): Surface {
  const profile: Vec2[] = [
    [0.018, 0.001],
    [0.018, 0.075],
    [0.016, 0.083],
    [0.01, 0.088],
    [0.008, 0.096],
    [0, 0.1],
  ];
  const rows = profile.length - 1;
  return sheet(
    1,
    rows,
    (u, v) => {
      const [z, y] = profile[Math.round(v * rows)]!;
      return [(u - 0.5) * lengthM, y, z];
    },
    { creaseDegrees: 35 },
  );
}

function windowWall(
  b: SceneBuilder,
  room: Node,
  wall: SampleMaterial,
  wood: SampleMaterial,
  steel: SampleMaterial,
  pane: SampleMaterial,
): void {
  const g = b.group('Window wall', room, { at: [LEFT - 0.09, 0, 0] });
  const [from, to] = [-1.18, 1.72];
  const [bottom, top] = [0.44, 2.4];
  const thick = 0.18;
  const slab = (name: string, z0: number, z1: number, y0: number, y1: number): void => {
    b.part(name, g, bevelledBox([thick, y1 - y0, z1 - z0], 0.004), wall, {
      at: [0, (y0 + y1) / 2, (z0 + z1) / 2],
    });
  };
  slab('Window parapet', BACK, FRONT, 0, bottom);
  slab('Window header', BACK, FRONT, top, WALL_HEIGHT);
  slab('Window pier back', BACK, from, bottom, top);
  slab('Window pier front', to, FRONT, bottom, top);
  b.part('Window sill', g, bevelledBox([0.27, 0.024, to - from + 0.06], 0.005), wood, {
    at: [0.06, bottom + 0.01, (from + to) / 2],
  });
  b.part('Window skirting', g, transformed(skirting(FRONT - BACK), rotationY(90)), wood, {
    at: [thick / 2, 0, (BACK + FRONT) / 2],
  });
  const frame = b.group('Window frame', g);
  const bar = (name: string, size: Vec3, at: Vec3): void => {
    b.part(name, frame, bevelledBox(size, 0.004), steel, { at });
  };
  const columns = 4;
  const rows = 3;
  const [w, h] = [(to - from) / columns, (top - bottom - 0.022) / rows];
  const low = bottom + 0.022;
  for (let i = 0; i <= columns; i++) {
    const edge = i === 0 || i === columns;
    bar(
      `Mullion ${i + 1}`,
      [edge ? 0.06 : 0.045, top - low, edge ? 0.05 : i === 2 ? 0.05 : 0.024],
      [0, (top + low) / 2, from + i * w + (i === 0 ? 0.025 : i === columns ? -0.025 : 0)],
    );
  }
  for (let j = 0; j <= rows; j++) {
    const edge = j === 0 || j === rows;
    bar(
      `Glazing bar ${j + 1}`,
      [edge ? 0.058 : 0.04, edge ? 0.05 : 0.024, to - from - 0.004],
      [0, low + j * h + (j === 0 ? 0.025 : j === rows ? -0.025 : 0), (from + to) / 2],
    );
  }
  const glazing = b.group('Window panes', g);
  const glassPane = transformed(flatRectangle(h - 0.01, w - 0.01), rotationZ(-90));
  for (let i = 0; i < columns; i++)
    for (let j = 0; j < rows; j++)
      b.part(`Pane ${i + 1}-${j + 1}`, glazing, glassPane, pane, {
        at: [0, low + (j + 0.5) * h, from + (i + 0.5) * w],
      });
  b.part(
    'Window handle',
    frame,
    merged(
      roundedBox([0.02, 0.1, 0.02], { radiusM: 0.006 }),
      transformed(
        tube(
          [
            [0, 0, 0],
            [0.035, 0, 0],
            [0.038, -0.01, 0],
            [0.038, -0.11, 0],
          ],
          0.006,
          10,
        ),
        translation(0.005, 0.02, 0),
      ),
    ),
    steel,
    { at: [0.03, low + h * 1.5, from + 2 * w] },
  );
}

function curtain(width: number, height: number, folds: number, seed: number): Surface {
  return sheet(
    folds * 12,
    26,
    (u, v) => {
      const down = 1 - v;
      const gather = mix(1, 1.12, smoothstep(0.1, 1, down));
      const phase = u * folds * Math.PI * 2 + 0.5 * noise3(u * 4, down * 2.2, seed);
      const depth = mix(0.03, 0.05, down) * (0.8 + 0.35 * noise3(u * folds * 0.7, 0.5, seed + 2));
      const pinch = smoothstep(0, 0.05, down);
      const z = (0.5 - u) * width * gather + 0.012 * Math.sin(phase * 2) * down;
      const x =
        Math.sin(phase) * depth * mix(0.55, 1, pinch) + 0.02 * fractalNoise(u * 3, down * 3, seed, 2) * down;
      return [x, -down * height + 0.004 * Math.sin(phase + 1) * down, z];
    },
    { uLengthM: width * 2.2, vLengthM: height, creaseDegrees: 80 },
  );
}
