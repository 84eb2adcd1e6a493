import type { Generation } from '@diorama/contracts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { assetUrl } from '../../app/api.ts';
import { showGeneration } from '../../app/view-store.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import {
  IconColumns2,
  IconInfoCircle,
  IconPhotoPlus,
  IconRefresh,
  IconStar,
  IconStarFilled,
  IconThumbDown,
  IconThumbDownFilled,
} from '../../ui/icons.ts';
import { costInWords } from '../engines/money.ts';
import { BackButton } from './BackButton.tsx';
import { compareResult } from './compare-result.ts';
import { DownloadButton } from './DownloadButton.tsx';
import { MoreMenu } from './MoreMenu.tsx';
import { toggleFavorite, toggleRejected } from './mark-entry.ts';
import { ResultDetails } from './ResultDetails.tsx';
import classes from './ResultView.module.css';
import { restoreScene, settingsOf } from './restore-scene.ts';
import { titleOf, tookInWords } from './result-words.ts';
import { TagsLine } from './TagsLine.tsx';
import { putIntoSlot } from './use-as-reference.ts';
import { ZoomableImage } from './ZoomableImage.tsx';

/** An image that is there, and everything that can be done with it. */
export function FinishedStage(props: { readonly generation: Generation; readonly output: number }) {
  const { generation } = props;
  const index = Math.min(props.output, generation.outputs.length - 1);
  const image = generation.outputs[index];
  const title = titleOf(generation);
  const total = generation.timings.total;
  if (!image)
    return (
      <div className={classes.stage}>
        <EmptyNote title="This generation has no image" action={<BackButton />} />
      </div>
    );
  return (
    <>
      <div className={classes.stage}>
        <ZoomableImage src={assetUrl(image.asset)} alt={title} width={image.width} height={image.height} />
      </div>
      {generation.outputs.length > 1 && (
        <div className={classes.strip} role="listbox" aria-label="Images of this generation">
          {generation.outputs.map((one, at) => (
            <button
              key={`${one.asset} ${one.seed}`}
              type="button"
              role="option"
              aria-selected={at === index}
              aria-label={`Image ${at + 1} of ${generation.outputs.length}`}
              className={classes.thumb}
              onClick={() => showGeneration(generation.id, at)}
            >
              <img src={assetUrl(one.asset, 160)} alt="" />
            </button>
          ))}
        </div>
      )}
      <Warnings generation={generation} />
      <p className={classes.facts}>
        <span className="ellipsis" title={title}>
          {title}
        </span>
        <span className={classes.numbers}>
          {image.width} × {image.height} · seed {image.seed}
          {total !== undefined && ` · ${tookInWords(total)}`}
          {generation.cost && ` · ${costInWords(generation.cost)}`}
        </span>
        <ResultDetails key={`${generation.id} ${index}`} generation={generation} output={image} />
        <TagsLine key={generation.id} generation={generation} />
      </p>
      <ResultBar generation={generation} image={index} />
    </>
  );
}

function ResultBar({ generation, image }: { readonly generation: Generation; readonly image: number }) {
  const { favorite, rejected } = generation;
  return (
    <div className={classes.bar}>
      <BackButton />
      <span className={classes.divider} />
      <Button
        variant="subtle"
        color="gray"
        className={classes.foldable ?? ''}
        title="Compare"
        leftSection={<IconColumns2 size={16} />}
        onClick={() => compareResult(generation, image)}
      >
        Compare
      </Button>
      <IconButton
        label={favorite ? 'Remove star' : 'Star'}
        shortcut="S"
        size={32}
        aria-pressed={favorite}
        onClick={() => void toggleFavorite(generation)}
      >
        {favorite ? <IconStarFilled size={17} className={classes.starred ?? ''} /> : <IconStar size={17} />}
      </IconButton>
      <IconButton
        label={rejected ? 'Take the rejection back' : 'Reject'}
        shortcut="X"
        size={32}
        aria-pressed={rejected}
        onClick={() => void toggleRejected(generation)}
      >
        {rejected ? <IconThumbDownFilled size={17} /> : <IconThumbDown size={17} />}
      </IconButton>
      <Button
        variant="subtle"
        color="gray"
        className={classes.foldable ?? ''}
        title="Use as reference"
        leftSection={<IconPhotoPlus size={16} />}
        onClick={() => putIntoSlot(generation, image)}
      >
        Use as reference
      </Button>
      <Button
        variant="subtle"
        color="gray"
        className={classes.foldable ?? ''}
        title="Restore scene"
        leftSection={<IconRefresh size={16} />}
        onClick={() => void restoreScene(settingsOf(generation, image))}
      >
        Restore scene
      </Button>
      <MoreMenu generation={generation} image={image} className={classes.brief} />
      <DownloadButton key={generation.id} generation={generation} image={image} />
    </div>
  );
}

function Warnings({ generation }: { readonly generation: Generation }) {
  const [open, setOpen] = useState(false);
  const { warnings } = generation;
  const [first] = warnings;
  if (!first) return null;
  return (
    <div className={classes.warnings}>
      <IconInfoCircle size={14} />
      <div className={classes.warningList}>
        {(open ? warnings : [first]).map(({ code, message }) => (
          <p key={`${code} ${message}`} className={open ? '' : 'ellipsis'}>
            {message}
          </p>
        ))}
      </div>
      {warnings.length > 1 && (
        <button type="button" onClick={() => setOpen(!open)} aria-expanded={open}>
          {open ? 'Fewer' : `${warnings.length - 1} more`}
        </button>
      )}
    </div>
  );
}
