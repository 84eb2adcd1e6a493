import { bevelledBox } from '../../geometry/box.ts';
import { merged, type Surface, shiftedUvs, tinted, transformed } from '../../geometry/surface.ts';
import { translation, type Vec3 } from '../../geometry/vector.ts';
import type { Random } from '../../random.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import { block, slabs } from './blocks.ts';
import type { PavilionMaterials } from './materials.ts';
import { type Area, DECK, TERRACE, TERRACE_Y } from './plan.ts';

/** Plinth, timber deck, stone floor, steps and the path of stepping stones. */
export function addTerrace(b: SceneBuilder, m: PavilionMaterials, random: Random): void {
  const terrace = b.group('Terrace');
  b.part(
    'Terrace plinth',
    terrace,
    block(
      { x0: TERRACE.x0 + 0.12, x1: TERRACE.x1 - 0.12, z0: TERRACE.z0 + 0.12, z1: TERRACE.z1 - 0.12 },
      -0.3,
      TERRACE_Y - 0.07,
      0.01,
    ),
    m.concrete,
  );
  b.part('Deck planks', terrace, planks(DECK, TERRACE_Y, random), m.deck);
  b.part(
    'Deck edge',
    terrace,
    block(
      { x0: DECK.x0 - 0.004, x1: DECK.x1 + 0.004, z0: DECK.z1 - 0.03, z1: DECK.z1 + 0.002 },
      TERRACE_Y - 0.16,
      TERRACE_Y - 0.032,
      0.004,
    ),
    m.deck,
  );
  b.part('Stone floor', terrace, slabs({ ...TERRACE, z1: DECK.z0 }, TERRACE_Y, 0.07, 0.98, random), m.stone);
  const steps = b.group('Steps', terrace);
  for (let i = 0; i < 3; i++) {
    const y = TERRACE_Y - 0.15 * (i + 0);
    if (i === 0) continue;
    const z = DECK.z1 + (i - 1) * 0.4;
    b.part(
      `Step ${i}`,
      steps,
      block({ x0: -3.95, x1: -1.95, z0: z - 0.02, z1: z + 0.42 }, y - 0.09, y, 0.008),
      m.stone,
    );
    b.part(
      `Step ${i} riser`,
      steps,
      block({ x0: -3.87, x1: -2.03, z0: z, z1: z + 0.34 }, -0.2, y - 0.09, 0.006),
      m.concrete,
    );
  }
  const path = b.group('Stepping stones');
  for (let i = 0; i < 6; i++) {
    const at: Vec3 = [-3.0 - 0.11 * i * i * 0.5 - 0.1 * (i % 2), 0.012, 2.75 + i * 0.92];
    b.part(
      `Stepping stone ${i + 1}`,
      path,
      shiftedUvs(bevelledBox([1.25, 0.06, 0.62], 0.012), i * 0.4, i * 0.7),
      m.stone,
      { at, turn: [0, -4 * i + random.centred() * 3, 0] },
    );
  }
}

function planks(area: Area, top: number, random: Random): Surface {
  const parts: Surface[] = [];
  const width = 0.138;
  const rows = Math.round((area.z1 - area.z0) / width);
  const w = (area.z1 - area.z0) / rows;
  for (let r = 0; r < rows; r++) {
    let x = area.x0 - random.between(0, 2);
    while (x < area.x1) {
      const long = random.between(2.4, 4.2);
      const [from, to] = [Math.max(x, area.x0), Math.min(x + long, area.x1)];
      if (to - from > 0.15) {
        const tone = random.between(0.78, 1.08);
        const plank = transformed(
          bevelledBox([to - from - 0.004, 0.03, w - 0.007], 0.004),
          translation((from + to) / 2, top - 0.015, area.z0 + (r + 0.5) * w),
        );
        parts.push(
          tinted(shiftedUvs(plank, random.between(0, 9), random.between(0, 9)), [
            tone,
            tone * random.between(0.95, 1.02),
            tone * random.between(0.92, 1),
          ]),
        );
      }
      x += long;
    }
  }
  return merged(...parts);
}
