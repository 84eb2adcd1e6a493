import { type AspectRatio, ratioOf } from '@diorama/contracts';
import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { chooseAspectRatio } from '../viewport/choose-aspect-ratio.ts';
import { useViewport } from '../viewport/viewport-handle.ts';
import classes from './AspectRatioPicker.module.css';
import { usePanel } from './panel-store.ts';

interface Choice {
  readonly ratio: AspectRatio;
  readonly name: string;
}

const MAIN: readonly Choice[] = [
  { ratio: '1:1', name: 'Square' },
  { ratio: '4:5', name: 'Portrait' },
  { ratio: '9:16', name: 'Story' },
  { ratio: '4:3', name: 'Standard' },
  { ratio: '3:2', name: 'Classic' },
  { ratio: '16:9', name: 'Wide' },
  { ratio: '21:9', name: 'Cinema' },
  { ratio: 'canvas', name: 'Canvas' },
];

const MORE: readonly Choice[] = [
  { ratio: '5:4', name: 'Print' },
  { ratio: '3:4', name: 'Tall' },
  { ratio: '2:3', name: 'Poster' },
];

/** Length of the longer side of a drawn shape, CSS pixels. */
const SHAPE_PX = 18;

export function AspectRatioPicker() {
  const chosen = usePanel((state) => state.aspectRatio);
  const viewportRatio = useViewport((state) => state.viewportRatio);
  const [more, setMore] = useState(() => MORE.some(({ ratio }) => ratio === chosen));
  const open = more || MORE.some(({ ratio }) => ratio === chosen);
  return (
    <div role="radiogroup" aria-label="Aspect ratio">
      <div className={classes.head}>
        <span>Aspect ratio</span>
        <UnstyledButton className={classes.more ?? ''} aria-expanded={open} onClick={() => setMore(!open)}>
          {open ? 'Fewer' : 'More'}
        </UnstyledButton>
      </div>
      <div className={classes.grid}>
        {(open ? [...MAIN, ...MORE] : MAIN).map(({ ratio, name }) => (
          <label key={ratio} className={classes.choice}>
            <input
              type="radio"
              name="aspect-ratio"
              className="visually-hidden"
              value={ratio}
              checked={chosen === ratio}
              aria-label={ratio === 'canvas' ? 'Canvas' : `${name} ${ratio}`}
              onChange={() => chooseAspectRatio(ratio)}
            />
            <Shape ratio={ratioOf(ratio, viewportRatio)} dashed={ratio === 'canvas'} />
            <span className={classes.name}>{name}</span>
            <span className={classes.numbers}>{ratio === 'canvas' ? 'as shown' : ratio}</span>
          </label>
        ))}
      </div>
    </div>
  );
}

function Shape({ ratio, dashed }: { readonly ratio: number; readonly dashed: boolean }) {
  const width = ratio >= 1 ? SHAPE_PX : SHAPE_PX * ratio;
  const height = ratio >= 1 ? SHAPE_PX / ratio : SHAPE_PX;
  return (
    <span className={classes.box} aria-hidden="true">
      <span className={classes.shape} data-dashed={dashed || undefined} style={{ width, height }} />
    </span>
  );
}
