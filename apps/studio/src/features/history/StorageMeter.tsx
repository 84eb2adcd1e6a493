import type { StorageUse } from '@diorama/contracts';
import { Button, Skeleton } from '@mantine/core';
import { useStorageUse } from './history-data.ts';
import classes from './StorageMeter.module.css';

type Kind = Exclude<keyof StorageUse, 'total' | 'freeBytes'>;

const KINDS: readonly { readonly kind: Kind; readonly label: string }[] = [
  { kind: 'outputs', label: 'Images' },
  { kind: 'scenes', label: 'Scenes and models' },
  { kind: 'inputs', label: 'References, captures' },
  { kind: 'published', label: 'Published' },
  { kind: 'trash', label: 'Trash' },
];

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** "0 bytes", "12 KB", "3.4 GB". */
function bytesInWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** How much room everything takes, by what it is. */
export function StorageMeter({ onShowTrash }: { readonly onShowTrash: () => void }) {
  const { data, isError, refetch } = useStorageUse();
  if (isError)
    return (
      <section className={classes.meter} aria-label="Storage">
        <p className={classes.note}>How much is stored could not be read.</p>
        <Button size="compact-xs" onClick={() => void refetch()}>
          Try again
        </Button>
      </section>
    );
  if (!data) return <Skeleton height={120} />;
  const whole = Math.max(1, data.total.bytes);
  return (
    <section className={classes.meter} aria-label="Storage">
      <p className={classes.total}>
        <strong>{bytesInWords(data.total.bytes)}</strong> stored, {bytesInWords(data.freeBytes)} free
      </p>
      <div className={classes.bar} aria-hidden="true">
        {KINDS.map(({ kind }) =>
          data[kind].bytes > 0 ? (
            <i key={kind} data-kind={kind} style={{ width: `${(data[kind].bytes / whole) * 100}%` }} />
          ) : null,
        )}
      </div>
      <dl className={classes.kinds}>
        {KINDS.map(({ kind, label }) => (
          <div key={kind}>
            <dt>
              <i data-kind={kind} aria-hidden="true" />
              {kind === 'trash' && data.trash.files > 0 ? (
                <button type="button" onClick={onShowTrash}>
                  {label}
                </button>
              ) : (
                label
              )}
            </dt>
            <dd>{bytesInWords(data[kind].bytes)}</dd>
          </div>
        ))}
      </dl>
      <p className={classes.note}>Nothing is deleted by itself.</p>
    </section>
  );
}
