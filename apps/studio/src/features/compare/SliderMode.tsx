import { useEffect } from 'react';
import { Handle, HandleRoot, Item, Provider, Root } from 'react-compare-slider/components';
import { useReactCompareSlider } from 'react-compare-slider/hooks';
import classes from './Compare.module.css';
import { Pane, Picture, PictureTag } from './Picture.tsx';
import type { PaneView } from './pane-view.ts';
import type { ComparedPicture } from './use-pictures.ts';

/** Moves the line by percent of the pane. */
export type MoveLine = (percent: number) => void;

/** One picture over the other, with a line to drag between them. */
export function SliderMode(props: {
  readonly pair: readonly [ComparedPicture, ComparedPicture];
  readonly view: PaneView;
  /** Set while this is shown, for the keys of the page. */
  readonly line: { current: MoveLine | null };
}) {
  const { pair, view, line } = props;
  const slider = useReactCompareSlider({ onlyHandleDraggable: true, keyboardIncrement: '2%' });
  const { position, setPosition } = slider;
  useEffect(() => {
    line.current = (percent) => setPosition(position.current + percent);
    return () => {
      line.current = null;
    };
  }, [line, position, setPosition]);
  return (
    <Pane
      label={`${pair[0].letter} left of the line, ${pair[1].letter} right of it`}
      tags={
        <>
          <PictureTag picture={pair[0]} />
          <PictureTag picture={pair[1]} side="right" />
        </>
      }
    >
      <Provider {...slider}>
        <Root className={classes.slider ?? ''}>
          <Item item="itemOne">
            <Picture picture={pair[0]} view={view} />
          </Item>
          <Item item="itemTwo">
            <Picture picture={pair[1]} view={view} />
          </Item>
          <HandleRoot aria-label="Line between the pictures" data-line>
            <Handle />
          </HandleRoot>
        </Root>
      </Provider>
    </Pane>
  );
}
