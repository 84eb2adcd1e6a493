import { type Generation, outputSize, toDioramaError } from '@diorama/contracts';
import { useQueries } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { api, assetUrl } from '../../app/api.ts';
import { knownGeneration, useEngines } from '../../app/server-state.ts';
import { usePanel } from '../generate/panel-store.ts';
import { titleOf } from '../result/result-words.ts';
import { useViewport } from '../viewport/viewport-handle.ts';
import { keyOf } from './addable-sources.ts';
import type { CompareSource } from './open-compare.ts';

/** A picture of the comparison, as far as it is known. */
export interface ComparedPicture {
  readonly key: string;
  /** A to D, by its place. */
  readonly letter: string;
  /** "Result", "Canvas", "Image 2", "Reference 1", "Scene now". */
  readonly label: string;
  /** null while it is being found. */
  readonly url: string | null;
  /** Why it cannot be shown; null when it can. */
  readonly problem: string | null;
  readonly prompt: string;
  /** "seed 7 · Built-in · 1024 × 576". */
  readonly facts: string;
  /** Width divided by height; null when it is not known before it is loaded. */
  readonly ratio: number | null;
  readonly source: CompareSource;
}

const LETTERS = 'ABCD';
/** As large as captures are that are sent. */
const CAPTURE_EDGE_PX = 1536;

export function usePictures(sources: readonly CompareSource[]): readonly ComparedPicture[] {
  const ids = useMemo(
    () => [...new Set(sources.flatMap((source) => ('generation' in source ? [source.generation] : [])))],
    [sources],
  );
  const answers = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['compared generation', id],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.getGeneration(id, { signal }),
      initialData: () => knownGeneration(id),
    })),
  });
  const { data: engines } = useEngines();
  const now = useViewportPicture(sources.some(({ kind }) => kind === 'viewport'));
  const manyEntries = ids.length > 1;
  return sources.map((source, index) => {
    const common = { key: keyOf(source), letter: LETTERS[index]!, source };
    if (source.kind === 'viewport')
      return {
        ...common,
        label: 'Scene now',
        prompt: 'The scene as it is in the viewport',
        facts: now.facts,
        url: now.url,
        problem: now.problem,
        ratio: now.ratio,
      };
    const answer = answers[ids.indexOf(source.generation)];
    const generation = answer?.data;
    if (!generation)
      return {
        ...common,
        label: 'Picture',
        prompt: '',
        facts: '',
        url: null,
        problem: answer?.error ? toDioramaError(answer.error).message : null,
        ratio: null,
      };
    const engine = engines?.engines.find(({ id }) => id === generation.request.engine);
    const name =
      engine?.models.find(({ id }) => id === generation.request.model)?.name ??
      generation.request.model ??
      engine?.name ??
      generation.request.engine;
    return { ...common, ...pictureOf(generation, source, name, manyEntries) };
  });
}

type Found = Omit<ComparedPicture, 'key' | 'letter' | 'source'>;

/** The picture that a source means in its entry. */
function pictureOf(
  generation: Generation,
  source: Exclude<CompareSource, { kind: 'viewport' }>,
  engineName: string,
  manyEntries: boolean,
): Found {
  const { request, outputs } = generation;
  const prompt = titleOf(generation);
  const missing = (label: string): Found => ({
    label,
    prompt,
    facts: '',
    url: null,
    problem: generation.status === 'succeeded' ? 'There is no such picture.' : 'This entry has no picture.',
    ratio: null,
  });
  switch (source.kind) {
    case 'output': {
      const output = outputs[source.image];
      const label = outputs.length > 1 ? `Image ${source.image + 1}` : 'Result';
      if (!output) return missing(label);
      const { width, height, seed } = output;
      return {
        label,
        prompt,
        facts: `seed ${seed} · ${engineName} · ${width} × ${height}`,
        url: assetUrl(output.asset),
        problem: null,
        ratio: width / height,
      };
    }
    case 'canvas': {
      const capture = request.canvas?.capture;
      if (!capture) return missing('Canvas');
      const size = outputSize(request.aspectRatio, request.size, request.canvas?.viewportRatio ?? undefined);
      return {
        label: 'Canvas',
        prompt: manyEntries ? prompt : 'What the viewport showed when the image was asked for',
        facts: manyEntries ? 'What the viewport showed' : '',
        url: assetUrl(capture),
        problem: null,
        ratio: size.width / size.height,
      };
    }
    case 'reference': {
      const reference = request.references[source.index];
      const label = `Reference ${source.index + 1}`;
      if (!reference) return missing(label);
      return {
        label,
        prompt,
        facts: reference.role ? `as ${reference.role}` : 'reference image',
        url: assetUrl(reference.asset),
        problem: null,
        ratio: null,
      };
    }
  }
}

interface ViewportPicture {
  readonly url: string | null;
  readonly ratio: number | null;
  readonly facts: string;
  readonly problem: string | null;
}

const NO_PICTURE: ViewportPicture = { url: null, ratio: null, facts: '', problem: null };

/** What the gate shows at the moment of opening; it is not the place to look for later changes. */
function useViewportPicture(wanted: boolean): ViewportPicture {
  const [picture, setPicture] = useState(NO_PICTURE);
  useEffect(() => {
    if (!wanted) return;
    const { engine, viewportRatio } = useViewport.getState();
    const { aspectRatio } = usePanel.getState();
    const { width, height } = outputSize(aspectRatio, CAPTURE_EDGE_PX, viewportRatio);
    let url: string | null = null;
    let isOver = false;
    const fail = () =>
      setPicture({ ...NO_PICTURE, problem: 'The viewport shows nothing that could be compared.' });
    if (!engine) fail();
    else
      engine
        .capture(width, height)
        .then((blob) => {
          if (isOver) return;
          url = URL.createObjectURL(blob);
          setPicture({ url, ratio: width / height, facts: `${width} × ${height}`, problem: null });
        })
        .catch(() => !isOver && fail());
    return () => {
      isOver = true;
      if (url) URL.revokeObjectURL(url);
      setPicture(NO_PICTURE);
    };
  }, [wanted]);
  return picture;
}
