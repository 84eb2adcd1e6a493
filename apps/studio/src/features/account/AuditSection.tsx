import type { AuditEntry } from '@diorama/contracts';
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import classes from './AccountPage.module.css';
import { whenInWords } from './account-words.ts';

/** What owners did to accounts and posts, so that it can be accounted for. */
export function AuditSection() {
  const log = useInfiniteQuery({
    queryKey: ['audit'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.readAuditLog({ query: pageParam === undefined ? {} : { cursor: pageParam }, signal }),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const entries = log.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>Log</h2>
      <p className={classes.about}>
        What owners of this server did to accounts and to the community, newest first.
      </p>
      <ul className={classes.list} aria-label="Log">
        {entries.length === 0 && (
          <li className={classes.empty}>
            {log.isPending ? 'Loading…' : log.isError ? 'The log could not be loaded.' : 'Nothing yet.'}
          </li>
        )}
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ul>
      {log.hasNextPage && (
        <div>
          <Button variant="default" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            Older
          </Button>
        </div>
      )}
    </section>
  );
}

function Entry({ entry }: { readonly entry: AuditEntry }) {
  return (
    <li className={classes.item}>
      <div className={classes.grow}>
        <p className={classes.name}>
          <bdi>{entry.actor.name}</bdi>: {entry.action.replaceAll('-', ' ')} · <bdi>{entry.targetName}</bdi>
        </p>
        {entry.note && (
          <p className={classes.small}>
            <bdi>{entry.note}</bdi>
          </p>
        )}
      </div>
      <span className={classes.small}>{whenInWords(entry.at)}</span>
    </li>
  );
}
