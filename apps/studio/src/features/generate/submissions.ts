import {
  DioramaError,
  type ErrorCode,
  MEDIA_TYPES,
  outputSize,
  ratioOf,
  toDioramaError,
} from '@diorama/contracts';
import { meshNodes, serializeScene } from '@diorama/scene';
import { create } from 'zustand';
import { api } from '../../app/api.ts';
import { newId } from '../../app/new-id.ts';
import { rememberGeneration } from '../../app/server-state.ts';
import { showGeneration, showSubmission, useView } from '../../app/view-store.ts';
import type { EngineChoice } from '../engines/engine-choice.ts';
import { ensureStored } from '../import/upload-source.ts';
import { currentDocument } from '../scene/scene-store.ts';
import { exactCamera, useViewport } from '../viewport/viewport-handle.ts';
import { buildRequest, type CanvasInput } from './build-request.ts';
import { type PanelState, usePanel } from './panel-store.ts';

/** A generation between the click and the server's answer. */
export interface Submission {
  readonly key: string;
  readonly prompt: string;
  /** Width divided by height of the output. */
  readonly ratio: number;
  /** An object URL of what the gate showed; null without canvas. */
  readonly captureUrl: string | null;
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint: string } | null;
}

export const useSubmissions = create<{ readonly byKey: Readonly<Record<string, Submission>> }>(() => ({
  byKey: {},
}));

/** Long enough to judge the picture by, short enough to send at once. */
const CAPTURE_EDGE_MAX_PX = 1536;

const running = new Map<string, { panel: PanelState; choice: EngineChoice; controller: AbortController }>();

/** Sends the panel as it is. The panel may be edited on at once; what was clicked is what is sent. */
export async function submitGeneration(choice: EngineChoice): Promise<void> {
  const panel = usePanel.getState();
  const key = newId();
  const { viewportRatio } = useViewport.getState();
  put({
    key,
    prompt: panel.prompt.trim(),
    ratio: ratioOf(panel.aspectRatio, viewportRatio),
    captureUrl: null,
    error: null,
  });
  const controller = new AbortController();
  running.set(key, { panel, choice, controller });
  showSubmission(key);
  await send(key, panel, choice, controller.signal);
}

export async function retrySubmission(key: string): Promise<void> {
  const entry = running.get(key);
  if (!entry) return;
  update(key, { error: null });
  await send(key, entry.panel, entry.choice, entry.controller.signal);
}

export function dropSubmission(key: string): void {
  running.get(key)?.controller.abort();
  running.delete(key);
  const url = useSubmissions.getState().byKey[key]?.captureUrl;
  if (url) URL.revokeObjectURL(url);
  useSubmissions.setState(({ byKey }) => {
    const { [key]: _gone, ...rest } = byKey;
    return { byKey: rest };
  });
}

async function send(
  key: string,
  panel: PanelState,
  choice: EngineChoice,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { name } = currentDocument();
    const canvas = await sendCanvas(key, panel, signal);
    const request = buildRequest(panel, canvas, choice, name);
    // The same key on every attempt: an answer that was lost on the way does not make a second image.
    if (signal.aborted) return;
    // Not given the signal: a request that is under way may have arrived, and only its answer says what to cancel.
    const generation = await api.createGeneration(request, { idempotencyKey: key });
    if (signal.aborted) {
      rememberGeneration(await api.cancelGeneration(generation.id));
      return;
    }
    rememberGeneration(generation);
    const { stage } = useView.getState();
    if (stage.kind === 'submission' && stage.key === key) showGeneration(generation.id);
    dropSubmission(key);
  } catch (thrown) {
    if (signal.aborted) return;
    const error = toDioramaError(thrown);
    update(key, { error: { code: error.code, message: error.message, hint: error.hint } });
  }
}

async function sendCanvas(key: string, panel: PanelState, signal: AbortSignal): Promise<CanvasInput | null> {
  const document = currentDocument();
  const { engine, viewportRatio } = useViewport.getState();
  // In the same moment as the capture: the picture and the camera must be of one view.
  const camera = exactCamera();
  if (!panel.useCanvas || meshNodes(document).length === 0) return null;
  if (!camera)
    throw new DioramaError('invalid-camera', 'The viewport is not ready yet.', {
      hint: 'Try again in a moment.',
    });
  const size = outputSize(panel.aspectRatio, Math.min(panel.size, CAPTURE_EDGE_MAX_PX), viewportRatio);
  const capture = engine ? await engine.capture(size.width, size.height) : null;
  if (capture) update(key, { captureUrl: URL.createObjectURL(capture) });
  const [captureAsset, sceneAsset] = await Promise.all([
    capture ? api.uploadAsset(capture, { signal }) : null,
    api.uploadAsset(new Blob([serializeScene(document)], { type: MEDIA_TYPES.scene }), { signal }),
    ensureStored(Object.values(document.sources), signal),
  ]);
  return {
    scene: sceneAsset.id,
    capture: captureAsset?.id ?? null,
    camera,
    viewportRatio: clampRatio(viewportRatio),
  };
}

const clampRatio = (ratio: number) => Math.min(10, Math.max(0.1, ratio));

function put(submission: Submission): void {
  useSubmissions.setState(({ byKey }) => ({ byKey: { ...byKey, [submission.key]: submission } }));
}

function update(key: string, changes: Partial<Submission>): void {
  useSubmissions.setState(({ byKey }) => {
    const old = byKey[key];
    return old ? { byKey: { ...byKey, [key]: { ...old, ...changes } } } : { byKey };
  });
}
