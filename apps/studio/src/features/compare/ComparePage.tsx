import type { Generation } from '@diorama/contracts';
import { Button, Menu, Modal, SegmentedControl, useComputedColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { knownGeneration } from '../../app/server-state.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import {
  IconColumns2,
  IconCopy,
  IconDownload,
  IconFileDiff,
  IconFlame,
  IconLayoutGrid,
  IconPlus,
  IconSlideshow,
  IconSquareHalf,
  IconX,
} from '../../ui/icons.ts';
import { useTopmost } from '../../ui/topmost.ts';
import { openChanges } from '../lineage/open-lineage.ts';
import { saveAs } from '../result/download-choice.ts';
import { addableSources } from './addable-sources.ts';
import { BlinkMode } from './BlinkMode.tsx';
import classes from './Compare.module.css';
import { DifferenceMode, useDifference } from './DifferenceMode.tsx';
import { COMPARED_MAX, type CompareSource, closeCompare, compareSources } from './open-compare.ts';
import { Pane, Picture, PictureTag, spokenName } from './Picture.tsx';
import { columnsFor, FITTED, type PaneView, panBy, zoomAt } from './pane-view.ts';
import { type MoveLine, SliderMode } from './SliderMode.tsx';
import { usePanZoom } from './use-pan-zoom.ts';
import { type ComparedPicture, usePictures } from './use-pictures.ts';

const MODES = [
  { value: 'slider', label: 'Slider', Icon: IconSquareHalf },
  { value: 'side', label: 'Side by side', Icon: IconColumns2 },
  { value: 'all', label: 'All', Icon: IconLayoutGrid },
  { value: 'blink', label: 'Blink', Icon: IconSlideshow },
  { value: 'difference', label: 'Difference', Icon: IconFlame },
] as const;
type Mode = (typeof MODES)[number]['value'];
type Pair = readonly [number, number];

const KEY_ZOOM = 1.4;
/** Of a pane, for each press of an arrow. */
const KEY_PAN = 0.08;
const KEY_LINE_PERCENT = 2;

