import { useQuery } from '@tanstack/react-query';

/** A scene that comes with Diorama. */
export interface Sample {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly fileName: string;
  readonly promptIdeas: readonly string[];
  /** File name of a picture of it; null when there is none. */
  readonly thumbnail: string | null;
}

async function loadSamples(signal: AbortSignal): Promise<readonly Sample[]> {
  const response = await fetch('/samples/manifest.json', { signal });
  if (!response.ok) throw new Error(`The list of samples answered with ${response.status}.`);
  return ((await response.json()) as { readonly samples: readonly Sample[] }).samples;
}

export const SAMPLES_QUERY = {
  queryKey: ['samples'],
  queryFn: ({ signal }: { signal: AbortSignal }) => loadSamples(signal),
  staleTime: Number.POSITIVE_INFINITY,
};

export function useSamples() {
  return useQuery(SAMPLES_QUERY);
}

export async function fetchSample(sample: Sample, signal?: AbortSignal): Promise<File> {
  const response = await fetch(`/samples/${sample.fileName}`, { signal: signal ?? null });
  if (!response.ok) throw new Error(`The sample answered with ${response.status}.`);
  return new File([await response.blob()], sample.fileName, { type: 'model/gltf-binary' });
}
