import { outputSize } from '@diorama/contracts';
import { usePanel } from '../generate/panel-store.ts';
import { gateRect, type Size } from './gate.ts';
import classes from './Viewport.module.css';
import { useViewport } from './viewport-handle.ts';

/** Bright inside, dimmed outside: what is in the bright part is exactly what the image shows. */
export function GateOverlay({ size, ratio }: { readonly size: Size; readonly ratio: number }) {
  const aspectRatio = usePanel((state) => state.aspectRatio);
  const longEdge = usePanel((state) => state.size);
  const useCanvas = usePanel((state) => state.useCanvas);
  const viewportRatio = useViewport((state) => state.viewportRatio);
  const gate = gateRect(size, ratio);
  const pixels = outputSize(aspectRatio, longEdge, viewportRatio);
  return (
    <div
      className={classes.gate}
      data-off={!useCanvas || undefined}
      style={{ left: gate.x, top: gate.y, width: gate.width, height: gate.height }}
      aria-hidden="true"
    >
      <span className={classes.gateLabel}>
        {aspectRatio === 'canvas' ? 'Canvas' : aspectRatio} · {pixels.width} × {pixels.height}
      </span>
    </div>
  );
}
