import { createRandom } from '../../random.ts';
import { READING_CORNER_VIEWS } from '../../views.ts';
import { SceneBuilder } from '../scene-builder.ts';
import { addArmchair } from './armchair.ts';
import { addFloorLamp } from './floor-lamp.ts';
import { addGarden } from './garden.ts';
import { readingCornerMaterials } from './materials.ts';
import { addPlant } from './plant.ts';
import { addPouf } from './pouf.ts';
import { addRoom } from './room.ts';
import { addRug } from './rug.ts';
import { addSideTable } from './side-table.ts';
import { addWallAndSill } from './wall-and-sill.ts';

/** An armchair by a tall steel window: two walls and no ceiling, so that the sky lights the room. */
export async function buildReadingCorner(): Promise<Uint8Array> {
  const b = new SceneBuilder('Reading corner');
  const random = createRandom(7);
  const m = readingCornerMaterials(b);
  addRoom(b, m, random);
  addRug(b, m, random);
  addArmchair(b, m, { at: [0.12, 0, -0.5], turn: [0, -24, 0] });
  addPouf(b, m);
  addSideTable(b, m);
  addFloorLamp(b, m);
  addPlant(b, random, m.terracotta, m.soil, m.plantStem, m.plantLeaf, { at: [-1.5, 0, -1.12] });
  addWallAndSill(b, m);
  addGarden(b, random);
  for (const view of READING_CORNER_VIEWS) b.view(view);
  return b.toGlb();
}
