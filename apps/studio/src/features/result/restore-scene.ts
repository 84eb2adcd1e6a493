import { type Generation, toDioramaError } from '@diorama/contracts';
import { parseSceneDocument, sceneNotes } from '@diorama/scene';
import { notifications } from '@mantine/notifications';
import { api, fetchAsset } from '../../app/api.ts';
import { showViewport, useView } from '../../app/view-store.ts';
import {
  INITIAL_PANEL,
  type PanelState,
  type ReferenceSlot,
  type SceneNotesChoice,
  usePanel,
} from '../generate/panel-store.ts';
import { loadMissingSources } from '../import/load-sources.ts';
import { replaceDocument } from '../import/open-scene.ts';
import { currentDocument } from '../scene/scene-store.ts';
import { setCamera } from '../viewport/viewport-handle.ts';

/**
 * Comes back to the moment of a generation: scene, camera and everything in the panel.
 *
 * The scene is one step that can be undone. Seed and size are those that were used, so Generate makes the same image.
 */
export async function restoreScene(generation: Generation, outputIndex: number): Promise<void> {
  const { request } = generation;
  try {
    if (request.canvas) {
      const file = await fetchAsset(request.canvas.scene);
      if (!file) throw new Error('The scene of this image is not stored any more.');
      const described = await api.describeAsset(request.canvas.scene);
      if (described.kind === 'scene') {
        replaceDocument(parseSceneDocument(JSON.parse(await file.text())), 'Restore scene');
        void loadMissingSources();
      } else
        notifications.show({
          color: 'red',
          title: 'The scene stays as it is',
          message:
            'This image was made from a model file and not from a scene of the studio. Its settings are restored.',
        });
    }
    usePanel.setState(await panelOf(generation, outputIndex));
    if (request.canvas?.camera) setCamera(request.canvas.camera, false);
    showViewport();
    useView.setState({ tab: 'generate', rightOpen: true });
    notifications.show({ message: 'Scene, camera and settings are as they were for this image.' });
  } catch (thrown) {
    const error = toDioramaError(thrown);
    notifications.show({
      color: 'red',
      title: 'The scene could not be restored',
      message:
        thrown instanceof Error && error.code === 'internal'
          ? thrown.message
          : `${error.message} ${error.hint}`,
    });
  }
}

/** The panel as it was when the generation was asked for. */
async function panelOf(generation: Generation, outputIndex: number): Promise<Partial<PanelState>> {
  const { request, outputs } = generation;
  const slots = await Promise.all(
    [0, 1].map(async (index): Promise<ReferenceSlot> => {
      const reference = request.references[index];
      if (!reference) return { state: 'empty' };
      try {
        const asset = await api.describeAsset(reference.asset);
        return {
          state: 'ready',
          image: {
            asset: asset.id,
            name: `Reference ${index + 1}`,
            width: asset.width ?? 1,
            height: asset.height ?? 1,
            role: reference.role ?? null,
          },
        };
      } catch {
        return { state: 'refused', message: 'This image is not stored any more. Choose it again.' };
      }
    }),
  );
  const quality = request.options.quality;
  const seed = outputs[outputIndex]?.seed ?? request.seed;
  return {
    prompt: request.prompt,
    useCanvas: request.canvas !== null,
    references: [slots[0]!, slots[1]!],
    aspectRatio: request.aspectRatio,
    size: request.size,
    quality:
      quality === 'draft' || quality === 'high' || quality === 'standard' ? quality : INITIAL_PANEL.quality,
    engine: request.engine,
    models: withModel(request.engine, request.model),
    negativePrompt: request.negativePrompt,
    geometryStrength: request.geometryStrength,
    sceneNotes: notesChoiceOf(request.sceneNotes),
    count: 1,
    ...(seed === null || seed === undefined ? { seedLocked: false } : { seed, seedLocked: true }),
  };
}

function withModel(engine: string, model: string | null): PanelState['models'] {
  const { models } = usePanel.getState();
  return model === null ? models : { ...models, [engine]: model };
}

function notesChoiceOf(notes: string | null | undefined): SceneNotesChoice {
  const edited = typeof notes === 'string' ? { text: notes, basis: sceneNotes(currentDocument()) } : null;
  return { isOn: notes !== null, edited };
}
