import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { Fault } from '../../ui/Fault.tsx';
import { useAction } from '../../ui/use-action.ts';
import classes from './AccountPage.module.css';
import { browserInWords, whenInWords } from './account-words.ts';
import { Listed } from './Listed.tsx';

export function DevicesSection() {
  const sessions = useQuery({
    queryKey: ['account-sessions'],
    queryFn: async ({ signal }) => (await client.listSessions({ signal })).sessions,
  });
  const action = useAction();
  const end = (work: () => Promise<unknown>) =>
    void action.run(async () => {
      await work();
      await sessions.refetch();
    });
  const others = sessions.data?.filter(({ current }) => !current).length ?? 0;
  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>Where you are signed in</h2>
      <Listed query={sessions} label="Sessions" empty="Nowhere.">
        {(session) => (
          <li key={session.id} className={classes.item}>
            <div className={classes.grow}>
              <p className={classes.name}>{browserInWords(session.userAgent)}</p>
              <p className={classes.small}>
                {session.address ?? 'Unknown address'} · since {whenInWords(session.createdAt)}
              </p>
            </div>
            {session.current ? (
              <span className={classes.badge}>This browser</span>
            ) : (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => end(() => client.endSession({ params: { id: session.id } }))}
              >
                Sign out
              </Button>
            )}
          </li>
        )}
      </Listed>
      <Fault error={action.error} />
      {others > 0 && (
        <div>
          <Button
            variant="default"
            loading={action.busy}
            onClick={() => end(() => client.endOtherSessions())}
          >
            Sign out everywhere else
          </Button>
        </div>
      )}
    </section>
  );
}
