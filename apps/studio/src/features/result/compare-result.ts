import type { Generation } from '@diorama/contracts';
import { type CompareSource, compareSources } from '../compare/open-compare.ts';

/** An image beside what it was made from: the canvas, then the other images of the entry and the references. */
export function comparedWith(
  { id, request, outputs }: Pick<Generation, 'id' | 'request' | 'outputs'>,
  image: number,
): CompareSource[] {
  const others: CompareSource[] = [
    ...outputs.flatMap((_, index) =>
      index === image ? [] : [{ kind: 'output' as const, generation: id, image: index }],
    ),
    ...request.references.map((_, index) => ({ kind: 'reference' as const, generation: id, index })),
  ];
  const canvas: CompareSource | undefined = request.canvas?.capture
    ? { kind: 'canvas', generation: id }
    : others.shift();
  // With nothing that it was made from, there is still the scene that one has before one.
  return [canvas ?? { kind: 'viewport' }, { kind: 'output', generation: id, image }, ...others];
}

export function compareResult(generation: Generation, image: number): void {
  compareSources(comparedWith(generation, image));
}
