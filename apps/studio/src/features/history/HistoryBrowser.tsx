import { toDioramaError } from '@diorama/contracts';
import { Button, Skeleton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { hidePage, usePageRoute } from '../../app/page-route.ts';
import { showGeneration } from '../../app/view-store.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconAlertTriangle, IconHistory, IconSearch, IconStar, IconTrash } from '../../ui/icons.ts';
import { openCompare } from '../compare/open-compare.ts';
import { retryGeneration } from '../result/retry-generation.ts';
import { ArchiveDialog } from './ArchiveDialog.tsx';
import { BoardDialog } from './BoardDialog.tsx';
import { idsOf, moveToTrash, restoreFromTrash, setFavorite, setRejected } from './change-history.ts';
import classes from './HistoryBrowser.module.css';
import { HistoryGrid } from './HistoryGrid.tsx';
import { type HistoryColumns, indexOfSeq, NO_ENTRIES } from './history-columns.ts';
import type { HistoryCommand } from './history-commands.ts';
import { cards, useHistoryIndex } from './history-data.ts';
import { type HistoryView, hasFilters, queryOf } from './history-view.ts';
import { ProjectChoiceDialog } from './ProjectChoiceDialog.tsx';
import { PurgeDialog } from './PurgeDialog.tsx';
import { QuickLook } from './QuickLook.tsx';
import { SelectionBar } from './SelectionBar.tsx';
import { moveTo, type SelectionStore } from './selection.ts';
import { TagDialog } from './TagDialog.tsx';

type Dialog =
  | { readonly kind: 'tag' | 'board' | 'project' | 'download'; readonly seqs: readonly number[] }
  | { readonly kind: 'purge'; readonly seqs: readonly number[] | null; readonly count: number };

const COMPARED_MAX = 4;

/** A view of the history: its entries as a grid, what can be done with them, and what to say when there are none. */
export function HistoryBrowser(props: {
  readonly view: HistoryView;
  /** Keeps places in the list apart: the same view is in the side tab and on the page. */
  readonly place: 'panel' | 'page';
  readonly tileWidth: number | null;
  readonly selection: SelectionStore;
  readonly onClearFilters: () => void;
  readonly onGenerate: () => void;
  /** Told what is shown, for a line about it. */
  readonly onCount?: (count: number | null) => void;
}) {
  const { view, place, selection } = props;
  const query = queryOf(view);
  const index = useHistoryIndex(query);
  const columns = index.data ?? NO_ENTRIES;
  const askedKey = `${place} ${JSON.stringify(query)}`;
  // While another view is loaded, the one before is still shown.
  const shownKey = useRef(askedKey);
  if (!index.isPlaceholderData) shownKey.current = askedKey;
  const isTrash = view.section.kind === 'trash';
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [lookedAt, setLookedAt] = useState<number | null>(null);
  const selectedCount = useStore(selection, ({ selected }) => selected.size);

  const { onCount } = props;
  const count = index.data ? index.data.length : null;
  useEffect(() => onCount?.(count), [onCount, count]);

  const showResult = (id: string) => {
    setLookedAt(null);
    if (usePageRoute.getState().route) hidePage();
    showGeneration(id);
  };
  const open = (seq: number) => {
    const card = cards.get(seq);
    if (card && card !== 'gone') showResult(card.id);
  };
  const look = (seq: number) => {
    selection.setState((state) => moveTo(state, seq));
    setLookedAt(seq);
  };
  const onCommand = (command: HistoryCommand, seqs: readonly number[]) => {
    const [first] = seqs;
    if (first === undefined) return;
    switch (command) {
      case 'preview':
        look(first);
        break;
      case 'star':
        void setFavorite(seqs, !seqs.every((seq) => isOn(seq, 'favorite')));
        break;
      case 'reject':
        void setRejected(seqs, !seqs.every((seq) => isOn(seq, 'rejected')));
        break;
      case 'compare':
        void compare(seqs);
        break;
      case 'retry':
        void retry(first, showResult);
        break;
      case 'trash':
        if (lookedAt !== null) setLookedAt(nextTo(columns, lookedAt));
        void moveToTrash(seqs);
        break;
      case 'restore':
        if (lookedAt !== null) setLookedAt(nextTo(columns, lookedAt));
        void restoreFromTrash(seqs);
        break;
      case 'purge':
        setDialog({ kind: 'purge', seqs, count: seqs.length });
        break;
      default:
        setDialog({ kind: command, seqs });
    }
  };

  const isEmpty = index.data !== undefined && columns.length === 0;
  return (
    <div className={classes.browser} data-loading={index.isPlaceholderData || undefined}>
      {selectedCount > 0 ? (
        <SelectionBar
          selection={selection}
          columns={columns}
          isTrash={isTrash}
          board={view.section.kind === 'board' ? view.section.value : null}
          isCompact={place === 'panel'}
          onCommand={onCommand}
        />
      ) : (
        isTrash &&
        columns.length > 0 && (
          <div className={classes.trashBar}>
            <span>What is here stays until you delete it for good.</span>
            <Button
              size="xs"
              onClick={() => setDialog({ kind: 'purge', seqs: null, count: columns.length })}
              disabled={hasFilters(view)}
              title={
                hasFilters(view)
                  ? 'Clear the filters first: this deletes everything in the trash.'
                  : undefined
              }
            >
              Empty trash
            </Button>
          </div>
        )
      )}
      {index.isPending && <Placeholders columnCount={place === 'panel' ? 2 : 5} />}
      {index.isError && columns.length === 0 && (
        <EmptyNote
          icon={<IconAlertTriangle size={20} />}
          title="The history could not be loaded"
          action={<Button onClick={() => void index.refetch()}>Try again</Button>}
        >
          {sentenceOf(index.error)}
        </EmptyNote>
      )}
      {isEmpty && (
        <NothingHere view={view} onClearFilters={props.onClearFilters} onGenerate={props.onGenerate} />
      )}
      <HistoryGrid
        columns={columns}
        viewKey={shownKey.current}
        tileWidth={props.tileWidth}
        hasDays={view.sort === 'newest' || view.sort === 'oldest'}
        isTrash={isTrash}
        selection={selection}
        isFollowing={lookedAt !== null}
        opensOnMove={place === 'panel'}
        onOpen={open}
        onCommand={onCommand}
      />
      {lookedAt !== null && (
        <QuickLook
          seq={lookedAt}
          columns={columns}
          isTrash={isTrash}
          onMove={look}
          onOpen={open}
          onCommand={onCommand}
          onClose={() => setLookedAt(null)}
        />
      )}
      {dialog && <OpenDialog dialog={dialog} onClose={() => setDialog(null)} />}
    </div>
  );
}

function OpenDialog({
  dialog,
  onClose,
}: {
  readonly dialog: Dialog;
  readonly onClose: () => void;
}): ReactNode {
  switch (dialog.kind) {
    case 'tag':
      return <TagDialog seqs={dialog.seqs} onClose={onClose} />;
    case 'board':
      return <BoardDialog seqs={dialog.seqs} onClose={onClose} />;
    case 'project':
      return <ProjectChoiceDialog seqs={dialog.seqs} onClose={onClose} />;
    case 'download':
      return <ArchiveDialog seqs={dialog.seqs} onClose={onClose} />;
    case 'purge':
      return <PurgeDialog seqs={dialog.seqs} count={dialog.count} onClose={onClose} />;
  }
}

function isOn(seq: number, mark: 'favorite' | 'rejected'): boolean {
  const card = cards.get(seq);
  return card !== undefined && card !== 'gone' && card[mark];
}

/** The entry that takes the place of one that goes away; null when none is left. */
function nextTo(columns: HistoryColumns, seq: number): number | null {
  const at = indexOfSeq(columns, seq);
  return columns.seq[at + 1] ?? columns.seq[at - 1] ?? null;
}

async function compare(seqs: readonly number[]): Promise<void> {
  if (seqs.length > COMPARED_MAX) {
    notifications.show({ message: `Select 2 to ${COMPARED_MAX} entries to compare them.` });
    return;
  }
  const withImage = seqs.filter((seq) => {
    const card = cards.get(seq);
    return card === undefined || (card !== 'gone' && card.status === 'succeeded');
  });
  if (withImage.length === 0) {
    notifications.show({ message: 'There is no image to compare.' });
    return;
  }
  openCompare(await idsOf(withImage));
}

async function retry(seq: number, showResult: (id: string) => void): Promise<void> {
  const card = cards.get(seq);
  if (!card || card === 'gone') return;
  try {
    showResult((await retryGeneration(card.id)).id);
  } catch (thrown) {
    const error = toDioramaError(thrown);
    notifications.show({ color: 'red', title: error.message, message: error.hint });
  }
}

function sentenceOf(thrown: unknown): string {
  const { message, hint } = toDioramaError(thrown);
  return `${message.replace(/\.?$/, '.')} ${hint}`;
}

const PLACEHOLDER_RATIOS = [1.78, 0.8, 1, 1.5, 1.78, 1.33, 1, 0.75, 1.78, 1.5];

function Placeholders({ columnCount }: { readonly columnCount: number }) {
  return (
    <div
      className={classes.placeholders}
      style={{ gridTemplateColumns: `repeat(${columnCount}, 1fr)` }}
      role="status"
      aria-label="Loading the history"
    >
      {PLACEHOLDER_RATIOS.slice(0, columnCount * 2).map((ratio, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <Skeleton key={index} style={{ aspectRatio: ratio }} />
      ))}
    </div>
  );
}

function NothingHere(props: {
  readonly view: HistoryView;
  readonly onClearFilters: () => void;
  readonly onGenerate: () => void;
}) {
  const { view } = props;
  if (hasFilters(view))
    return (
      <EmptyNote
        icon={<IconSearch size={20} />}
        title="Nothing fits the search and filters"
        action={<Button onClick={props.onClearFilters}>Clear filters</Button>}
      >
        {view.q
          ? 'Words are looked for in prompts, tags and project names; an entry must have all of them.'
          : 'Everything is still there; choose less, or clear the filters.'}
      </EmptyNote>
    );
  switch (view.section.kind) {
    case 'all':
      return (
        <EmptyNote
          icon={<IconHistory size={20} />}
          title="No images yet"
          action={<Button onClick={props.onGenerate}>Go to Generate</Button>}
        >
          Every image you make is kept here, with the scene and settings it was made from.
        </EmptyNote>
      );
    case 'starred':
      return (
        <EmptyNote icon={<IconStar size={20} />} title="Nothing is starred">
          Press S on an image, or its star, and find it again here.
        </EmptyNote>
      );
    case 'trash':
      return (
        <EmptyNote icon={<IconTrash size={20} />} title="The trash is empty">
          What you delete comes here first and can be brought back.
        </EmptyNote>
      );
    case 'rejected':
      return (
        <EmptyNote title="Nothing is rejected">
          Press X on an image that you do not want; it stays in the history, dimmed.
        </EmptyNote>
      );
    case 'failed':
      return <EmptyNote title="Nothing failed">Tries that failed are kept here with the reason.</EmptyNote>;
    case 'board':
      return <EmptyNote title="This board is empty">Select images and press B to put them on it.</EmptyNote>;
    case 'project':
      return (
        <EmptyNote title="This project has no images">
          Images of a scene go to the project of its name.
        </EmptyNote>
      );
    case 'tag':
      return <EmptyNote title="Nothing has this tag">Select images and press T to tag them.</EmptyNote>;
  }
}
