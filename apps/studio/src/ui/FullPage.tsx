import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { hidePage } from '../app/page-route.ts';
import { ServerAway } from '../app/ServerAway.tsx';
import classes from './FullPage.module.css';
import { useFocusReturn } from './focus-return.ts';
import { useTopmost } from './topmost.ts';

/**
 * A page over the whole workspace. Escape, Back and the close button lead back to where one was; the focus goes with it.
 */
export function FullPage(props: {
  readonly title: string;
  /** Between title and close button: sections, a search. */
  readonly bar?: ReactNode;
  readonly children: ReactNode;
}) {
  useFocusReturn();
  const isTopmost = useTopmost();
  return (
    <Modal.Root
      opened
      onClose={hidePage}
      fullScreen
      padding={0}
      transitionProps={{ duration: 0 }}
      closeOnEscape={isTopmost}
      // Locking the scroll would add a style element, which the content security policy refuses.
      lockScroll={false}
      classNames={{ content: classes.page ?? '' }}
    >
      <Modal.Content aria-label={props.title} radius={0}>
        <header className={classes.bar}>
          <h1 className={classes.title}>{props.title}</h1>
          <div className={classes.middle}>{props.bar}</div>
          <Modal.CloseButton aria-label="Close" />
        </header>
        {/* The one of the workspace is below the page. */}
        <ServerAway />
        <Modal.Body className={classes.body ?? ''}>{props.children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
