import type { Camera, Generation, GenerationRequest, Lineage, Reference } from '@diorama/contracts';
import { toDioramaError } from '@diorama/contracts';
import { parseSceneDocument, type SceneDocument, sceneNotes } from '@diorama/scene';
import { notifications } from '@mantine/notifications';
import { api, fetchAsset } from '../../app/api.ts';
import { saveFile } from '../../app/local-store.ts';
import { showViewport, useView } from '../../app/view-store.ts';
import { type ReferenceSlots, randomSeed, usePanel } from '../generate/panel-store.ts';
import { loadMissingSources } from '../import/load-sources.ts';
import { readModel } from '../import/model-reader.ts';
import { replacementOf } from '../import/open-scene.ts';
import { addDecoded } from '../import/source-files.ts';
import { currentDocument, runCommand, select } from '../scene/scene-store.ts';
import { currentCamera, currentPanel } from '../scene/surroundings.ts';
import { fitView } from '../viewport/fit-view.ts';
import { setCamera } from '../viewport/viewport-handle.ts';
import { type PanelRequest, panelOf } from './panel-of.ts';

/** Settings of an image and where they were found: in the history, in a file, in the community. */
export interface FoundSettings {
  readonly request: PanelRequest &
    Pick<GenerationRequest, 'references' | 'canvas'> &
    Partial<Pick<GenerationRequest, 'project'>>;
  /** What the picture was made with; null when that is not known. */
  readonly seed: number | null;
  /** Whether the canvas was switched on; null leaves the switch as it is. As the request has it when absent. */
  readonly usesCanvas?: boolean | null;
  readonly lineage: Omit<Lineage, 'how'> | null;
}

/** Of one image of an entry. Failed and canceled entries have none, and go by what was asked for. */
export function settingsOf(generation: Generation, image: number): FoundSettings {
  return {
    request: generation.request,
    seed: generation.outputs[image]?.seed ?? generation.request.seed,
    lineage: { generation: generation.id },
  };
}

/**
 * Comes back to the moment of an image: scene, camera and everything in the panel, as one step that can be undone.
 *
 * Seed and size are those that were used, so Generate makes the same image.
 */
export async function restoreScene(found: FoundSettings): Promise<void> {
  const { canvas } = found.request;
  try {
    const [scene, references] = await Promise.all([
      canvas ? readScene(canvas.scene, found.request.project) : null,
      slotsOf(found.request.references),
    ]);
    const before = { camera: currentCamera(), panel: currentPanel() };
    const label = 'Restore scene';
    const next = scene ?? currentDocument();
    runCommand(replacementOf(next, label), { label, surroundings: before });
    select([]);
    void loadMissingSources();
    usePanel.setState({
      ...panelOf(found.request, {
        seed: found.seed,
        count: 1,
        lineage: found.lineage && { ...found.lineage, how: 'restored' },
        notesBasis: sceneNotes(next),
        before: before.panel,
      }),
      references,
      useCanvas: canvas !== null,
    });
    showPanel();
    lookThrough(canvas?.camera ?? null, scene !== null);
    notifications.show({
      message: canvas
        ? 'Scene, camera and settings are as they were for this image.'
        : 'The settings are as they were for this image; it was made without the canvas, so the scene stays.',
    });
  } catch (thrown) {
    const error = toDioramaError(thrown);
    notifications.show({
      color: 'red',
      title: 'The scene could not be restored',
      message:
        error.code === 'internal' && thrown instanceof Error
          ? thrown.message
          : `${error.message} ${error.hint}`,
    });
  }
}

/** How settings are taken over: with the seed that was used, or with a new one. */
export type SettingsUse = 'settings' | 'remix';

/** Everything in the panel as it was for an image; the scene stays as it is. One step that can be undone. */
export async function applySettings(found: FoundSettings, use: SettingsUse): Promise<void> {
  const references = await slotsOf(found.request.references);
  const before = currentPanel();
  const label = use === 'remix' ? 'Remix' : 'Use settings';
  // Nothing of the scene changes; the step is there to be undone.
  runCommand(replacementOf(currentDocument(), label), { label, surroundings: { panel: before } });
  usePanel.setState({
    ...panelOf(found.request, {
      seed: use === 'remix' ? null : found.seed,
      count: use === 'remix' ? found.request.count : 1,
      lineage: found.lineage && { ...found.lineage, how: use },
      notesBasis: sceneNotes(currentDocument()),
      before,
    }),
    ...(use === 'remix' ? { seed: randomSeed() } : {}),
    references,
    useCanvas: canvasSwitch(found) ?? before.useCanvas,
  });
  showPanel();
  notifications.show({
    message:
      use === 'remix'
        ? 'The panel is as it was for this image, with a new seed. The scene stays as it is.'
        : 'The panel is as it was for this image. The scene stays as it is.',
  });
}

function canvasSwitch({ usesCanvas, request }: FoundSettings): boolean | null {
  return usesCanvas === undefined ? request.canvas !== null : usesCanvas;
}

function showPanel(): void {
  showViewport();
  useView.setState({ tab: 'generate', rightOpen: true });
}

function lookThrough(camera: Camera | null, isOtherScene: boolean): void {
  if (camera) setCamera(camera);
  // Made without a camera of its own: the engine framed everything, and so does this.
  else if (isOtherScene) fitView(undefined, { animate: false, fresh: true });
}

/** The scene document as it was kept; from a plain model file, a scene with that model. */
export async function readScene(asset: string, project: string | null | undefined): Promise<SceneDocument> {
  const [file, described] = await Promise.all([
    fetchAsset(asset),
    api.describeAsset(asset).catch(() => undefined),
  ]);
  if (!file || !described)
    throw new Error('Its scene is not stored on this server any more. Use settings brings back the panel.');
  if (described.kind === 'scene') return parseSceneDocument(JSON.parse(await file.text()));
  const name = project ?? 'Scene';
  const imported = await readModel(name, new File([file], `${name}.glb`, { type: file.type }), []);
  addDecoded(imported.asset, imported.decoded);
  void saveFile(imported.asset, imported.glb);
  return { ...imported.fragment, name };
}

/** References in the slots; one that is not stored any more says so in its slot. */
async function slotsOf(references: readonly Reference[]): Promise<ReferenceSlots> {
  const slots = await Promise.all(
    [0, 1].map(async (index): Promise<ReferenceSlots[0]> => {
      const reference = references[index];
      if (!reference) return { state: 'empty' };
      try {
        const { id, width, height } = await api.describeAsset(reference.asset);
        return {
          state: 'ready',
          image: {
            asset: id,
            name: `Reference ${index + 1}`,
            width: width ?? 1,
            height: height ?? 1,
            role: reference.role ?? null,
          },
        };
      } catch {
        return { state: 'refused', message: 'This image is not stored any more. Choose it again.' };
      }
    }),
  );
  return [slots[0]!, slots[1]!];
}
