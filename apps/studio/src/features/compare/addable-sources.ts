import type { Generation } from '@diorama/contracts';
import type { CompareSource } from './open-compare.ts';

/** What else could be compared, of the entries that take part already, and the scene as it is. */
export function addableSources(
  shown: readonly CompareSource[],
  entries: readonly Pick<Generation, 'id' | 'request' | 'outputs'>[],
): readonly { readonly source: CompareSource; readonly label: string }[] {
  const one = entries.length === 1;
  const all: { source: CompareSource; label: string }[] = entries.flatMap(({ id, request, outputs }) => {
    const of = one ? '' : ` of “${request.prompt.trim().slice(0, 24) || 'no prompt'}”`;
    return [
      ...(request.canvas?.capture
        ? [{ source: { kind: 'canvas' as const, generation: id }, label: `Canvas${of}` }]
        : []),
      ...outputs.map((_, image) => ({
        source: { kind: 'output' as const, generation: id, image },
        label: `${outputs.length > 1 ? `Image ${image + 1}` : 'Result'}${of}`,
      })),
      ...request.references.map((_, index) => ({
        source: { kind: 'reference' as const, generation: id, index },
        label: `Reference ${index + 1}${of}`,
      })),
    ];
  });
  all.push({ source: { kind: 'viewport' }, label: 'Scene as it is now' });
  const present = new Set(shown.map(keyOf));
  return all.filter(({ source }) => !present.has(keyOf(source)));
}

export function keyOf(source: CompareSource): string {
  switch (source.kind) {
    case 'viewport':
      return 'viewport';
    case 'canvas':
      return `canvas ${source.generation}`;
    case 'output':
      return `output ${source.generation} ${source.image}`;
    case 'reference':
      return `reference ${source.generation} ${source.index}`;
  }
}
