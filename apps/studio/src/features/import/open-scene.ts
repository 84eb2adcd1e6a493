import { toDioramaError } from '@diorama/contracts';
import { createScene, restorationOf, type SceneCommand, type SceneDocument } from '@diorama/scene';
import { notifications } from '@mantine/notifications';
import { saveFile } from '../../app/local-store.ts';
import { newId } from '../../app/new-id.ts';
import { usePageRoute } from '../../app/page-route.ts';
import { showViewport } from '../../app/view-store.ts';
import { usePanel } from '../generate/panel-store.ts';
import { currentDocument, runCommand, select } from '../scene/scene-store.ts';
import { fitView } from '../viewport/fit-view.ts';
import { setCamera } from '../viewport/viewport-handle.ts';
import { failImport, finishImport, startImport } from './import-store.ts';
import { readModel } from './model-reader.ts';
import { fetchSample, type Sample } from './samples.ts';
import { addDecoded } from './source-files.ts';
import { uploadInBackground } from './upload-source.ts';

/**
 * Another scene in place of this one, as one step that can be undone: opening a sample must not cost one's work. What
 * is made of it begins from nothing.
 */
function replaceDocument(next: SceneDocument, label: string): void {
  runCommand(replacementOf(next, label), { label });
  select([]);
  usePanel.setState({ lineage: null });
}

/** The commands that put another scene in place of this one. */
export function replacementOf(next: SceneDocument, label: string): SceneCommand[] {
  const before = currentDocument();
  const commands: SceneCommand[] = [restorationOf(next, before, label)];
  if (next.name !== before.name) commands.push({ type: 'rename-scene', name: next.name });
  return commands;
}

export function newScene(): void {
  replaceDocument(createScene('Untitled'), 'New scene');
  showViewport();
}

/** Looks through the scene's first saved view, or frames everything. */
function showWholeScene(document: SceneDocument, animate: boolean): void {
  const [view] = Object.values(document.views).sort((a, b) => a.order - b.order);
  if (view) setCamera(view.camera, animate);
  else fitView(undefined, { animate, fresh: true });
}

export async function openSample(
  sample: Sample,
  options: { readonly onlyIfEmpty?: boolean } = {},
): Promise<void> {
  const key = newId();
  startImport({ key, name: sample.name, stage: 'reading' });
  showViewport();
  try {
    const imported = await readModel(sample.name, await fetchSample(sample), []);
    addDecoded(imported.asset, imported.decoded);
    void saveFile(imported.asset, imported.glb);
    uploadInBackground(imported.asset, imported.glb);
    // Somebody may have brought a model of their own while the sample was on its way.
    if (options.onlyIfEmpty && Object.keys(currentDocument().nodes).length > 0) {
      finishImport(key);
      return;
    }
    const document = { ...imported.fragment, name: sample.name };
    replaceDocument(document, `Open ${sample.name}`);
    showWholeScene(document, false);
    finishImport(key);
  } catch (thrown) {
    const error = toDioramaError(thrown, 'invalid-model');
    failImport({ key, name: sample.name, message: error.message, hint: error.hint, missingFiles: [] });
  }
}

const SAMPLE_HINT_ID = 'sample-scene';

/** Whoever brings a model knows how. */
export function dropSampleHint(): void {
  notifications.hide(SAMPLE_HINT_ID);
}

export function sayHowToBringOwnModel(): void {
  // About the workspace: on a page over it, it would only be in the way.
  if (usePageRoute.getState().route !== null) return;
  notifications.show({
    id: SAMPLE_HINT_ID,
    title: 'This is a sample scene',
    message: 'Drop your own GLB or glTF anywhere in this window, or type a prompt and generate.',
    autoClose: 12_000,
  });
}
