import { DioramaError, type Post } from '@diorama/contracts';
import { Button, CopyButton, Menu, Skeleton, Spoiler, Tooltip, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { hidePage, showPage } from '../../app/page-route.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { Fault } from '../../ui/Fault.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import {
  IconArrowLeft,
  IconArrowsShuffle,
  IconCheck,
  IconCopy,
  IconDots,
  IconEyeOff,
  IconFlag,
  IconHeart,
  IconHeartFilled,
  IconHourglass,
  IconPencil,
  IconPhotoOff,
  IconShieldCheck,
  IconTrash,
} from '../../ui/icons.ts';
import { useAction } from '../../ui/use-action.ts';
import { ZoomableImage } from '../result/ZoomableImage.tsx';
import { Comments } from './Comments.tsx';
import { showCommunity } from './community-route.ts';
import { moderate, setLiked, usePost, usePosts } from './community-state.ts';
import { EditPostDialog } from './EditPostDialog.tsx';
import { showGallery } from './gallery-state.ts';
import { LoadFault } from './LoadFault.tsx';
import { licenceWords } from './licence-words.ts';
import { PostLink } from './PostCard.tsx';
import classes from './PostView.module.css';
import { pictureUrl } from './picture-url.ts';
import { ReportDialog } from './ReportDialog.tsx';
import { remixPost } from './remix-post.ts';
import { settingsInWords } from './settings-words.ts';
import { agoInWords, countOf } from './time-words.ts';
import { UnpublishDialog } from './UnpublishDialog.tsx';
import { UserText } from './UserText.tsx';
import { useCommunityViewer } from './use-community-viewer.ts';

/** The long edge of the picture as it is looked at before anybody zooms in, CSS pixels. */
const STAGE_EDGE_PX = 1280;
const REMIXES_SHOWN = 8;

/** One post: the picture large, and everything that its author shares of it. */
export function PostView({ id }: { readonly id: string }) {
  const { data: post, error, isPending, refetch } = usePost(id);
  if (isPending)
    return (
      <div className={classes.view} role="status" aria-label="Loading the image">
        <div className={classes.stage}>
          <Skeleton height="100%" />
        </div>
        <div className={classes.side}>
          <Skeleton height={28} mb={12} />
          <Skeleton height={14} width="60%" mb={24} />
          <Skeleton height={90} />
        </div>
      </div>
    );
  if (!post) {
    const isGone = error instanceof DioramaError && error.code === 'not-found';
    return (
      <div className={classes.gone}>
        {isGone ? (
          <EmptyNote
            icon={<IconPhotoOff size={20} />}
            title="This image is not here any more"
            action={<Button onClick={() => showCommunity()}>Go to the gallery</Button>}
          >
            Its author may have unpublished it, or the owner of the server has hidden it.
          </EmptyNote>
        ) : (
          <LoadFault title="The image could not be loaded" error={error} onRetry={() => void refetch()} />
        )}
      </div>
    );
  }
  return <LoadedPost post={post} />;
}

function LoadedPost({ post }: { readonly post: Post }) {
  return (
    <div className={classes.view}>
      <div className={classes.stage}>
        <Button
          className={classes.back ?? ''}
          size="xs"
          leftSection={<IconArrowLeft size={15} />}
          onClick={() => showCommunity()}
        >
          Gallery
        </Button>
        <ZoomableImage
          src={pictureUrl(post.image.url, STAGE_EDGE_PX) ?? ''}
          alt={post.title}
          width={post.image.width}
          height={post.image.height}
        />
      </div>
      <aside className={`${classes.side} scroll`} aria-label="About this image">
        <StatusNote post={post} />
        <Head post={post} />
        <Actions post={post} />
        {post.description !== '' && (
          <Spoiler
            maxHeight={220}
            showLabel="Show all"
            hideLabel="Show less"
            classNames={{ control: classes.more ?? '' }}
          >
            <UserText lines>{post.description}</UserText>
          </Spoiler>
        )}
        <Tags tags={post.tags} />
        <Made post={post} />
        <Licence post={post} />
        <Remixes post={post} />
        <Comments post={post} />
      </aside>
    </div>
  );
}

function StatusNote({ post }: { readonly post: Post }) {
  const { isOwner } = useCommunityViewer();
  const action = useAction();
  if (post.status === 'published') return null;
  const isPending = post.status === 'pending';
  return (
    <div className={classes.status} role="status">
      {isPending ? <IconHourglass size={16} /> : <IconEyeOff size={16} />}
      <div>
        <p className={classes.statusTitle}>{isPending ? 'Waits for the owner' : 'Hidden'}</p>
        <p>
          {isPending
            ? 'Only its author and the owners of this server see it until one of them approves it.'
            : 'An owner of this server took it down. Only its author and owners see it.'}
        </p>
        {isOwner && (
          <Button
            size="compact-sm"
            mt={8}
            loading={action.busy}
            onClick={() => void action.run(() => moderate(post.id, 'approve', ''))}
          >
            {isPending ? 'Approve' : 'Show again'}
          </Button>
        )}
        <Fault error={action.error} />
      </div>
    </div>
  );
}

function Head({ post }: { readonly post: Post }) {
  return (
    <header>
      <h2 className={classes.title}>
        <UserText>{post.title}</UserText>
      </h2>
      <p className={classes.by}>
        by{' '}
        <UnstyledButton
          className={classes.link ?? ''}
          onClick={() => showGallery({ author: post.author })}
          title="Show everything of theirs"
        >
          <UserText>{post.author.name}</UserText>
        </UnstyledButton>
        <span title={new Date(post.createdAt).toLocaleString('en')}> · {agoInWords(post.createdAt)}</span>
      </p>
      {post.remixOf && (
        <p className={classes.by}>
          <IconArrowsShuffle size={13} aria-hidden="true" /> Remix of{' '}
          <UnstyledButton
            className={classes.link ?? ''}
            onClick={() => post.remixOf && showCommunity({ section: 'post', id: post.remixOf.id })}
          >
            <UserText>{post.remixOf.title}</UserText>
          </UnstyledButton>{' '}
          by <UserText>{post.remixOf.author.name}</UserText>
        </p>
      )}
    </header>
  );
}

function Actions({ post }: { readonly post: Post }) {
  const viewer = useCommunityViewer();
  const remix = useAction();
  const [dialog, setDialog] = useState<'edit' | 'unpublish' | 'report' | null>(null);
  const like = (liked: boolean) =>
    void setLiked(post, liked).catch((thrown: unknown) =>
      notifications.show({
        color: 'red',
        title: 'The like was not kept',
        message: thrown instanceof DioramaError ? `${thrown.message}. ${thrown.hint}` : '',
      }),
    );
  const close = () => setDialog(null);
  return (
    <>
      <div className={classes.actions}>
        {viewer.signedIn && (
          <Button
            variant="filled"
            color="amber"
            leftSection={<IconArrowsShuffle size={16} />}
            loading={remix.busy}
            onClick={() => void remix.run(() => remixPost(post))}
          >
            Remix
          </Button>
        )}
        <Tooltip label={likeLabel(post.liked, viewer)} disabled={viewer.takesPart}>
          <Button
            aria-pressed={post.liked}
            aria-label={`${post.liked ? 'Like no more' : 'Like'}, ${countOf(post.likes, 'like')}`}
            // Not `disabled`: the reason must be there for the pointer and the keyboard.
            aria-disabled={!viewer.takesPart || undefined}
            {...(viewer.takesPart ? {} : { 'data-disabled': true })}
            leftSection={post.liked ? <IconHeartFilled size={16} /> : <IconHeart size={16} />}
            onClick={() => viewer.takesPart && like(!post.liked)}
          >
            {post.likes.toLocaleString('en')}
          </Button>
        </Tooltip>
        <span className={classes.push} />
        {viewer.signedIn && (
          <Menu position="bottom-end">
            <Menu.Target>
              <IconButton label="More about this image">
                <IconDots size={18} />
              </IconButton>
            </Menu.Target>
            <Menu.Dropdown>
              {post.mine && (
                <>
                  <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setDialog('edit')}>
                    Edit title, description, tags
                  </Menu.Item>
                  <Menu.Item leftSection={<IconTrash size={15} />} onClick={() => setDialog('unpublish')}>
                    Unpublish
                  </Menu.Item>
                </>
              )}
              {!post.mine && viewer.takesPart && (
                <Menu.Item leftSection={<IconFlag size={15} />} onClick={() => setDialog('report')}>
                  Report
                </Menu.Item>
              )}
              {viewer.isOwner && (
                <>
                  <Menu.Divider />
                  {post.status !== 'hidden' && (
                    <Menu.Item
                      leftSection={<IconEyeOff size={15} />}
                      onClick={() => void moderate(post.id, 'hide', '').catch(sayNotModerated)}
                    >
                      Hide from everybody
                    </Menu.Item>
                  )}
                  <Menu.Item
                    leftSection={<IconShieldCheck size={15} />}
                    onClick={() => showPage('account', 'members')}
                  >
                    Accounts and bans
                  </Menu.Item>
                </>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      <Fault error={remix.error} />
      {viewer.isSignedOut && (
        <p className={classes.signIn}>
          <UnstyledButton className={classes.link ?? ''} onClick={hidePage}>
            Sign in
          </UnstyledButton>{' '}
          to remix, like and comment.
        </p>
      )}
      {dialog === 'edit' && <EditPostDialog post={post} onClose={close} />}
      {dialog === 'unpublish' && <UnpublishDialog post={post} onClose={close} />}
      {dialog === 'report' && <ReportDialog post={post} comment={null} onClose={close} />}
    </>
  );
}

function sayNotModerated(thrown: unknown): void {
  notifications.show({
    color: 'red',
    title: 'That did not work',
    message: thrown instanceof DioramaError ? `${thrown.message}. ${thrown.hint}` : 'Try again.',
  });
}

function likeLabel(liked: boolean, viewer: ReturnType<typeof useCommunityViewer>): string {
  if (viewer.isBanned) return 'You may not take part in the community. Ask the owner of the server.';
  if (viewer.isSignedOut) return 'Sign in to like.';
  return liked ? 'Like no more' : 'Like';
}

function Tags({ tags }: { readonly tags: readonly string[] }) {
  if (tags.length === 0) return null;
  return (
    <ul className={classes.tags} aria-label="Tags">
      {tags.map((tag) => (
        <li key={tag}>
          <UnstyledButton className={classes.tag ?? ''} onClick={() => showGallery({ tag })}>
            <UserText>{tag}</UserText>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}

/** Prompt, what was understood of it, and settings, as far as they are shared. */
function Made({ post }: { readonly post: Post }) {
  const directives = post.look?.directives ?? [];
  const settings = post.settings ? settingsInWords(post.settings) : [];
  const shares = [
    ...(post.hasScene ? ['the scene'] : []),
    ...(post.references.length > 0 ? [countOf(post.references.length, 'reference')] : []),
  ];
  return (
    <>
      <Part
        title="Prompt"
        action={
          post.prompt ? (
            <CopyButton value={post.prompt}>
              {({ copied, copy }) => (
                <IconButton label={copied ? 'Copied' : 'Copy the prompt'} size={24} onClick={copy}>
                  {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
                </IconButton>
              )}
            </CopyButton>
          ) : null
        }
      >
        {post.prompt === null ? (
          <p className={classes.muted}>The author does not share the prompt.</p>
        ) : post.prompt === '' ? (
          <p className={classes.muted}>It was made without a prompt.</p>
        ) : (
          <p className={classes.prompt}>
            <UserText lines>{post.prompt}</UserText>
          </p>
        )}
        {directives.length > 0 && (
          <ul className={classes.chips} aria-label="Look">
            {directives.map(({ text, effect, category, span }) => (
              <li key={`${category} ${text} ${span?.join() ?? ''}`}>
                <Tooltip label={effect} maw={260} openDelay={200}>
                  <span className={classes.chip}>
                    <UserText>{text}</UserText>
                  </span>
                </Tooltip>
              </li>
            ))}
          </ul>
        )}
      </Part>
      <Part title="Settings">
        {post.settings === null ? (
          <p className={classes.muted}>The author does not share the settings.</p>
        ) : (
          <dl className={classes.facts}>
            {settings.map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <UserText>{value}</UserText>
                </dd>
              </div>
            ))}
          </dl>
        )}
        <p className={classes.muted}>
          {shares.length > 0 ? `A remix also gets ${shares.join(' and ')}.` : 'A remix uses your own scene.'}
        </p>
      </Part>
    </>
  );
}

function Licence({ post }: { readonly post: Post }) {
  const { name, allows } = licenceWords(post.licence);
  return (
    <Part title="Licence">
      <p className={classes.text}>{name}</p>
      <p className={classes.muted}>{allows}</p>
    </Part>
  );
}

function Remixes({ post }: { readonly post: Post }) {
  const remixes = usePosts({ remixOf: post.id }, { limit: REMIXES_SHOWN, enabled: post.remixes > 0 });
  const items = remixes.data?.pages.flatMap((page) => page.items) ?? [];
  if (post.remixes === 0) return null;
  return (
    <Part title={countOf(post.remixes, 'remix', 'remixes')}>
      <div className={classes.remixes}>
        {items.map((remix) => (
          <PostLink key={remix.id} post={remix} width={150} height={110} />
        ))}
      </div>
      {remixes.hasNextPage && (
        <Button
          size="xs"
          mt={8}
          loading={remixes.isFetchingNextPage}
          onClick={() => void remixes.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </Part>
  );
}

function Part(props: { readonly title: string; readonly action?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className={classes.part}>
      <div className={classes.partHead}>
        <h3>{props.title}</h3>
        {props.action}
      </div>
      {props.children}
    </section>
  );
}
