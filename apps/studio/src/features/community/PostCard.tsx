import type { Post } from '@diorama/contracts';
import { Tooltip } from '@mantine/core';
import { pageHash } from '../../app/page-route.ts';
import { IconArrowsShuffle, IconEyeOff, IconHeart, IconHeartFilled, IconHourglass } from '../../ui/icons.ts';
import { communityPath, showCommunity } from './community-route.ts';
import classes from './PostCard.module.css';
import { pictureUrl } from './picture-url.ts';
import { countOf } from './time-words.ts';
import { UserText } from './UserText.tsx';

/** Height of what stands below the picture, pixels. */
export const CAPTION_PX = 46;

/** A post in the gallery: all of it leads to the post. */
export function PostCard(props: {
  readonly post: Post;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}) {
  const { post, left, top, width, height } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: placed by pixels inside of a list that is no list element
    <div
      role="listitem"
      className={classes.item}
      style={{ transform: `translate(${left}px, ${top}px)`, width, height: height + CAPTION_PX }}
    >
      <PostLink post={post} width={width} height={height} />
    </div>
  );
}

/** The card itself, as wide as it is given room. */
export function PostLink(props: { readonly post: Post; readonly width: number; readonly height: number }) {
  const { post, width, height } = props;
  const to = { section: 'post', id: post.id } as const;
  return (
    <a
      className={classes.card}
      href={pageHash({ page: 'community', path: communityPath(to) })}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        showCommunity(to);
      }}
    >
      <span className={classes.frame} style={{ height }}>
        <img
          className={classes.picture}
          src={pictureUrl(post.image.url, width)}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
        />
        {post.status !== 'published' && (
          <span className={classes.status}>
            {post.status === 'pending' ? <IconHourglass size={13} /> : <IconEyeOff size={13} />}
            {post.status === 'pending' ? 'Waits for the owner' : 'Hidden'}
          </span>
        )}
      </span>
      <span className={classes.title}>
        <UserText>{post.title}</UserText>
      </span>
      <span className={classes.line}>
        <span className="ellipsis">
          <UserText>{post.author.name}</UserText>
        </span>
        {post.remixOf && (
          <Tooltip
            label={
              <>
                Remix of <UserText>{post.remixOf.title}</UserText>
              </>
            }
          >
            <span className={classes.mark}>
              <IconArrowsShuffle size={13} aria-label="Remix" />
            </span>
          </Tooltip>
        )}
        <span className={classes.likes} data-liked={post.liked || undefined}>
          {post.liked ? <IconHeartFilled size={13} /> : <IconHeart size={13} />}
          <span aria-hidden="true">{post.likes.toLocaleString('en')}</span>
          <span className="visually-hidden">{countOf(post.likes, 'like')}</span>
        </span>
      </span>
    </a>
  );
}
