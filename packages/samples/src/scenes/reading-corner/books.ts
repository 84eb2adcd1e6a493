import type { Node } from '@gltf-transform/core';
import { bevelledBox } from '../../geometry/box.ts';
import { circlePath, curveThrough, tube } from '../../geometry/loft.ts';
import { thickSheet } from '../../geometry/sheet.ts';
import { merged, type Surface, transformed } from '../../geometry/surface.ts';
import { multiply, rotationX, translation, type Vec3 } from '../../geometry/vector.ts';
import type { SampleMaterial, SceneBuilder } from '../scene-builder.ts';

/** A closed book lying on y = 0: spine towards -X. `size` is width, thickness, height of the volume. */
export function book(
  b: SceneBuilder,
  parent: Node,
  name: string,
  cover: SampleMaterial,
  pages: SampleMaterial,
  gilt: SampleMaterial,
  size: Vec3,
  placement: { at: Vec3; turn: Vec3 },
): void {
  const [w, t, h] = size;
  const g = b.group(name, parent, placement);
  const board = 0.0024;
  const parts: Surface[] = [];
  for (const y of [board / 2, t - board / 2])
    parts.push(transformed(bevelledBox([w, board, h], 0.0007), translation(0.001, y, 0)));
  const spine: Surface = thickSheet(
    1,
    10,
    (u, v) => {
      const a = (v - 0.5) * Math.PI * 0.86;
      return [
        -w / 2 + 0.003 - Math.cos(a) * 0.007,
        t / 2 + (Math.sin(a) / Math.sin(Math.PI * 0.43)) * (t / 2),
        (u - 0.5) * h,
      ];
    },
    0.0018,
    { uLengthM: h, vLengthM: t, creaseDegrees: 60 },
  );
  parts.push(spine);
  b.part(`${name} cover`, g, merged(...parts), cover);
  b.part(`${name} pages`, g, bevelledBox([w - 0.007, t - 2 * board - 0.0004, h - 0.008], 0.0012), pages, {
    at: [-0.0012, t / 2, 0],
  });
  const bands: Surface[] = [];
  for (const z of [-0.36, -0.3, 0.3, 0.36])
    bands.push(
      transformed(
        bevelledBox([0.0008, t * 0.82, 0.0013], 0.0002),
        translation(-w / 2 - 0.0042, t / 2, z * h),
      ),
    );
  bands.push(
    transformed(bevelledBox([0.0008, t * 0.3, h * 0.3], 0.0002), translation(-w / 2 - 0.0042, t / 2, 0)),
  );
  b.part(`${name} spine print`, g, merged(...bands), gilt);
}

/** Lies open, face up. */
export function openBook(
  b: SceneBuilder,
  parent: Node,
  cover: SampleMaterial,
  pages: SampleMaterial,
  placement: { at: Vec3; turn: Vec3 },
): void {
  const g = b.group('Open book', parent, placement);
  const [w, h] = [0.135, 0.2];
  const half = (side: number): Surface =>
    thickSheet(
      14,
      1,
      (u, v) => {
        const t = side > 0 ? u : 1 - u;
        const rise = 0.016 * Math.sin(Math.PI * Math.min(1, t * 1.25 + 0.08)) * (1 - t * 0.35) + 0.006;
        return [side * t * w * 0.985, rise, (v - 0.5) * -h];
      },
      0.0052,
      { creaseDegrees: 60 },
    );
  b.part('Open book pages', g, merged(half(-1), half(1)), pages);
  b.part(
    'Open book cover',
    g,
    merged(
      ...[-1, 1].map((side) =>
        transformed(
          bevelledBox([w + 0.003, 0.0022, h + 0.008], 0.0007),
          translation(side * (w / 2 + 0.001), -0.0012, 0),
        ),
      ),
    ),
    cover,
  );
}

export function readingGlasses(): Surface {
  const parts: Surface[] = [];
  for (const side of [-1, 1]) {
    parts.push(
      transformed(
        tube(circlePath(0.022, 0, 40), 0.0011, 8, { closed: true }),
        multiply(translation(side * 0.031, 0.0215, 0), rotationX(82)),
      ),
    );
    parts.push(
      tube(
        curveThrough(
          [
            [side * 0.053, 0.025, 0],
            [side * 0.056, 0.02, -0.05],
            [side * 0.052, 0.006, -0.11],
            [side * 0.05, 0.0012, -0.13],
          ],
          5,
        ),
        0.0011,
        8,
      ),
    );
  }
  parts.push(
    tube(
      curveThrough(
        [
          [-0.0095, 0.024, 0],
          [0, 0.029, 0.001],
          [0.0095, 0.024, 0],
        ],
        5,
      ),
      0.0011,
      8,
    ),
  );
  return merged(...parts);
}
