import { LIMITS, type Look, type LookRequestInput, type LookScene } from '@diorama/contracts';
import { toLookScene } from '@diorama/scene';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../../app/api.ts';
import { useScene } from '../scene/scene-store.ts';
import { readyReferences, usePanel } from './panel-store.ts';

const DEBOUNCE_MS = 150;

/** What the server understands of the panel as it is, a moment after the last key. */
export function useLook(): { look: Look | undefined; prompt: string; failed: boolean } {
  const prompt = usePanel((state) => state.prompt);
  const references = usePanel((state) => state.references);
  const useCanvas = usePanel((state) => state.useCanvas);
  const name = useScene((state) => state.document.name);
  const nodes = useScene((state) => state.document.nodes);
  const materials = useScene((state) => state.document.materials);

  // Moving an object changes the nodes but not the words that can name it: only a new list of names asks again.
  const sceneKey = useMemo(() => {
    if (!useCanvas) return 'null';
    return JSON.stringify(toLookScene({ ...useScene.getState().document, name, nodes, materials }));
  }, [name, nodes, materials, useCanvas]);
  const images = readyReferences(references).map(({ image }) =>
    image.role === null ? { asset: image.asset } : { asset: image.asset, role: image.role },
  );
  const [settled] = useDebouncedValue(JSON.stringify({ prompt, images, sceneKey }), DEBOUNCE_MS);
  const input = useMemo(
    () => JSON.parse(settled) as { prompt: string; images: typeof images; sceneKey: string },
    [settled],
  );
  const worthAsking =
    input.prompt.length <= LIMITS.promptCharacters && (input.prompt.trim() !== '' || input.images.length > 0);

  const query = useQuery<{ readonly look: Look; readonly prompt: string }>({
    queryKey: ['look', settled],
    enabled: worthAsking,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: 1,
    queryFn: ({ signal }) => {
      const body: LookRequestInput = {
        prompt: input.prompt,
        references: input.images,
        scene: JSON.parse(input.sceneKey) as LookScene | null,
      };
      return api.readLook(body, { signal }).then(({ look }) => ({ look, prompt: input.prompt }));
    },
  });
  return {
    look: worthAsking ? query.data?.look : undefined,
    prompt: query.data?.prompt ?? '',
    failed: query.isError,
  };
}
