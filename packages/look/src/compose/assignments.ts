import type { MaterialAssignment, Surface } from '@diorama/contracts';
import type { ObjectIndex } from '../objects/object-index.ts';
import type { Note } from './note.ts';

const keyOf = (target: MaterialAssignment['target']): string =>
  target === 'all' ? 'all' : target.join('\n');

/** The materials of a look, one for each target; later words win or add to earlier ones. */
export class Assignments {
  readonly #byTarget = new Map<string, { assignment: MaterialAssignment; note: Note }>();

  has(target: MaterialAssignment['target']): boolean {
    return this.#byTarget.has(keyOf(target));
  }

  assign(assignment: MaterialAssignment, note: Note): void {
    const key = keyOf(assignment.target);
    const old = this.#byTarget.get(key);
    let { surface } = assignment;
    if (old && surface.colorSrgb !== null && old.assignment.surface.colorSrgb !== null)
      old.note.replacedBy = note.text;
    // "The chair is red ... glossy chair": what the later phrase leaves open stays.
    else if (old) surface = mergeSurfaces(old.assignment.surface, surface);
    this.#byTarget.set(key, { assignment: { ...assignment, surface }, note });
  }

  /** From the whole to the parts, so that what is named more exactly comes last and stays on top. */
  inOrder(index: ObjectIndex): MaterialAssignment[] {
    const depthOf = ({ target }: MaterialAssignment) =>
      target === 'all' ? -1 : Math.min(...target.slice(0, 50).map((id) => index.depthOf(id)));
    return [...this.#byTarget.values()]
      .map(({ assignment }) => ({ assignment, depth: depthOf(assignment) }))
      .sort((a, b) => a.depth - b.depth)
      .map(({ assignment }) => assignment);
  }
}

function mergeSurfaces(first: Surface, second: Surface): Surface {
  return {
    name: `${second.name} ${first.name}`.trim(),
    colorSrgb: second.colorSrgb ?? first.colorSrgb,
    roughness: second.roughness ?? first.roughness,
    metalness: second.metalness ?? first.metalness,
    transmission: second.transmission ?? first.transmission,
    thinWalled: second.thinWalled ?? first.thinWalled,
    ior: second.ior ?? first.ior,
    clearcoat: second.clearcoat ?? first.clearcoat,
    sheenSrgb: second.sheenSrgb ?? first.sheenSrgb,
    emission: second.emission ?? first.emission,
    texture: second.texture ?? first.texture,
    wetness: Math.max(first.wetness, second.wetness),
  };
}