/** Pictures against each other, over everything else. */
export function ComparePage({ sources }: { readonly sources: readonly CompareSource[] }) {
  const pictures = usePictures(sources);
  const isTopmost = useTopmost();
  const stage = useRef<HTMLDivElement>(null);
  const [view, setView] = usePanZoom(stage);
  const [mode, setMode] = useState<Mode>(sources.length > 2 ? 'all' : 'slider');
  const [wanted, setPair] = useState<Pair>([0, 1]);
  const line = useRef<MoveLine | null>(null);
  const flip = useRef<(() => void) | null>(null);
  const last = pictures.length - 1;
  const indices: Pair = [Math.min(wanted[0], last), Math.min(wanted[1], last)];
  const pair = pictures.length > 1 ? ([pictures[indices[0]]!, pictures[indices[1]]!] as const) : null;
  const { difference, retry } = useDifference(pair, mode === 'difference');
  useFocusReturn();

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as Element;
    if (target.closest('input:not([type=radio]), [role=menu]')) return;
    const takesArrows = target.closest('[role=slider], input[type=radio]') !== null;
    const acts = actionOf(event.key, { takesArrows, zoomed: view.zoom > 1 });
    if (!acts) return;
    event.preventDefault();
    acts();
  };
  const actionOf = (
    key: string,
    { takesArrows, zoomed }: { takesArrows: boolean; zoomed: boolean },
  ): (() => void) | null => {
    const chosen = MODES[Number(key) - 1];
    if (chosen) return () => setMode(chosen.value);
    if (key === '+' || key === '=') return () => setView((before) => zoomAt(before, KEY_ZOOM));
    if (key === '-') return () => setView((before) => zoomAt(before, 1 / KEY_ZOOM));
    if (key === '0') return () => setView(FITTED);
    if (key === ' ' && mode === 'blink') return () => flip.current?.();
    const step = takesArrows ? undefined : ARROWS[key];
    if (!step) return null;
    if (mode === 'slider' && !zoomed) return () => line.current?.(step[0] * KEY_LINE_PERCENT);
    return () => setView((before) => panBy(before, -step[0] * KEY_PAN, -step[1] * KEY_PAN));
  };

  return (
    <Modal.Root
      opened
      onClose={closeCompare}
      fullScreen
      lockScroll={false}
      padding={0}
      transitionProps={{ duration: 0 }}
      closeOnEscape={isTopmost}
    >
      <Modal.Content aria-label="Compare" radius={0} className={classes.window ?? ''}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the page; each has a control of its own */}
        <div className={classes.page} onKeyDown={onKeyDown}>
          <header className={classes.bar}>
            <h1 className={classes.title}>Compare</h1>
            <SegmentedControl
              className={classes.modes ?? ''}
              aria-label="How to compare"
              fullWidth={false}
              value={mode}
              onChange={(value) => setMode(value as Mode)}
              data={MODES.map(({ value, label, Icon }, index) => ({
                value,
                disabled: pictures.length < 2 && value !== 'all',
                label: (
                  <span className={classes.mode} title={`${label} (${index + 1})`}>
                    <Icon size={15} aria-hidden="true" />
                    <span className={classes.modeName}>{label}</span>
                  </span>
                ),
              }))}
            />
            <span className={classes.space} />
            <Button
              variant="subtle"
              color="gray"
              className={classes.zoom ?? ''}
              title="Fit (0)"
              disabled={view.zoom === 1}
              onClick={() => setView(FITTED)}
            >
              {Math.round(view.zoom * 100)} %
            </Button>
            <ChangesButton pictures={pair ?? pictures} />
            <ShareMenu
              pictures={mode === 'all' || mode === 'blink' || pair === null ? pictures : pair}
              columns={mode === 'side' ? 2 : undefined}
              difference={
                mode === 'difference' && difference.state === 'ready' && pair
                  ? { measured: difference.measured, of: `${pair[0].letter} and ${pair[1].letter}` }
                  : undefined
              }
            />
            <Modal.CloseButton aria-label="Close" />
          </header>
          <div ref={stage} className={classes.stage} data-zoomed={view.zoom > 1 || undefined}>
            {pictures.length === 0 || (pair === null && mode !== 'all') ? (
              <div className={classes.panes}>
                <EmptyNote title="One picture is nothing to compare with">
                  Add another one below: its canvas, a reference, or the scene as it is now.
                </EmptyNote>
              </div>
            ) : mode === 'blink' ? (
              <BlinkMode pictures={pictures} view={view} flip={flip} />
            ) : mode === 'all' ? (
              <Panes pictures={pictures} view={view} />
            ) : mode === 'side' ? (
              <Panes pictures={pair!} view={view} columns={2} />
            ) : mode === 'slider' ? (
              <div className={classes.panes}>
                <SliderMode pair={pair!} view={view} line={line} />
              </div>
            ) : (
              <DifferenceMode pair={pair!} view={view} difference={difference} onRetry={retry} />
            )}
          </div>
          <footer className={classes.footer}>
            {pictures.length > 2 && (mode === 'slider' || mode === 'side' || mode === 'difference') && (
              <PairPicker pictures={pictures} pair={indices} onChange={setPair} />
            )}
            <ol className={classes.cards} aria-label="Pictures">
              {pictures.map((picture, index) => (
                <PictureCard
                  key={picture.key}
                  picture={picture}
                  onRemove={
                    sources.length > 1 ? () => compareSources(sources.filter((_, at) => at !== index)) : null
                  }
                />
              ))}
              {sources.length < COMPARED_MAX && (
                <li>
                  <AddPicture sources={sources} />
                </li>
              )}
            </ol>
          </footer>
        </div>
      </Modal.Content>
    </Modal.Root>
  );
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Pictures beside each other, as large as they can be. */
function Panes(props: {
  readonly pictures: readonly ComparedPicture[];
  readonly view: PaneView;
  readonly columns?: number;
}) {
  const { pictures, view } = props;
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 16, height: 9 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  const ratios = pictures.map(({ ratio }) => ratio).filter((ratio) => ratio !== null);
  const ratio = ratios.reduce((product, one) => product * one, 1) ** (1 / Math.max(1, ratios.length));
  const columns = props.columns ?? columnsFor(pictures.length, size, ratio);
  return (
    <div
      ref={box}
      className={classes.panes}
      style={{
        gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
        gridTemplateRows: `repeat(${Math.ceil(pictures.length / columns)}, minmax(0, 1fr))`,
      }}
    >
      {pictures.map((picture) => (
        <Pane key={picture.key} label={spokenName(picture)} tags={<PictureTag picture={picture} />}>
          <Picture picture={picture} view={view} />
        </Pane>
      ))}
    </div>
  );
}

