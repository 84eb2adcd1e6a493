import type { DioramaError } from '@diorama/contracts';
import classes from './Fault.module.css';
import { IconAlertTriangle } from './icons.ts';

/** What went wrong, beside what was clicked. */
export function Fault({ error }: { readonly error: DioramaError | null }) {
  if (!error) return null;
  const { field } = error.details;
  return (
    <p className={classes.fault} role="alert">
      <IconAlertTriangle size={14} aria-hidden="true" />
      <span>
        {error.message.replace(/\.?$/, '.')} {error.hint}
        {typeof field === 'string' && field !== '' && ` (${field})`}
      </span>
    </p>
  );
}
