import type { EngineDescription, HistoryCard } from '@diorama/contracts';
import { Button, Loader, Modal } from '@mantine/core';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { assetUrl } from '../../app/api.ts';
import { useEngines } from '../../app/server-state.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import {
  IconChevronLeft,
  IconChevronRight,
  IconStar,
  IconStarFilled,
  IconThumbDown,
  IconThumbDownFilled,
  IconTrash,
  IconX,
} from '../../ui/icons.ts';
import { useTopmost } from '../../ui/topmost.ts';
import { costInWords } from '../engines/money.ts';
import { reasonOfCard, statusOfCard, titleOfCard } from './card-words.ts';
import { type HistoryColumns, indexOfSeq } from './history-columns.ts';
import { commandOfKey, type HistoryCommand } from './history-commands.ts';
import { useCard, useWantedCards } from './history-data.ts';
import classes from './QuickLook.module.css';

/** The next ones are fetched while one looks at this one. */
const AHEAD = 3;
/** What the grid has already, to show until the picture itself has come. */
const SMALL_WIDTH_PX = 384;

/** One entry large, over everything; the arrows go on from there. */
export function QuickLook(props: {
  readonly seq: number;
  readonly columns: HistoryColumns;
  readonly isTrash: boolean;
  readonly onMove: (seq: number) => void;
  readonly onOpen: (seq: number) => void;
  readonly onCommand: (command: HistoryCommand, seqs: readonly number[]) => void;
  readonly onClose: () => void;
}) {
  const { seq, columns, isTrash } = props;
  const index = indexOfSeq(columns, seq);
  const cached = useCard(seq);
  const wanted = useMemo(() => {
    const near: number[] = [seq];
    for (let step = 1; step <= AHEAD; step++)
      for (const at of [index + step, index - step])
        if (columns.seq[at] !== undefined) near.push(columns.seq[at]!);
    return near;
  }, [seq, index, columns]);
  useWantedCards(useState({})[0], wanted);
  const card = cached === 'gone' ? undefined : cached;
  const isTopmost = useTopmost();
  const engines = useEngines().data?.engines;

  const move = (step: number) => {
    const next = columns.seq[Math.max(0, Math.min(columns.length - 1, index + step))];
    if (next !== undefined && next !== seq) props.onMove(next);
  };
  const run = (command: HistoryCommand) => {
    if (command === 'preview') props.onClose();
    else props.onCommand(command, [seq]);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const isOnButton = (event.target as HTMLElement).closest('button') !== null;
    const command = commandOfKey(event, isTrash);
    if (step !== undefined) move(step);
    else if (event.key === 'Home') move(-columns.length);
    else if (event.key === 'End') move(columns.length);
    else if (event.key === 'Enter' && !isOnButton) props.onOpen(seq);
    else if (command && !(isOnButton && event.key === ' ')) run(command);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <Modal.Root
      opened
      onClose={props.onClose}
      fullScreen
      padding={0}
      transitionProps={{ duration: 0 }}
      returnFocus={false}
      lockScroll={false}
      classNames={{ content: classes.content ?? '' }}
      closeOnEscape={isTopmost}
    >
      <Modal.Content aria-label="Quick look" radius={0}>
        {/* biome-ignore lint/a11y/useSemanticElements: a set of fields it is not */}
        <div role="group" aria-label="Entry" className={classes.inside} onKeyDown={onKeyDown}>
          <div className={classes.stage} data-autofocus="" tabIndex={-1}>
            {card ? (
              <Picture key={card.seq} card={card} />
            ) : cached === 'gone' ? (
              <EmptyNote title="This entry is not in the history any more" />
            ) : (
              <Loader size={20} color="gray" aria-label="Loading" />
            )}
            <IconButton
              label="Previous"
              shortcut="←"
              size={40}
              className={classes.previous ?? ''}
              disabled={index <= 0}
              onClick={() => move(-1)}
            >
              <IconChevronLeft size={22} />
            </IconButton>
            <IconButton
              label="Next"
              shortcut="→"
              size={40}
              className={classes.next ?? ''}
              disabled={index < 0 || index >= columns.length - 1}
              onClick={() => move(1)}
            >
              <IconChevronRight size={22} />
            </IconButton>
            <IconButton
              label="Close"
              shortcut="Esc"
              size={32}
              className={classes.close ?? ''}
              onClick={props.onClose}
            >
              <IconX size={18} />
            </IconButton>
          </div>
          <footer className={classes.foot}>
            <div className={classes.words}>
              <p className={classes.prompt} title={card ? titleOfCard(card) : undefined}>
                {card && titleOfCard(card)}
              </p>
              <p className={classes.facts}>
                {(index + 1).toLocaleString('en')} of {columns.length.toLocaleString('en')}
                {card && ` · ${factsOf(card, engines)}`}
              </p>
            </div>
            {card && (
              <div className={classes.actions}>
                {!isTrash && (
                  <>
                    <IconButton
                      label={card.favorite ? 'Remove star' : 'Star'}
                      shortcut="S"
                      size={32}
                      aria-pressed={card.favorite}
                      onClick={() => run('star')}
                    >
                      {card.favorite ? (
                        <IconStarFilled size={17} className={classes.starred} />
                      ) : (
                        <IconStar size={17} />
                      )}
                    </IconButton>
                    <IconButton
                      label={card.rejected ? 'Take rejection back' : 'Reject'}
                      shortcut="X"
                      size={32}
                      aria-pressed={card.rejected}
                      onClick={() => run('reject')}
                    >
                      {card.rejected ? <IconThumbDownFilled size={17} /> : <IconThumbDown size={17} />}
                    </IconButton>
                    <IconButton label="Delete" shortcut="Del" size={32} onClick={() => run('trash')}>
                      <IconTrash size={17} />
                    </IconButton>
                  </>
                )}
                {isTrash && <Button onClick={() => run('restore')}>Restore</Button>}
                <Button variant="filled" onClick={() => props.onOpen(seq)}>
                  Open
                </Button>
              </div>
            )}
          </footer>
        </div>
      </Modal.Content>
    </Modal.Root>
  );
}

function Picture({ card }: { readonly card: HistoryCard }) {
  const [isLoaded, setLoaded] = useState(false);
  if (card.status === 'failed' || card.status === 'canceled' || !card.cover)
    return (
      <EmptyNote title={card.status === 'failed' ? reasonOfCard(card) : statusOfCard(card)}>
        {card.status === 'failed' ? 'Open it to see why, and what to do.' : null}
      </EmptyNote>
    );
  return (
    <img
      className={classes.picture}
      src={assetUrl(card.cover.asset)}
      alt={titleOfCard(card)}
      width={card.width}
      height={card.height}
      draggable={false}
      data-loaded={isLoaded || undefined}
      style={
        isLoaded ? undefined : { backgroundImage: `url("${assetUrl(card.cover.asset, SMALL_WIDTH_PX)}")` }
      }
      onLoad={() => setLoaded(true)}
    />
  );
}

function factsOf(card: HistoryCard, engines: readonly EngineDescription[] | undefined): string {
  const engine = engines?.find(({ id }) => id === card.engine);
  const model = engine?.models.find(({ id }) => id === card.model)?.name ?? card.model;
  return [
    `${card.width} × ${card.height}`,
    [engine?.name ?? card.engine, model].filter(Boolean).join(', '),
    `seed ${card.seed}`,
    card.cost && costInWords(card.cost),
    new Date(card.createdAt).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' }),
    card.project?.name,
    card.tags.length > 0 && card.tags.join(', '),
  ]
    .filter(Boolean)
    .join(' · ');
}
