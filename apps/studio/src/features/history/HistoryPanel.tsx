import { type Generation, toDioramaError } from '@diorama/contracts';
import { Button, Loader, Skeleton } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { api, assetUrl } from '../../app/api.ts';
import { rememberGeneration, useHistory, usePreviews } from '../../app/server-state.ts';
import { showGeneration, showViewport, useView } from '../../app/view-store.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import {
  IconAlertTriangle,
  IconHistory,
  IconRefresh,
  IconStar,
  IconStarFilled,
  IconTrash,
} from '../../ui/icons.ts';
import { basisInWords, costInWords } from '../engines/money.ts';
import { FailureIcon } from '../result/FailureIcon.tsx';
import { failureInShort, failureKind } from '../result/failure-advice.ts';
import { statusInWords, titleOf } from '../result/result-words.ts';
import { retryGeneration } from '../result/retry-generation.ts';
import { deleteLater, useDeletions } from './deletions.ts';
import classes from './HistoryPanel.module.css';
import { layoutHistory, visibleBoxes } from './history-layout.ts';

/** Everything that was ever made here, newest first. */
export function HistoryPanel() {
  const history = useHistory();
  const deleted = useDeletions((state) => state.ids);
  const { ref: measure, width } = useElementSize();
  const scroll = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const items = useMemo(
    () => history.data?.pages.flatMap((page) => page.items).filter(({ id }) => !deleted.has(id)) ?? [],
    [history.data, deleted],
  );
  const layout = useMemo(() => layoutHistory(items, width || 312, new Date()), [items, width]);
  const boxes = visibleBoxes(layout, view.top, view.height);

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = history;
  const nearEnd = layout.height - (view.top + view.height) < 600;
  useEffect(() => {
    if (nearEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [nearEnd, hasNextPage, isFetchingNextPage, fetchNextPage]);
  useEffect(() => {
    const element = scroll.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setView({ top: element.scrollTop, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const id = (document.activeElement as HTMLElement | null)?.closest('[data-id]')?.getAttribute('data-id');
    const at = items.findIndex((item) => item.id === id);
    const next = items[Math.max(0, Math.min(items.length - 1, at + step))];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    showGeneration(next.id);
    const box = layout.boxes.find((one) => one.key === next.id);
    if (box && scroll.current) {
      const { scrollTop, clientHeight } = scroll.current;
      if (box.y < scrollTop) scroll.current.scrollTop = box.y - 40;
      else if (box.y + box.height > scrollTop + clientHeight)
        scroll.current.scrollTop = box.y + box.height - clientHeight + 24;
    }
    requestAnimationFrame(() =>
      scroll.current
        ?.querySelector<HTMLElement>(`[data-id="${next.id}"] button`)
        ?.focus({ preventScroll: true }),
    );
  };

  return (
    <div
      ref={scroll}
      className={`${classes.scroll} scroll`}
      onScroll={(event) =>
        setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })
      }
    >
      <div ref={measure} className={classes.inner}>
        {history.isPending ? (
          <div className={classes.loading} role="status" aria-label="Loading the history">
            {[1.78, 0.8, 1, 1.78].map((ratio, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
              <Skeleton key={index} style={{ aspectRatio: ratio }} />
            ))}
          </div>
        ) : history.isError && items.length === 0 ? (
          <EmptyNote
            icon={<IconAlertTriangle size={20} />}
            title="The history could not be loaded"
            action={<Button onClick={() => void history.refetch()}>Try again</Button>}
          >
            {messageAndHint(history.error)}
          </EmptyNote>
        ) : items.length === 0 ? (
          <EmptyNote
            icon={<IconHistory size={20} />}
            title="No images yet"
            action={<Button onClick={() => useView.setState({ tab: 'generate' })}>Go to Generate</Button>}
          >
            Every image you make is kept here, with the scene and settings it was made from.
          </EmptyNote>
        ) : null}
        <ul
          aria-label="History"
          className={classes.list}
          style={{ height: items.length > 0 ? layout.height : 0 }}
          onKeyDown={onKeyDown}
        >
          {boxes.map((box) =>
            box.kind === 'day' ? (
              <li
                key={box.key}
                role="presentation"
                className={classes.day}
                style={{ transform: `translateY(${box.y}px)`, height: box.height }}
              >
                {box.label}
              </li>
            ) : (
              <li
                key={box.key}
                className={classes.item}
                data-id={box.generation.id}
                aria-setsize={items.length}
                aria-posinset={box.index + 1}
                style={{
                  transform: `translate(${box.x}px, ${box.y}px)`,
                  width: box.width,
                  height: box.height,
                }}
              >
                <Card generation={box.generation} width={box.width} />
              </li>
            ),
          )}
        </ul>
        {isFetchingNextPage && (
          <div className={classes.more}>
            <Loader size={16} color="gray" aria-label="Loading more" />
          </div>
        )}
      </div>
    </div>
  );
}

function messageAndHint(thrown: unknown): string {
  const { message, hint } = toDioramaError(thrown);
  return `${message.replace(/\.?$/, '.')} ${hint}`;
}

function Card({ generation, width }: { readonly generation: Generation; readonly width: number }) {
  const open = useView(({ stage }) => stage.kind === 'generation' && stage.id === generation.id);
  const preview = usePreviews((state) => state.byId[generation.id]);
  const { status, outputs, request } = generation;
  const title = titleOf(generation);
  const active = status === 'running' || status === 'queued';
  const capture = request.canvas?.capture;
  const thumbnailWidth = Math.ceil((width * Math.min(2, devicePixelRatio || 1)) / 64) * 64;
  const [output] = outputs;
  const src = output
    ? assetUrl(output.asset, thumbnailWidth)
    : (preview ?? (capture ? assetUrl(capture, thumbnailWidth) : null));

  const star = async () => {
    const favorite = !generation.favorite;
    rememberGeneration({ ...generation, favorite });
    try {
      rememberGeneration(await api.setFavorite(generation.id, favorite));
    } catch (thrown) {
      rememberGeneration(generation);
      notifications.show({
        color: 'red',
        title: 'The star was not saved',
        message: toDioramaError(thrown).message,
      });
    }
  };
  const retry = async () => {
    try {
      showGeneration((await retryGeneration(generation.id)).id);
    } catch (thrown) {
      const error = toDioramaError(thrown);
      notifications.show({ color: 'red', title: error.message, message: error.hint });
    }
  };
  const remove = () => {
    if (open) showViewport();
    deleteLater(generation);
  };

  return (
    <div className={classes.card} data-open={open || undefined} data-status={status}>
      <button
        type="button"
        className={classes.open}
        aria-label={status === 'succeeded' ? title : `${statusInWords(generation)}: ${title}`}
        aria-current={open || undefined}
        title={title}
        onClick={() => showGeneration(generation.id)}
      >
        {src ? (
          <img src={src} alt="" loading="lazy" decoding="async" data-veiled={!output || undefined} />
        ) : (
          <span className={classes.blank} />
        )}
        {status === 'failed' && (
          <span className={classes.state}>
            <FailureIcon kind={generation.error ? failureKind(generation.error.code) : 'other'} size={16} />
            <span className={classes.reason}>
              {generation.error ? failureInShort(generation.error) : 'Failed'}
            </span>
          </span>
        )}
        {status === 'canceled' && (
          <span className={classes.state}>
            <span>Canceled</span>
            <span className={classes.subject}>{title}</span>
          </span>
        )}
        {active && (
          <span className={classes.badge}>
            {status === 'running' && <i style={{ width: `${generation.progress.fraction * 100}%` }} />}
            <span>{statusInWords(generation)}</span>
          </span>
        )}
        {generation.cost && !active && (
          <span className={classes.cost} title={basisInWords(generation.cost)}>
            {costInWords(generation.cost)}
          </span>
        )}
        {outputs.length > 1 && <span className={classes.count}>{outputs.length}</span>}
      </button>
      <span className={classes.actions}>
        {(status === 'failed' || status === 'canceled') && (
          <button type="button" aria-label="Retry" title="Retry" onClick={() => void retry()}>
            <IconRefresh size={14} />
          </button>
        )}
        {status === 'succeeded' && (
          <button
            type="button"
            aria-label={generation.favorite ? 'Remove star' : 'Star'}
            title={generation.favorite ? 'Remove star' : 'Star'}
            aria-pressed={generation.favorite}
            data-on={generation.favorite || undefined}
            onClick={() => void star()}
          >
            {generation.favorite ? <IconStarFilled size={14} /> : <IconStar size={14} />}
          </button>
        )}
        {!active && (
          <button type="button" aria-label="Delete" title="Delete" onClick={remove}>
            <IconTrash size={14} />
          </button>
        )}
      </span>
    </div>
  );
}
