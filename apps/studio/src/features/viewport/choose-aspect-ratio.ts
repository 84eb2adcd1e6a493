import { type AspectRatio, ratioOf } from '@diorama/contracts';
import { usePanel } from '../generate/panel-store.ts';
import { gateFovAfterReshape, gateRect } from './gate.ts';
import { setCamera, useViewport } from './viewport-handle.ts';

/**
 * Chooses the output's shape by hand: the gate moves over a picture that stays where it is, so the camera's angle,
 * which belongs to the gate, follows the gate's height.
 */
export function chooseAspectRatio(aspectRatio: AspectRatio): void {
  const { engine, camera, viewportRatio } = useViewport.getState();
  const before = usePanel.getState().aspectRatio;
  if (before === aspectRatio) return;
  usePanel.setState({ aspectRatio });
  if (!engine || !camera) return;
  const fovYDegrees = gateFovAfterReshape(
    camera.fovYDegrees,
    gateRect(engine.size, ratioOf(before, viewportRatio)),
    gateRect(engine.size, ratioOf(aspectRatio, viewportRatio)),
  );
  engine.setGateRatio(ratioOf(aspectRatio, viewportRatio));
  setCamera({ ...camera, fovYDegrees });
}
