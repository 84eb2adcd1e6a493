import { Switch } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useScene } from '../scene/scene-store.ts';
import { useViewport } from '../viewport/viewport-handle.ts';
import { usePanel } from './panel-store.ts';
import classes from './Slots.module.css';

/** Mirrors what is inside the gate, in the same frame as the viewport. */
export function CanvasSlot() {
  const engine = useViewport((state) => state.engine);
  const failure = useViewport((state) => state.failure);
  const useCanvas = usePanel((state) => state.useCanvas);
  const empty = useScene((state) => Object.keys(state.document.nodes).length === 0);
  const mirror = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    if (!engine || !mirror.current) return;
    return engine.addMirror(mirror.current);
  }, [engine]);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a grid item of this shape in every browser
    <div role="group" aria-label="Canvas" className={classes.slot}>
      <div className={classes.picture} data-off={!useCanvas || empty || undefined}>
        <canvas ref={mirror} className={classes.mirror} aria-label="What the image will show" role="img" />
        {useCanvas && empty ? (
          <span className={classes.unused}>Empty</span>
        ) : useCanvas && failure !== null ? (
          <span className={classes.unused} title="The scene is used; only its preview cannot be drawn here">
            No preview
          </span>
        ) : useCanvas ? (
          <span className={classes.live}>
            <i aria-hidden="true" />
            Live
          </span>
        ) : (
          <span className={classes.unused}>Not used</span>
        )}
      </div>
      <div className={classes.caption}>
        <span className={classes.name}>Canvas</span>
        <Switch
          size="xs"
          aria-label="Use canvas"
          checked={useCanvas}
          onChange={(event) => usePanel.setState({ useCanvas: event.currentTarget.checked })}
        />
      </div>
    </div>
  );
}
