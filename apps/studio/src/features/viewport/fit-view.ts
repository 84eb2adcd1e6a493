import { type Camera, ratioOf } from '@diorama/contracts';
import { frameCamera } from '@diorama/scene';
import { usePanel } from '../generate/panel-store.ts';
import { setCamera, useViewport } from './viewport-handle.ts';

/** Frames the given objects, or everything, in the gate; keeps the direction of view and the lens. */
export function fitView(
  nodeIds?: readonly string[],
  options: { animate?: boolean; fresh?: boolean } = {},
): void {
  const { engine, camera, viewportRatio } = useViewport.getState();
  if (!engine) return;
  let box = engine.bounds(nodeIds?.length ? nodeIds : undefined);
  if (box.isEmpty()) box = engine.bounds();
  if (box.isEmpty()) return;
  const keep = options.fresh ? null : camera;
  const framed = frameCamera(
    { min: box.min.toArray(), max: box.max.toArray() },
    {
      ratio: ratioOf(usePanel.getState().aspectRatio, viewportRatio),
      ...(keep ? { fovYDegrees: keep.fovYDegrees, direction: directionOf(keep) } : {}),
    },
  );
  setCamera(framed, options.animate ?? true);
}

function directionOf({ position, target }: Camera): [number, number, number] {
  return [position[0] - target[0], position[1] - target[1], position[2] - target[2]];
}
