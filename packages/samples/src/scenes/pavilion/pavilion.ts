import { createRandom } from '../../random.ts';
import { PAVILION_VIEWS } from '../../views.ts';
import { SceneBuilder } from '../scene-builder.ts';
import { addGround } from './ground.ts';
import { addHouse } from './house.ts';
import { addLivingRoom } from './living-room.ts';
import { addLoungeChairs } from './lounge-chairs.ts';
import { pavilionMaterials } from './materials.ts';
import { addPlanting } from './planting.ts';
import { addPool } from './pool.ts';
import { addTerrace } from './terrace.ts';

/** A small modern pavilion: flat roof, slender columns, glass, a timber wall, a terrace, a pool, trees. */
export async function buildPavilion(): Promise<Uint8Array> {
  const b = new SceneBuilder('Pavilion');
  const random = createRandom(19);
  const m = pavilionMaterials(b);
  addGround(b, m);
  addTerrace(b, m, random);
  addHouse(b, m, random);
  addLivingRoom(b, m);
  addPool(b, m, random);
  addLoungeChairs(b, m);
  addPlanting(b, m, random);
  for (const view of PAVILION_VIEWS) b.view(view);
  return b.toGlb();
}
