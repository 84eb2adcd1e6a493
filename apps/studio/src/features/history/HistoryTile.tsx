import type { HistoryCard } from '@diorama/contracts';
import { memo } from 'react';
import { useStore } from 'zustand';
import { assetUrl } from '../../app/api.ts';
import { usePreviews } from '../../app/server-state.ts';
import { useView } from '../../app/view-store.ts';
import {
  IconRefresh,
  IconRestore,
  IconSquare,
  IconSquareCheckFilled,
  IconStar,
  IconStarFilled,
  IconThumbDown,
  IconThumbDownFilled,
  IconTrash,
} from '../../ui/icons.ts';
import { basisInWords, costInWords } from '../engines/money.ts';
import { FailureIcon } from '../result/FailureIcon.tsx';
import { failureKind } from '../result/failure-advice.ts';
import { labelOfCard, reasonOfCard, statusOfCard, titleOfCard } from './card-words.ts';
import classes from './HistoryTile.module.css';
import { useCard } from './history-data.ts';
import type { SelectionStore } from './selection.ts';

interface TileProps {
  readonly seq: number;
  readonly position: number;
  readonly total: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Whether the Tab key leads to it. */
  readonly isTabStop: boolean;
  /** Under the pointer or where the keys are: shows what can be done with it. */
  readonly isHot: boolean;
  /** It will be scrolled away in a moment: no picture is asked for. */
  readonly isPassing: boolean;
  readonly isTrash: boolean;
  /** Out of sight, kept because the keyboard focus is in it. */
  readonly isOffstage: boolean;
  readonly selection: SelectionStore;
}

/** Widths that pictures are asked for in: few, so that a small change of the layout finds them in the cache. */
const THUMBNAIL_STEP_PX = 96;

function thumbnailWidth(width: number): number {
  const pixels = width * Math.min(2, typeof devicePixelRatio === 'number' ? devicePixelRatio || 1 : 1);
  return Math.ceil(pixels / THUMBNAIL_STEP_PX) * THUMBNAIL_STEP_PX;
}

/**
 * One entry in the grid. Clicks are handled by the grid: `data-action` says what a button does. As few elements as it
 * can be, because a drag of the scroll bar makes a hundred of them for each frame.
 */
export const HistoryTile = memo(function HistoryTile(props: TileProps) {
  const { seq, x, y, width, height } = props;
  const cached = useCard(seq);
  const isSelected = useStore(props.selection, ({ selected }) => selected.has(seq));
  const anySelected = useStore(props.selection, ({ selected }) => selected.size > 0);
  const card = cached === 'gone' ? undefined : cached;
  const isOpen = useView(({ stage }) => stage.kind === 'generation' && stage.id === card?.id);
  const tabIndex = props.isTabStop ? 0 : -1;
  return (
    <li
      className={classes.item}
      data-seq={seq}
      data-offstage={props.isOffstage || undefined}
      aria-setsize={props.total}
      aria-posinset={props.position}
      style={{ left: x, top: y, width, height }}
    >
      {/* The same element before and after the card has come: it may have the keyboard focus. */}
      <button
        type="button"
        className={classes.open}
        data-status={card?.status}
        data-rejected={card?.rejected || undefined}
        data-open={isOpen || undefined}
        data-mantine-stop-propagation={anySelected || undefined}
        tabIndex={tabIndex}
        aria-label={card ? labelOfCard(card, isSelected) : cached === 'gone' ? 'Deleted' : 'Loading'}
        aria-current={isOpen || undefined}
        title={card && titleOfCard(card)}
      >
        {card && <Face card={card} width={width} isPassing={props.isPassing} isHot={props.isHot} />}
        {cached === 'gone' && <span className={classes.state}>Deleted</span>}
        {isSelected && <span className={classes.frame} />}
      </button>
      {(props.isHot || anySelected) && (
        // biome-ignore lint/a11y/useSemanticElements: an input would need a label and a box of its own for each tile
        <button
          type="button"
          role="checkbox"
          aria-checked={isSelected}
          aria-label="Select"
          className={classes.select}
          data-action="select"
          tabIndex={tabIndex}
        >
          {isSelected ? <IconSquareCheckFilled size={16} /> : <IconSquare size={16} />}
        </button>
      )}
      {card && <Actions card={card} isHot={props.isHot} isTrash={props.isTrash} tabIndex={tabIndex} />}
    </li>
  );
});

