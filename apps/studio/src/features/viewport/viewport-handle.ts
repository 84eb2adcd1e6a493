import type { Camera } from '@diorama/contracts';
import { create } from 'zustand';
import type { ViewportEngine } from './viewport-engine.ts';

interface ViewportState {
  /** null until it is mounted, or when the browser has no WebGL. */
  readonly engine: ViewportEngine | null;
  /** As the person left it; null before the first scene was framed. */
  readonly camera: Camera | null;
  /** Width divided by height of the viewport's own area, for the aspect ratio `canvas`. */
  readonly viewportRatio: number;
  readonly failure: 'no-webgl' | 'context-lost' | null;
}

/** The viewport for the rest of the studio: the camera to keep and send, and the engine for captures. */
export const useViewport = create<ViewportState>(() => ({
  engine: null,
  camera: null,
  viewportRatio: 16 / 9,
  failure: null,
}));

/**
 * The camera as it is drawn at this moment: in a motion the store is a frame behind. null before the first scene was
 * framed.
 */
export function exactCamera(): Camera | null {
  const { engine, camera } = useViewport.getState();
  return camera && (engine?.getCamera() ?? camera);
}

/** Places the camera, also when the viewport is not mounted yet. */
export function setCamera(camera: Camera, animate = false): void {
  const { engine } = useViewport.getState();
  if (engine) engine.setCamera(camera, animate);
  useViewport.setState({ camera });
}
