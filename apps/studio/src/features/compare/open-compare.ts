import { create } from 'zustand';

/** A picture to compare. */
export type CompareSource =
  | { readonly kind: 'output'; readonly generation: string; readonly image: number }
  /** What the canvas showed when the image was asked for. */
  | { readonly kind: 'canvas'; readonly generation: string }
  /** What the viewport shows inside the gate at the moment of opening. */
  | { readonly kind: 'viewport' }
  /** A reference that the image was made with, by its place in the request. */
  | { readonly kind: 'reference'; readonly generation: string; readonly index: number };

export const COMPARED_MAX = 4;

/** What is compared; null while nothing is. */
export const useCompare = create<{ readonly sources: readonly CompareSource[] | null }>(() => ({
  sources: null,
}));

/**
 * Opens the comparison over whatever is shown.
 *
 * @param ids Generations, at most four count; each with its first image. A single one is compared with its canvas.
 */
export function openCompare(ids: readonly string[]): void {
  const [first] = ids;
  if (first === undefined) return;
  compareSources(
    ids.length === 1
      ? [
          { kind: 'canvas', generation: first },
          { kind: 'output', generation: first, image: 0 },
        ]
      : ids.map((generation) => ({ kind: 'output', generation, image: 0 })),
  );
}

/** Opens the comparison of any pictures; the fifth and later are left out. */
export function compareSources(sources: readonly CompareSource[]): void {
  useCompare.setState({ sources: sources.slice(0, COMPARED_MAX) });
}

export function closeCompare(): void {
  useCompare.setState({ sources: null });
}
