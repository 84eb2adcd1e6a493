import { Button, Slider } from '@mantine/core';
import { useEffect, useState } from 'react';
import { IconPlayerPause, IconPlayerPlay } from '../../ui/icons.ts';
import classes from './Compare.module.css';
import { Pane, Picture, PictureTag } from './Picture.tsx';
import type { PaneView } from './pane-view.ts';
import type { ComparedPicture } from './use-pictures.ts';

const PERIOD_DEFAULT_MS = 600;

/** The pictures in one place, one after the other: what moves is what is different. */
export function BlinkMode(props: {
  readonly pictures: readonly ComparedPicture[];
  readonly view: PaneView;
  /** Set while this is shown, for the key that flips by hand. */
  readonly flip: { current: (() => void) | null };
}) {
  const { pictures, view, flip } = props;
  const [shown, setShown] = useState(0);
  const [periodMs, setPeriodMs] = useState(PERIOD_DEFAULT_MS);
  const [playing, setPlaying] = useState(() => !matchMedia('(prefers-reduced-motion: reduce)').matches);
  const current = shown % pictures.length;
  useEffect(() => {
    const next = () => setShown((before) => (before + 1) % pictures.length);
    flip.current = () => {
      setPlaying(false);
      next();
    };
    const timer = playing ? setInterval(next, periodMs) : undefined;
    return () => {
      clearInterval(timer);
      flip.current = null;
    };
  }, [pictures.length, playing, periodMs, flip]);

  return (
    <>
      <div className={classes.panes}>
        <Pane
          label={`${pictures.map(({ letter }) => letter).join(', ')} by turns`}
          tags={<PictureTag picture={pictures[current]!} />}
        >
          {pictures.map((picture, index) => (
            <div key={picture.key} className={classes.layer} data-hidden={index !== current || undefined}>
              <Picture picture={picture} view={view} />
            </div>
          ))}
        </Pane>
      </div>
      <div className={classes.controls}>
        <Button
          variant="default"
          leftSection={playing ? <IconPlayerPause size={15} /> : <IconPlayerPlay size={15} />}
          onClick={() => setPlaying(!playing)}
        >
          {playing ? 'Pause' : 'Blink'}
        </Button>
        <Button variant="subtle" color="gray" title="Space" onClick={() => flip.current?.()}>
          Flip
        </Button>
        <span className={classes.controlLabel}>Each for</span>
        <Slider
          className={classes.speed ?? ''}
          size="sm"
          min={200}
          max={2000}
          step={100}
          value={periodMs}
          onChange={setPeriodMs}
          label={null}
          thumbLabel="How long each picture is shown"
        />
        <span className={classes.controlLabel}>{(periodMs / 1000).toFixed(1)} s</span>
      </div>
    </>
  );
}
