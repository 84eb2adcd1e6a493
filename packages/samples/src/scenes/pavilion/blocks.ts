import { bevelledBox } from '../../geometry/box.ts';
import { merged, type Surface, shiftedUvs, tinted, transformed } from '../../geometry/surface.ts';
import { translation } from '../../geometry/vector.ts';
import type { Random } from '../../random.ts';
import type { Area } from './plan.ts';

/** A bevelled block over an area, uv moved so that textures do not repeat from block to block. */
export function block(area: Area, bottom: number, top: number, bevelM: number): Surface {
  return transformed(
    bevelledBox([area.x1 - area.x0, top - bottom, area.z1 - area.z0], bevelM),
    translation((area.x0 + area.x1) / 2, (top + bottom) / 2, (area.z0 + area.z1) / 2),
  );
}

/** Four bars along the rim of an area, standing on `y`. */
export function edgeBars(area: Area, y: number, height: number, width: number): Surface[] {
  return [
    block({ ...area, z1: area.z0 + width }, y, y + height, 0.004),
    block({ ...area, z0: area.z1 - width }, y, y + height, 0.004),
    block(
      { x0: area.x0, x1: area.x0 + width, z0: area.z0 + width, z1: area.z1 - width },
      y,
      y + height,
      0.004,
    ),
    block(
      { x0: area.x1 - width, x1: area.x1, z0: area.z0 + width, z1: area.z1 - width },
      y,
      y + height,
      0.004,
    ),
  ];
}

/** Slabs of about `size`, every one with its own tone, joints of 6 mm. */
export function slabs(area: Area, top: number, thickness: number, size: number, random: Random): Surface {
  const nx = Math.max(1, Math.round((area.x1 - area.x0) / size));
  const nz = Math.max(1, Math.round((area.z1 - area.z0) / size));
  const [w, d] = [(area.x1 - area.x0) / nx, (area.z1 - area.z0) / nz];
  const parts: Surface[] = [];
  for (let i = 0; i < nx; i++)
    for (let j = 0; j < nz; j++) {
      const tone = random.between(0.88, 1.03);
      const slab = transformed(
        bevelledBox([w - 0.006, thickness, d - 0.006], 0.005),
        translation(area.x0 + (i + 0.5) * w, top - thickness / 2, area.z0 + (j + 0.5) * d),
      );
      parts.push(
        tinted(shiftedUvs(slab, random.between(0, 5), random.between(0, 5)), [
          tone,
          tone,
          tone * random.between(0.97, 1),
        ]),
      );
    }
  return merged(...parts);
}
