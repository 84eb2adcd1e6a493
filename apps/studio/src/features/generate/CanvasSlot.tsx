import { Switch } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useViewport } from '../viewport/viewport-handle.ts';
import { usePanel } from './panel-store.ts';
import classes from './Slots.module.css';

/** Mirrors what is inside the gate, in the same frame as the viewport. */
export function CanvasSlot() {
  const engine = useViewport((state) => state.engine);
  const useCanvas = usePanel((state) => state.useCanvas);
  const mirror = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    if (!engine || !mirror.current) return;
    return engine.addMirror(mirror.current);
  }, [engine]);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a grid item of this shape in every browser
    <div role="group" aria-label="Canvas" className={classes.slot}>
      <div className={classes.picture} data-off={!useCanvas || undefined}>
        <canvas ref={mirror} className={classes.mirror} aria-label="What the image will show" role="img" />
        {useCanvas ? (
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
