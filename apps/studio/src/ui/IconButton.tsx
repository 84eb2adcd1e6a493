import { ActionIcon, type ActionIconProps, Kbd, Tooltip } from '@mantine/core';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import classes from './IconButton.module.css';

export interface IconButtonProps
  extends ActionIconProps,
    Omit<ComponentPropsWithRef<'button'>, keyof ActionIconProps> {
  /** Accessible name, and the tooltip. */
  readonly label: string;
  /** Shown beside the label; the key itself is bound in `app/shortcuts.ts`. */
  readonly shortcut?: string;
  readonly active?: boolean;
  readonly children: ReactNode;
}

/** An icon that always says what it does. */
export function IconButton({ label, shortcut, active, children, className, ...props }: IconButtonProps) {
  return (
    <Tooltip
      label={
        <span className={classes.tip}>
          {label}
          {shortcut && <Kbd size="xs">{shortcut}</Kbd>}
        </span>
      }
    >
      <ActionIcon
        aria-label={label}
        aria-pressed={active}
        data-active={active || undefined}
        className={`${classes.button} ${className ?? ''}`}
        {...props}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
