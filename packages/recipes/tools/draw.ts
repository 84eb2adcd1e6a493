import { readFile } from 'node:fs/promises';
import type { AovName, Camera, PixelSize, Quality, ReferenceRole } from '@diorama/contracts';
import { createBuiltinEngine, type EngineReference } from '@diorama/engines';
import { importModel, readGltf } from '@diorama/gltf';
import type { SampleName, SampleScene } from '../src/starter-recipe.ts';

/** One picture to be made by the built-in engine. */
export interface Shot {
  readonly prompt: string;
  /** null: the canvas is switched off. */
  readonly scene: SampleScene | null;
  readonly size: PixelSize;
  readonly seed: number;
  readonly quality: Quality;
  readonly references: readonly { readonly bytes: Uint8Array; readonly role: ReferenceRole }[];
  /** Given: this picture beside the picture comes back instead. */
  readonly aov?: AovName | null;
}

const engine = createBuiltinEngine();
const samples = new Map<SampleName, Promise<LoadedSample>>();

interface LoadedSample {
  readonly bytes: Uint8Array;
  readonly document: ReturnType<typeof importModel>;
}

async function loadSample(id: SampleName): Promise<LoadedSample> {
  const bytes = await readFile(new URL(`../../samples/dist/${id}.glb`, import.meta.url));
  const asset = { assetId: `sha256-${'0'.repeat(64)}`, name: `${id}.glb` } as const;
  return { bytes, document: importModel(await readGltf(bytes), asset) };
}

function cameraOf({ document }: LoadedSample, { view, camera }: SampleScene): Camera {
  if (camera) return { ...camera, position: [...camera.position], target: [...camera.target] };
  const found = Object.values(document.views).find(({ name }) => name === view);
  if (!found) throw new Error(`The sample has no view "${view}".`);
  return found.camera;
}

/** Renders one picture; the same shot gives the same PNG. Warnings go to stderr. */
export async function draw(shot: Shot): Promise<Uint8Array> {
  let loaded: LoadedSample | null = null;
  if (shot.scene) {
    const { sample } = shot.scene;
    if (!samples.has(sample)) samples.set(sample, loadSample(sample));
    loaded = await samples.get(sample)!;
  }
  const references: EngineReference[] = shot.references.map(({ bytes, role }) => ({
    bytes,
    mediaType: 'image/png',
    role,
  }));
  const { images, warnings } = await engine.generate(
    {
      prompt: shot.prompt,
      negativePrompt: '',
      sceneNotes: null,
      geometryStrength: null,
      scene: loaded && {
        document: loaded.document,
        sources: new Map(Object.keys(loaded.document.sources).map((id) => [id, loaded.bytes])),
        camera: cameraOf(loaded, shot.scene!),
      },
      capture: null,
      references,
      size: shot.size,
      model: null,
      seed: shot.seed,
      count: 1,
      options: { quality: shot.quality, aovs: shot.aov ? [shot.aov] : [] },
      resume: null,
    },
    {
      signal: new AbortController().signal,
      onProgress: () => {},
      onPreview: () => {},
      onCost: () => {},
      checkpoint: () => Promise.resolve(),
      log: () => {},
    },
  );
  for (const { code, message } of warnings) if (code !== 'canvas-ignored') console.error(`  ${message}`);
  const image = images[0]!;
  return shot.aov ? image.aovs.get(shot.aov)! : image.bytes;
}
