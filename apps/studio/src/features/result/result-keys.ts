import { knownGeneration } from '../../app/server-state.ts';
import { useView } from '../../app/view-store.ts';
import { compareResult } from './compare-result.ts';
import { toggleFavorite, toggleRejected } from './mark-entry.ts';

/** The finished image that one is looking at; undefined while there is none. */
function shown() {
  const { stage } = useView.getState();
  if (stage.kind !== 'generation') return undefined;
  const generation = knownGeneration(stage.id);
  if (generation?.status !== 'succeeded') return undefined;
  return { generation, image: Math.min(stage.output, generation.outputs.length - 1) };
}

export function starShown(): void {
  const entry = shown();
  if (entry) void toggleFavorite(entry.generation);
}

export function rejectShown(): void {
  const entry = shown();
  if (entry) void toggleRejected(entry.generation);
}

export function compareShown(): void {
  const entry = shown();
  if (entry) compareResult(entry.generation, entry.image);
}
