import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { IconPhotoOff } from '../../ui/icons.ts';
import classes from './Compare.module.css';
import type { PaneView } from './pane-view.ts';
import type { ComparedPicture } from './use-pictures.ts';

/** From here on single pixels are looked at, and smoothing them would show what is not there. */
const PIXELS_FROM_ZOOM = 6;

export function paneTransform({ zoom, x, y }: PaneView): React.CSSProperties {
  return {
    transform: `translate(${x * 100}%, ${y * 100}%) scale(${zoom})`,
    ...(zoom >= PIXELS_FROM_ZOOM ? { imageRendering: 'pixelated' } : {}),
  };
}

/** A picture fitted into its pane, moved and zoomed with all others. */
export function Picture(props: { readonly picture: ComparedPicture; readonly view: PaneView }) {
  const { url, problem } = props.picture;
  if (problem !== null)
    return (
      <span className={classes.problem}>
        <IconPhotoOff size={20} aria-hidden="true" />
        {problem}
      </span>
    );
  if (url === null) return <Skeleton className={classes.skeleton ?? ''} />;
  return (
    <img
      className={classes.image}
      src={url}
      alt={spokenName(props.picture)}
      draggable={false}
      style={paneTransform(props.view)}
    />
  );
}

/** "A, Result: golden hour, seed 7 …": all of it, for who cannot see the pictures. */
export function spokenName({ letter, label, prompt, facts }: ComparedPicture): string {
  return [`${letter}, ${label}: ${prompt}`, facts].filter(Boolean).join(', ');
}

/** A box that pictures are looked at in; wheel and drag in it move all of them. */
export function Pane(props: {
  readonly label: string;
  readonly children: ReactNode;
  readonly tags?: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: pictures with their names, not fields of a form
    <div
      className={classes.pane}
      data-pane
      role="group"
      aria-label={props.label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys for zooming and panning work on what has the focus
      tabIndex={0}
    >
      {props.children}
      {props.tags}
    </div>
  );
}

export function PictureTag(props: { readonly picture: ComparedPicture; readonly side?: 'right' }) {
  const { letter, label } = props.picture;
  return (
    <span className={classes.tag} data-side={props.side}>
      <b>{letter}</b>
      {label}
    </span>
  );
}
