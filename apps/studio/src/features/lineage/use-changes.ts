import type { Generation } from '@diorama/contracts';
import { diffScenes, parseSceneDocument, type SceneDocument } from '@diorama/scene';
import { useQuery } from '@tanstack/react-query';
import { api, fetchAsset } from '../../app/api.ts';
import { knownGeneration } from '../../app/server-state.ts';
import { type SceneLine, sceneLines } from './scene-words.ts';

export interface Changes {
  readonly before: Generation;
  readonly after: Generation;
  /** What was done to the scene; a sentence instead where it cannot be told. */
  readonly scene: readonly SceneLine[] | string;
}

/** Two entries and what was done to the scene between them. */
export function useChanges(beforeId: string, afterId: string) {
  return useQuery({
    queryKey: ['changes', beforeId, afterId],
    queryFn: async ({ signal }): Promise<Changes> => {
      const [before, after] = await Promise.all([load(beforeId, signal), load(afterId, signal)]);
      return { before, after, scene: await sceneChanges(before, after, signal) };
    },
  });
}

async function load(id: string, signal: AbortSignal): Promise<Generation> {
  return knownGeneration(id) ?? api.getGeneration(id, { signal });
}

async function sceneChanges(
  before: Generation,
  after: Generation,
  signal: AbortSignal,
): Promise<Changes['scene']> {
  const from = before.request.canvas?.scene;
  const to = after.request.canvas?.scene;
  if (!from || !to || from === to) return [];
  try {
    const [a, b] = await Promise.all([readDocument(from, signal), readDocument(to, signal)]);
    if (a === 'model' || b === 'model')
      return 'At least one of them was made from a model file, whose objects are not told apart.';
    if (!a || !b) return 'A scene is not stored any more, so the two cannot be told apart.';
    return sceneLines(diffScenes(a, b));
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return 'The scenes could not be read.';
  }
}

async function readDocument(
  asset: string,
  signal: AbortSignal,
): Promise<SceneDocument | 'model' | undefined> {
  const file = await fetchAsset(asset, signal);
  if (!file) return undefined;
  if ((await api.describeAsset(asset, { signal })).kind !== 'scene') return 'model';
  return parseSceneDocument(JSON.parse(await file.text()));
}
