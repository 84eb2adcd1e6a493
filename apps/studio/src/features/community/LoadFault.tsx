import { toDioramaError } from '@diorama/contracts';
import { Button } from '@mantine/core';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconAlertTriangle } from '../../ui/icons.ts';

/** In place of what could not be loaded. */
export function LoadFault(props: {
  readonly title: string;
  readonly error: unknown;
  readonly onRetry: () => void;
}) {
  const problem = toDioramaError(props.error);
  return (
    <EmptyNote
      icon={<IconAlertTriangle size={20} />}
      title={props.title}
      action={<Button onClick={props.onRetry}>Try again</Button>}
    >
      {problem.message.replace(/\.?$/, '.')} {problem.hint}
    </EmptyNote>
  );
}
