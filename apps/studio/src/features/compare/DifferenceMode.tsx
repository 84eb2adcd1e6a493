import { Button, Loader } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import classes from './Compare.module.css';
import { inDeltaE, VISIBLE_DELTA_E } from './difference.ts';
import { heatGradient } from './heat-scale.ts';
import type { MeasuredDifference } from './measure-difference.ts';
import { Pane, paneTransform } from './Picture.tsx';
import type { PaneView } from './pane-view.ts';
import type { ComparedPicture } from './use-pictures.ts';

export type DifferenceState =
  | { readonly state: 'working' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'ready'; readonly measured: MeasuredDifference };

/** How far two pictures are apart, as colours over the first one's place. */
export function DifferenceMode(props: {
  readonly pair: readonly [ComparedPicture, ComparedPicture];
  readonly view: PaneView;
  readonly difference: DifferenceState;
  readonly onRetry: () => void;
}) {
  const { pair, view, difference } = props;
  const of = `${pair[0].letter} and ${pair[1].letter}`;
  if (difference.state === 'failed')
    return (
      <div className={classes.panes}>
        <EmptyNote
          title={`${of} could not be compared`}
          action={<Button onClick={props.onRetry}>Try again</Button>}
        >
          {difference.message}
        </EmptyNote>
      </div>
    );
  if (difference.state === 'working')
    return (
      <div className={classes.panes}>
        <span className={classes.working} role="status">
          <Loader size="sm" color="gray" />
          Comparing {of} pixel by pixel
        </span>
      </div>
    );
  const { figures } = difference.measured;
  return (
    <>
      <div className={classes.panes}>
        <Pane label={`Heat map of the difference of ${of}. ${inWords(difference.measured)}`}>
          <HeatMap measured={difference.measured} view={view} />
        </Pane>
      </div>
      <div className={classes.controls}>
        <span className={classes.scale}>
          <span>0</span>
          <i className={classes.gradient} style={{ background: heatGradient() }} aria-hidden="true" />
          <span>{figures.scaleMax}+</span>
        </span>
        <span className={classes.figures}>{inWords(difference.measured)}</span>
        {figures.coveredShare < 0.998 && (
          <span className={classes.controlLabel}>
            The shapes differ: {Math.round(figures.coveredShare * 100)} % of {pair[0].letter} is compared.
          </span>
        )}
      </div>
    </>
  );
}

function inWords({ figures, width, height }: MeasuredDifference): string {
  const visible = `${figures.visibleShare > 0 && figures.visibleShare < 0.01 ? '<1' : Math.round(figures.visibleShare * 100)} %`;
  return `Mean ${inDeltaE(figures.mean)} · largest ${inDeltaE(figures.max)} · ${visible} visibly different (ΔE above ${VISIBLE_DELTA_E}) · ${width} × ${height}`;
}

function HeatMap({ measured, view }: { readonly measured: MeasuredDifference; readonly view: PaneView }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!canvas.current) return;
    canvas.current.width = measured.width;
    canvas.current.height = measured.height;
    canvas.current.getContext('2d')?.drawImage(measured.heat, 0, 0);
  }, [measured]);
  return (
    <canvas
      ref={canvas}
      className={classes.image}
      style={paneTransform(view)}
      role="img"
      aria-label="Heat map"
    />
  );
}

/** Measured anew for each pair of pictures, and only while it is wanted. */
export function useDifference(
  pair: readonly [ComparedPicture, ComparedPicture] | null,
  wanted: boolean,
): { readonly difference: DifferenceState; readonly retry: () => void } {
  const [difference, setDifference] = useState<DifferenceState>({ state: 'working' });
  const [tries, setTries] = useState(0);
  const first = pair?.[0].url ?? null;
  const second = pair?.[1].url ?? null;
  const problem = pair?.[0].problem ?? pair?.[1].problem ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is another measurement
  useEffect(() => {
    setDifference({ state: 'working' });
    if (!wanted) return;
    if (problem !== null) {
      setDifference({ state: 'failed', message: problem });
      return;
    }
    if (first === null || second === null) return;
    const controller = new AbortController();
    const { signal } = controller;
    void (async () => {
      try {
        const [{ measureDifference }, a, b] = await Promise.all([
          import('./measure-difference.ts'),
          bytesOf(first, signal),
          bytesOf(second, signal),
        ]);
        const measured = await measureDifference(a, b, signal);
        setDifference({ state: 'ready', measured });
      } catch (thrown) {
        if (signal.aborted) return;
        setDifference({
          state: 'failed',
          message: thrown instanceof Error ? thrown.message : 'The pictures could not be read.',
        });
      }
    })();
    return () => controller.abort();
  }, [first, second, problem, wanted, tries]);
  return { difference, retry: () => setTries((before) => before + 1) };
}

async function bytesOf(url: string, signal: AbortSignal): Promise<Blob> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error('A picture could not be loaded.');
  return response.blob();
}
