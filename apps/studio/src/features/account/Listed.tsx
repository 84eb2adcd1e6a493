import { toDioramaError } from '@diorama/contracts';
import { Button, Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconAlertTriangle } from '../../ui/icons.ts';
import classes from './AccountPage.module.css';

/** A list from the server in each of its states: on its way, not to be had, empty, there. */
export function Listed<T>(props: {
  readonly query: UseQueryResult<readonly T[]>;
  readonly label: string;
  readonly empty: string;
  readonly children: (item: T) => ReactNode;
}) {
  const { data, error, isPending, refetch } = props.query;
  if (isPending)
    return (
      <div role="status" aria-label={`Loading: ${props.label}`}>
        <Skeleton height={52} mb={8} />
        <Skeleton height={52} />
      </div>
    );
  if (!data) {
    const problem = toDioramaError(error);
    return (
      <EmptyNote
        icon={<IconAlertTriangle size={20} />}
        title="This could not be loaded"
        action={<Button onClick={() => void refetch()}>Try again</Button>}
      >
        {problem.message.replace(/\.?$/, '.')} {problem.hint}
      </EmptyNote>
    );
  }
  return (
    <ul className={classes.list} aria-label={props.label}>
      {data.length === 0 ? <li className={classes.empty}>{props.empty}</li> : data.map(props.children)}
    </ul>
  );
}
