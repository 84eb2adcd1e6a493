import type { Node } from '@gltf-transform/core';
import { bevelledBox, flatRectangle } from '../../geometry/box.ts';
import { curveThrough, lathe } from '../../geometry/loft.ts';
import { merged, type Surface, shiftedUvs, transformed } from '../../geometry/surface.ts';
import { rotationX, translation, type Vec2, type Vec3 } from '../../geometry/vector.ts';
import type { SampleMaterial, SceneBuilder } from '../scene-builder.ts';
import { book } from './books.ts';
import type { ReadingCornerMaterials } from './materials.ts';
import { ROOM } from './room.ts';

/** The framed print, and what stands on the window sill. */
export function addWallAndSill(b: SceneBuilder, m: ReadingCornerMaterials): void {
  const picture = b.group('Picture', null, { at: [-0.3, 1.62, ROOM.back] });
  pictureFrame(b, picture, 0.78, 0.95, m.walnut);
  b.part('Picture mat', picture, bevelledBox([0.75, 0.92, 0.006], 0.0005), m.mat, { at: [0, 0, 0.009] });
  b.part('Print', picture, transformed(flatRectangle(0.6, 0.75), rotationX(90)), m.print, {
    at: [0, 0, 0.0128],
  });

  const sill = b.group('Sill things', null, { at: [ROOM.left, 0.462, -0.35] });
  b.part('Vase', sill, vase(), m.stoneware, { at: [-0.02, 0, 0.1] });
  book(b, sill, 'Grey book', m.covers.grey, m.pages, m.gilt, [0.15, 0.026, 0.21], {
    at: [-0.01, 0, 0.62],
    turn: [0, 12, 0],
  });
  book(b, sill, 'Green book', m.covers.green, m.pages, m.gilt, [0.13, 0.02, 0.19], {
    at: [-0.012, 0.026, 0.615],
    turn: [0, -8, 0],
  });
}

function pictureFrame(
  b: SceneBuilder,
  parent: Node,
  width: number,
  height: number,
  wood: SampleMaterial,
): void {
  const bar = 0.024;
  const depth = 0.03;
  const parts: Surface[] = [];
  for (const side of [-1, 1]) {
    parts.push(
      shiftedUvs(
        transformed(
          bevelledBox([width + 2 * bar, bar, depth], 0.003),
          translation(0, side * (height / 2 + bar / 2), depth / 2 + 0.001),
        ),
        0.3 * side,
        0.11,
      ),
    );
    parts.push(
      shiftedUvs(
        transformed(
          bevelledBox([bar, height, depth], 0.003),
          translation(side * (width / 2 + bar / 2), 0, depth / 2 + 0.001),
        ),
        0.2 * side,
        0.05,
      ),
    );
  }
  b.part('Picture frame', parent, merged(...parts), wood);
}

function vase(): Surface {
  const outer: Vec2[] = [
    [0, 0],
    [0.035, 0],
    [0.042, 0.003],
    [0.062, 0.04],
    [0.07, 0.085],
    [0.06, 0.135],
    [0.036, 0.175],
    [0.026, 0.2],
    [0.027, 0.225],
    [0.033, 0.238],
    [0.0325, 0.2395],
    [0.029, 0.238],
  ];
  const inner: Vec2[] = [
    [0.0225, 0.224],
    [0.021, 0.2],
    [0.03, 0.172],
    [0, 0.15],
  ];
  const smooth = curveThrough(
    outer.map(([r, y]): Vec3 => [r, y, 0]),
    3,
  ).map((p): Vec2 => [Math.max(0, p[0]), Math.max(0, p[1])]);
  return lathe([...smooth, ...inner], 56, { creaseDegrees: 55 });
}
