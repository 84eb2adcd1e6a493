import { lathe, tube } from '../../geometry/loft.ts';
import { reshaped, type Surface } from '../../geometry/surface.ts';
import { smoothstep, type Vec2, type Vec3 } from '../../geometry/vector.ts';
import { noise3 } from '../../random.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import { openBook } from './books.ts';
import type { ReadingCornerMaterials } from './materials.ts';

/** A stuffed seat with an open book on it. */
export function addPouf(b: SceneBuilder, m: ReadingCornerMaterials): void {
  const pouf = b.group('Pouf', null, { at: [-0.92, 0, 0.28] });
  b.part('Pouf body', pouf, poufBody(), m.boucle);
  b.part(
    'Pouf seam',
    pouf,
    tube(
      Array.from(
        { length: 48 },
        (_, i): Vec3 => [0.262 * Math.cos((i * Math.PI) / 24), 0.2, 0.262 * Math.sin((i * Math.PI) / 24)],
      ),
      0.006,
      6,
      { closed: true },
    ),
    m.boucle,
  );
  openBook(b, b.group('Book on the pouf', null, { at: [-0.92, 0, 0.28] }), m.covers.green, m.pages, {
    at: [0.01, 0.388, 0.01],
    turn: [0, 38, 0],
  });
}

/** A stuffed round seat. */
function poufBody(): Surface {
  const profile: Vec2[] = [];
  for (let i = 0; i <= 22; i++) {
    const a = -Math.PI / 2 + (Math.PI * i) / 22;
    const c = Math.cos(a);
    const s = Math.sin(a);
    profile.push([
      i === 0 || i === 22 ? 0 : 0.258 * Math.abs(c) ** 0.42,
      0.195 + 0.193 * Math.sign(s) * Math.abs(s) ** 0.62,
    ]);
  }
  const body = lathe(profile, 72, { creaseDegrees: 80 });
  return reshaped(
    body,
    (p) => {
      const angle = Math.atan2(p[2], p[0]);
      const r = Math.hypot(p[0], p[2]);
      const gather =
        1 +
        0.006 * Math.sin(angle * 12) * smoothstep(0.1, 0.25, r) +
        0.012 * noise3(p[0] * 6, p[1] * 6, p[2] * 6);
      return [
        p[0] * gather,
        Math.max(0.001, p[1] + (p[1] > 0.3 ? -0.012 * (1 - smoothstep(0, 0.2, r)) : 0)),
        p[2] * gather,
      ];
    },
    80,
  );
}