function PairPicker(props: {
  readonly pictures: readonly ComparedPicture[];
  readonly pair: Pair;
  readonly onChange: (pair: Pair) => void;
}) {
  const { pictures, pair, onChange } = props;
  const side = (at: 0 | 1, label: string): ReactNode => (
    <SegmentedControl
      aria-label={label}
      fullWidth={false}
      value={String(pair[at])}
      onChange={(value) => {
        const chosen = Number(value);
        // The picture that is on the other side already changes places.
        if (at === 0) onChange([chosen, chosen === pair[1] ? pair[0] : pair[1]]);
        else onChange([chosen === pair[0] ? pair[1] : pair[0], chosen]);
      }}
      data={pictures.map(({ letter }, index) => ({ value: String(index), label: letter }))}
    />
  );
  return (
    <div className={classes.pair}>
      {side(0, 'First picture')}
      <span className={classes.controlLabel}>and</span>
      {side(1, 'Second picture')}
    </div>
  );
}

function PictureCard(props: { readonly picture: ComparedPicture; readonly onRemove: (() => void) | null }) {
  const { picture, onRemove } = props;
  return (
    <li className={classes.card}>
      <span className={classes.letter}>{picture.letter}</span>
      {picture.url !== null && <img className={classes.thumb} src={picture.url} alt="" draggable={false} />}
      <span className={classes.words}>
        <span className="ellipsis" title={picture.prompt}>
          <b>{picture.label}</b> {picture.prompt}
        </span>
        <span className={`${classes.facts} ellipsis`} title={picture.facts}>
          {picture.problem ?? picture.facts}
        </span>
      </span>
      {onRemove && (
        <IconButton label={`Take ${picture.letter} out of the comparison`} size={22} onClick={onRemove}>
          <IconX size={13} />
        </IconButton>
      )}
    </li>
  );
}

function AddPicture({ sources }: { readonly sources: readonly CompareSource[] }) {
  const ids = [...new Set(sources.flatMap((source) => ('generation' in source ? [source.generation] : [])))];
  const entries = ids.map(knownGeneration).filter((one): one is Generation => one !== undefined);
  const choices = addableSources(sources, entries);
  return (
    <Menu position="top-start">
      <Menu.Target>
        <Button variant="subtle" color="gray" leftSection={<IconPlus size={15} />}>
          Add
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={`${classes.choices} scroll`}>
        {choices.map(({ source, label }) => (
          <Menu.Item key={label} onClick={() => compareSources([...sources, source])}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Of the two entries that are compared, when they are two. */
function ChangesButton({ pictures }: { readonly pictures: readonly ComparedPicture[] }) {
  const ids = [
    ...new Set(pictures.flatMap(({ source }) => ('generation' in source ? [source.generation] : []))),
  ];
  const [before, after] = ids;
  if (ids.length !== 2 || before === undefined || after === undefined) return null;
  return (
    <Button
      variant="subtle"
      color="gray"
      leftSection={<IconFileDiff size={15} />}
      onClick={() => openChanges(before, after)}
    >
      What changed
    </Button>
  );
}

function ShareMenu(props: {
  readonly pictures: readonly ComparedPicture[];
  readonly columns: number | undefined;
  readonly difference: NonNullable<Parameters<typeof import('./draw-sheet.ts').drawSheet>[1]>['difference'];
}) {
  const [busy, setBusy] = useState(false);
  const scheme = useComputedColorScheme('dark');
  const ready = props.pictures.every(({ url }) => url !== null);
  const draw = async () => {
    const { drawSheet } = await import('./draw-sheet.ts');
    return drawSheet(props.pictures, {
      colours: SHEET_COLOURS[scheme],
      columns: props.columns,
      difference: props.difference,
    });
  };
  const run = async (work: () => Promise<string>) => {
    setBusy(true);
    try {
      notifications.show({ message: await work() });
    } catch (thrown) {
      notifications.show({
        color: 'red',
        title: 'The comparison could not be drawn',
        message: thrown instanceof Error ? thrown.message : 'Try again.',
      });
    } finally {
      setBusy(false);
    }
  };
  const download = () =>
    run(async () => {
      saveAs(await draw(), 'comparison.png');
      return 'The comparison is saved as one image.';
    });
  const copy = () =>
    run(async () => {
      // Given as a promise: some browsers take a picture only in the moment of the click.
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': draw() })]);
      return 'The comparison is in the clipboard.';
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" loading={busy} disabled={!ready} leftSection={<IconDownload size={15} />}>
          Share as image
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconDownload size={15} />} onClick={() => void download()}>
          Download PNG
        </Menu.Item>
        {typeof ClipboardItem !== 'undefined' && (
          <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => void copy()}>
            Copy to the clipboard
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

const SHEET_COLOURS = {
  dark: { background: '#161616', text: '#e6e6e6', muted: '#9a9a9a' },
  light: { background: '#ffffff', text: '#1c1c1c', muted: '#5f5f5f' },
} as const;
