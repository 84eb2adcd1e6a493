import { type Post, type Report, toDioramaError } from '@diorama/contracts';
import { Button, Loader, Skeleton, TextInput, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { showPage } from '../../app/page-route.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { Fault } from '../../ui/Fault.tsx';
import { IconCheck } from '../../ui/icons.ts';
import { useAction } from '../../ui/use-action.ts';
import { actionInWords } from './audit-words.ts';
import { MODERATION_TABS, type ModerationTab, showCommunity } from './community-route.ts';
import {
  deleteComment,
  moderate,
  useAuditLog,
  useCommunitySettings,
  usePost,
  usePosts,
  useReports,
} from './community-state.ts';
import { LoadFault } from './LoadFault.tsx';
import classes from './Moderation.module.css';
import { PostLink } from './PostCard.tsx';
import { REASON_NAMES } from './reason-names.ts';
import { agoInWords } from './time-words.ts';
import { UserText } from './UserText.tsx';
import { useCommunityViewer } from './use-community-viewer.ts';

const NAMES: Readonly<Record<ModerationTab, string>> = {
  waiting: 'Waiting',
  reported: 'Reported',
  hidden: 'Hidden',
  log: 'Log',
};

/** What an owner of the server has to decide about, and what was decided. */
export function Moderation({ tab }: { readonly tab: ModerationTab }) {
  const { isOwner } = useCommunityViewer();
  const waiting = useCommunitySettings().data?.waiting;
  if (!isOwner)
    return (
      <div className={classes.denied}>
        <EmptyNote title="Only owners of the server moderate">Ask one of them for what you need.</EmptyNote>
      </div>
    );
  const counts: Partial<Record<ModerationTab, number>> = {
    ...(waiting?.posts ? { waiting: waiting.posts } : {}),
    ...(waiting?.reports ? { reported: waiting.reports } : {}),
  };
  return (
    <div className={`${classes.page} scroll`}>
      <nav className={classes.tabs} aria-label="Sections of the moderation">
        {MODERATION_TABS.map((one) => (
          <UnstyledButton
            key={one}
            className={classes.tab ?? ''}
            aria-current={one === tab ? 'page' : undefined}
            onClick={() => showCommunity({ section: 'moderation', tab: one })}
          >
            {NAMES[one]}
            {counts[one] !== undefined && <span className={classes.count}>{counts[one]}</span>}
          </UnstyledButton>
        ))}
      </nav>
      {tab === 'waiting' && (
        <Posts
          show="pending"
          empty="Nothing waits"
          about="When members’ posts wait for you, they are listed here before others see them."
        />
      )}
      {tab === 'hidden' && (
        <Posts
          show="hidden"
          empty="Nothing is hidden"
          about="What you hide is listed here and can be shown again."
        />
      )}
      {tab === 'reported' && <Reports />}
      {tab === 'log' && <Log />}
    </div>
  );
}

function Posts(props: {
  readonly show: 'pending' | 'hidden';
  readonly empty: string;
  readonly about: string;
}) {
  const posts = usePosts({ show: props.show });
  const items = posts.data?.pages.flatMap((page) => page.items) ?? [];
  if (posts.isPending) return <Skeleton height={160} />;
  if (posts.isError && items.length === 0)
    return (
      <LoadFault
        title="The posts could not be loaded"
        error={posts.error}
        onRetry={() => void posts.refetch()}
      />
    );
  if (items.length === 0)
    return (
      <EmptyNote icon={<IconCheck size={20} />} title={props.empty}>
        {props.about}
      </EmptyNote>
    );
  return (
    <>
      <ul className={classes.list}>
        {items.map((post) => (
          <li key={post.id} className={classes.case}>
            <Picture post={post} />
            <div className={classes.body}>
              <Summary post={post} />
              <Decide post={post} actions={props.show === 'pending' ? ['approve', 'hide'] : ['approve']} />
            </div>
          </li>
        ))}
      </ul>
      {posts.hasNextPage && (
        <Button loading={posts.isFetchingNextPage} onClick={() => void posts.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

function Reports() {
  const reports = useReports(true);
  if (reports.isPending) return <Skeleton height={160} />;
  if (reports.isError)
    return (
      <LoadFault
        title="The reports could not be loaded"
        error={reports.error}
        onRetry={() => void reports.refetch()}
      />
    );
  const byPost = new Map<string, Report[]>();
  for (const report of reports.data.reports)
    byPost.set(report.post.id, [...(byPost.get(report.post.id) ?? []), report]);
  if (byPost.size === 0)
    return (
      <EmptyNote icon={<IconCheck size={20} />} title="Nothing is reported">
        Reports of images and comments are listed here with their reasons.
      </EmptyNote>
    );
  return (
    <ul className={classes.list}>
      {[...byPost].map(([id, list]) => (
        <ReportedPost key={id} id={id} reports={list} />
      ))}
    </ul>
  );
}

function ReportedPost({ id, reports }: { readonly id: string; readonly reports: readonly Report[] }) {
  const { data: post } = usePost(id);
  return (
    <li className={classes.case}>
      {post ? <Picture post={post} /> : <Skeleton width={180} height={130} />}
      <div className={classes.body}>
        {post && <Summary post={post} />}
        <ul className={classes.reports} aria-label="Reports">
          {reports.map((report) => (
            <ReportLine key={report.id} report={report} />
          ))}
        </ul>
        {post && (
          <Decide
            post={post}
            actions={post.status === 'hidden' ? ['dismiss', 'approve'] : ['dismiss', 'hide']}
          />
        )}
      </div>
    </li>
  );
}

function ReportLine({ report }: { readonly report: Report }) {
  const action = useAction();
  const { comment } = report;
  return (
    <li>
      <p className={classes.reason}>
        <strong>{REASON_NAMES[report.reason]}</strong> · <UserText>{report.reporter.name}</UserText> ·{' '}
        {agoInWords(report.createdAt)}
      </p>
      {report.text !== '' && <UserText lines>{report.text}</UserText>}
      {comment && (
        <blockquote className={classes.quote}>
          <p className={classes.reason}>
            Comment by <UserText>{comment.author.name}</UserText>
          </p>
          <UserText lines>{comment.text}</UserText>
          <div>
            <Button
              size="compact-xs"
              mt={6}
              loading={action.busy}
              onClick={() => void action.run(() => deleteComment(report.post.id, comment.id))}
            >
              Delete the comment
            </Button>
          </div>
          <Fault error={action.error} />
        </blockquote>
      )}
    </li>
  );
}

function Picture({ post }: { readonly post: Post }) {
  return (
    <div className={classes.picture}>
      <PostLink post={post} width={180} height={130} />
    </div>
  );
}

function Summary({ post }: { readonly post: Post }) {
  return (
    <>
      <p className={classes.meta}>
        <UserText>{post.author.name}</UserText> · {agoInWords(post.createdAt)} ·{' '}
        <UnstyledButton className={classes.link ?? ''} onClick={() => showPage('account', 'members')}>
          Ban or disable accounts
        </UnstyledButton>
      </p>
      {post.description !== '' && (
        <p className={classes.description}>
          <UserText lines>{post.description}</UserText>
        </p>
      )}
    </>
  );
}

type Decision = 'approve' | 'hide' | 'dismiss';

function decisionName(decision: Decision, post: Post): string {
  if (decision === 'approve') return post.status === 'hidden' ? 'Show again' : 'Approve';
  return decision === 'hide' ? 'Hide' : 'Dismiss reports';
}

function Decide({ post, actions }: { readonly post: Post; readonly actions: readonly Decision[] }) {
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState<Decision | null>(null);
  const run = async (decision: Decision) => {
    setBusy(decision);
    try {
      await moderate(post.id, decision, note.trim());
    } catch (thrown) {
      const error = toDioramaError(thrown);
      notifications.show({
        color: 'red',
        title: 'That did not work',
        message: `${error.message}. ${error.hint}`,
      });
    } finally {
      setBusy(null);
    }
  };
  return (
    <div className={classes.decide}>
      <TextInput
        aria-label="Note for the log"
        placeholder="Note for the log (optional)"
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {actions.map((decision) => (
        <Button key={decision} size="xs" loading={busy === decision} onClick={() => void run(decision)}>
          {decisionName(decision, post)}
        </Button>
      ))}
    </div>
  );
}

function Log() {
  const log = useAuditLog();
  const items = log.data?.pages.flatMap((page) => page.items) ?? [];
  if (log.isPending) return <Skeleton height={160} />;
  if (log.isError && items.length === 0)
    return (
      <LoadFault title="The log could not be loaded" error={log.error} onRetry={() => void log.refetch()} />
    );
  if (items.length === 0)
    return (
      <EmptyNote title="The log is empty">What owners of the server decide is written down here.</EmptyNote>
    );
  return (
    <>
      <table className={classes.log}>
        <thead>
          <tr>
            <Head>When</Head>
            <Head>Who</Head>
            <Head>What</Head>
            <Head>Note</Head>
          </tr>
        </thead>
        <tbody>
          {items.map((entry) => (
            <tr key={entry.id}>
              <td title={new Date(entry.at).toLocaleString('en')}>{agoInWords(entry.at)}</td>
              <td>
                <UserText>{entry.actor.name}</UserText>
              </td>
              <td>
                {actionInWords(entry.action)}
                {entry.targetName !== '' && (
                  <>
                    {' '}
                    <UserText>{entry.targetName}</UserText>
                  </>
                )}
              </td>
              <td>
                <UserText lines>{entry.note}</UserText>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {log.hasNextPage && (
        <Button onClick={() => void log.fetchNextPage()} disabled={log.isFetchingNextPage}>
          {log.isFetchingNextPage ? <Loader size={14} color="gray" /> : 'Show earlier ones'}
        </Button>
      )}
    </>
  );
}

function Head({ children }: { readonly children: ReactNode }) {
  return <th scope="col">{children}</th>;
}