/** What an entry looks like: its picture, or why there is none. */
function Face(props: {
  readonly card: HistoryCard;
  readonly width: number;
  readonly isPassing: boolean;
  readonly isHot: boolean;
}) {
  const { card } = props;
  const preview = usePreviews((state) => state.byId[card.id]);
  const { status } = card;
  const isActive = status === 'running' || status === 'queued';
  const live = isActive ? preview : undefined;
  const src = live ?? (card.cover ? assetUrl(card.cover.asset, thumbnailWidth(props.width)) : null);
  return (
    <>
      {src && (
        <Thumbnail
          src={src}
          isVeiled={!card.cover?.isOutput && live === undefined}
          isHeld={props.isPassing}
        />
      )}
      {status === 'failed' && (
        <span className={classes.state} data-failed="">
          <FailureIcon kind={card.errorCode ? failureKind(card.errorCode) : 'other'} size={16} />
          <span className={classes.reason}>{reasonOfCard(card)}</span>
          <span className={classes.subject}>{titleOfCard(card)}</span>
        </span>
      )}
      {status === 'canceled' && (
        <span className={classes.state}>
          <span>Canceled</span>
          <span className={classes.subject}>{titleOfCard(card)}</span>
        </span>
      )}
      {isActive && (
        <span className={classes.progress}>
          {status === 'running' && <i style={{ width: `${card.fraction * 100}%` }} />}
          <span>{statusOfCard(card)}</span>
        </span>
      )}
      {!isActive && <Badges card={card} isHot={props.isHot} />}
    </>
  );
}

/** Taking the address away when the tile goes stops a picture that is still on its way; removing the element does not. */
function stopWithElement(image: HTMLImageElement | null) {
  return () => image?.removeAttribute('src');
}

function Thumbnail(props: { readonly src: string; readonly isVeiled: boolean; readonly isHeld: boolean }) {
  if (props.isHeld) return null;
  return (
    <img
      ref={stopWithElement}
      src={props.src}
      alt=""
      decoding="async"
      draggable={false}
      data-veiled={props.isVeiled || undefined}
    />
  );
}

function Badges({ card, isHot }: { readonly card: HistoryCard; readonly isHot: boolean }) {
  return (
    <>
      {card.images > 1 && <span className={classes.count}>{card.images}</span>}
      {isHot && (card.cost || card.tags.length > 0) && (
        <span className={classes.foot}>
          {card.cost && (
            <span className={classes.badge} title={basisInWords(card.cost)}>
              {costInWords(card.cost)}
            </span>
          )}
          {card.tags.slice(0, 2).map((tag) => (
            <span key={tag} className={classes.badge}>
              {tag}
            </span>
          ))}
          {card.tags.length > 2 && (
            <span className={classes.badge} title={card.tags.join(', ')}>
              +{card.tags.length - 2}
            </span>
          )}
        </span>
      )}
    </>
  );
}

function Actions(props: {
  readonly card: HistoryCard;
  readonly isHot: boolean;
  readonly isTrash: boolean;
  readonly tabIndex: number;
}) {
  const { card, isHot, isTrash, tabIndex } = props;
  const isFinished = card.status !== 'running' && card.status !== 'queued';
  const hasImage = card.status === 'succeeded';
  if (!isHot && !card.favorite && !card.rejected) return null;
  return (
    <span className={classes.actions}>
      {isHot && !isTrash && isFinished && !hasImage && (
        <button type="button" aria-label="Retry" title="Retry" data-action="retry" tabIndex={tabIndex}>
          <IconRefresh size={14} />
        </button>
      )}
      {(card.favorite || (isHot && hasImage && !isTrash)) && (
        <button
          type="button"
          aria-label={card.favorite ? 'Remove star' : 'Star'}
          title={card.favorite ? 'Remove star' : 'Star'}
          aria-pressed={card.favorite}
          data-on={card.favorite || undefined}
          data-action="star"
          tabIndex={tabIndex}
        >
          {card.favorite ? <IconStarFilled size={14} /> : <IconStar size={14} />}
        </button>
      )}
      {(card.rejected || (isHot && hasImage && !isTrash)) && (
        <button
          type="button"
          aria-label={card.rejected ? 'Take rejection back' : 'Reject'}
          title={card.rejected ? 'Take rejection back' : 'Reject'}
          aria-pressed={card.rejected}
          data-action="reject"
          tabIndex={tabIndex}
        >
          {card.rejected ? <IconThumbDownFilled size={14} /> : <IconThumbDown size={14} />}
        </button>
      )}
      {isHot &&
        (isTrash ? (
          <button
            type="button"
            aria-label="Restore"
            title="Restore"
            data-action="restore"
            tabIndex={tabIndex}
          >
            <IconRestore size={14} />
          </button>
        ) : (
          isFinished && (
            <button type="button" aria-label="Delete" title="Delete" data-action="trash" tabIndex={tabIndex}>
              <IconTrash size={14} />
            </button>
          )
        ))}
    </span>
  );
}
