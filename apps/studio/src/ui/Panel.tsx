import type { ReactNode } from 'react';
import classes from './Panel.module.css';

/** A titled region of a side bar. */
export function Panel(props: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <section aria-label={props.title} className={`${classes.panel} ${props.className ?? ''}`}>
      <header className={classes.header}>
        <h2 className={classes.title}>{props.title}</h2>
        <div className={classes.actions}>{props.actions}</div>
      </header>
      {props.children}
    </section>
  );
}
