import { type Camera, cameraSchema } from '@diorama/contracts';
import { parseSceneDocument, type SceneDocument } from '@diorama/scene';
import { loadMissingSources } from '../features/import/load-sources.ts';
import { openSample, sayHowToBringOwnModel } from '../features/import/open-scene.ts';
import { SAMPLES_QUERY } from '../features/import/samples.ts';
import { currentDocument, openDocument, useScene } from '../features/scene/scene-store.ts';
import { setCamera, useViewport } from '../features/viewport/viewport-handle.ts';
import { keepOnlyFiles, loadState, saveState } from './local-store.ts';
import { queryClient } from './server-state.ts';

const KEY = 'scene';
const SAVE_DELAY_MS = 250;
const FIRST_SAMPLE_ID = 'reading-corner';

interface KeptScene {
  readonly document: SceneDocument;
  readonly camera: Camera | null;
}

/** Brings back the scene of the last visit, or opens a sample on the first one, and keeps the scene from then on. */
export async function startWithKeptScene(): Promise<void> {
  const kept = await loadState<KeptScene>(KEY);
  if (kept) {
    openKept(kept);
    void keepOnlyFiles(new Set(Object.values(currentDocument().sources).map(({ asset }) => asset)));
  }
  keepFromNowOn();
  if (kept) await loadMissingSources();
  else await openFirstSample();
}

function openKept(kept: KeptScene): void {
  try {
    openDocument(parseSceneDocument(kept.document));
    const camera = cameraSchema.safeParse(kept.camera);
    if (camera.success) setCamera(camera.data);
  } catch {
    // A document that this version cannot read: better an empty scene than none at all.
  }
}

async function openFirstSample(): Promise<void> {
  const samples = await queryClient.fetchQuery(SAMPLES_QUERY).catch(() => []);
  const first = samples.find(({ id }) => id === FIRST_SAMPLE_ID) ?? samples[0];
  if (!first || Object.keys(currentDocument().nodes).length > 0) return;
  await openSample(first, { onlyIfEmpty: true });
  sayHowToBringOwnModel();
}

function keepFromNowOn(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = () => {
    clearTimeout(timer);
    timer = undefined;
    const scene: KeptScene = { document: currentDocument(), camera: useViewport.getState().camera };
    void saveState(KEY, scene);
  };
  const saveSoon = () => {
    timer ??= setTimeout(save, SAVE_DELAY_MS);
  };
  useScene.subscribe((state, before) => {
    if (state.document !== before.document) saveSoon();
  });
  useViewport.subscribe((state, before) => {
    if (state.camera !== before.camera) saveSoon();
  });
  window.addEventListener('pagehide', () => timer !== undefined && save());
}
