import type { Post } from '@diorama/contracts';
import { Button, Loader, SegmentedControl, Skeleton, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedValue, useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { hidePage } from '../../app/page-route.ts';
import { useView } from '../../app/view-store.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconPhoto, IconSearch, IconX } from '../../ui/icons.ts';
import { useSession } from '../account/session-state.ts';
import { useCommunitySettings, usePosts } from './community-state.ts';
import classes from './Gallery.module.css';
import { galleryQuery, isWhole, type PostSort, useGallery, WHOLE_GALLERY } from './gallery-state.ts';
import { justifiedRows } from './justified-rows.ts';
import { LoadFault } from './LoadFault.tsx';
import { CAPTION_PX, PostCard } from './PostCard.tsx';
import { UserText } from './UserText.tsx';

const SORTS: readonly { value: PostSort; label: string }[] = [
  { value: 'new', label: 'New' },
  { value: 'liked', label: 'Most liked' },
  { value: 'week', label: 'This week' },
];

const GAP_PX = 14;
const SEARCH_DELAY_MS = 250;
/** So far from the end the next page is asked for, pixels. */
const LOAD_AHEAD_PX = 1_200;

/** Everything that was published here. */
export function Gallery() {
  const view = useGallery();
  const [search] = useDebouncedValue(view.search, SEARCH_DELAY_MS);
  const query = galleryQuery({ ...view, search });
  const posts = usePosts(query);
  const settings = useCommunitySettings().data;
  const signedIn = useSession().data?.account != null;
  const items = useMemo(() => posts.data?.pages.flatMap((page) => page.items) ?? [], [posts.data]);

  return (
    <div className={classes.page}>
      <div className={classes.tools}>
        <TextInput
          className={classes.search ?? ''}
          aria-label="Search the gallery"
          placeholder="Search titles, descriptions, prompts and tags"
          leftSection={<IconSearch size={15} />}
          value={view.search}
          maxLength={200}
          onChange={(event) => useGallery.setState({ search: event.currentTarget.value, scrollTop: 0 })}
        />
        <SegmentedControl
          className={classes.sorts ?? ''}
          aria-label="Order"
          data={[...SORTS]}
          value={view.sort}
          onChange={(sort) => useGallery.setState({ sort: sort as PostSort, scrollTop: 0 })}
        />
        {signedIn && (
          <Button
            size="xs"
            aria-pressed={view.mine}
            variant={view.mine ? 'filled' : 'default'}
            color="gray"
            onClick={() => useGallery.setState({ mine: !view.mine, author: null, scrollTop: 0 })}
          >
            Mine
          </Button>
        )}
        {view.tag !== null && (
          <Chosen
            label={<>#{view.tag}</>}
            name={`tag ${view.tag}`}
            onRemove={() => useGallery.setState({ tag: null })}
          />
        )}
        {view.author && (
          <Chosen
            label={
              <>
                by <UserText>{view.author.name}</UserText>
              </>
            }
            name={`author ${view.author.name}`}
            onRemove={() => useGallery.setState({ author: null })}
          />
        )}
      </div>
      {posts.isPending ? (
        <Loading />
      ) : posts.isError && items.length === 0 ? (
        <div className={classes.note}>
          <LoadFault
            title="The gallery could not be loaded"
            error={posts.error}
            onRetry={() => void posts.refetch()}
          />
        </div>
      ) : items.length === 0 ? (
        <div className={classes.note}>
          <Nothing whole={isWhole(view)} mine={view.mine} mayPublish={settings?.may.publish ?? false} />
        </div>
      ) : (
        <Grid
          key={JSON.stringify(query)}
          items={items}
          hasMore={posts.hasNextPage}
          loadingMore={posts.isFetchingNextPage}
          loadMore={() => void posts.fetchNextPage()}
        />
      )}
    </div>
  );
}

function Chosen(props: { readonly label: ReactNode; readonly name: string; readonly onRemove: () => void }) {
  return (
    <UnstyledButton
      className={classes.chosen ?? ''}
      aria-label={`Remove ${props.name} from the search`}
      onClick={props.onRemove}
    >
      <span className="ellipsis">{props.label}</span>
      <IconX size={13} />
    </UnstyledButton>
  );
}

function Grid(props: {
  readonly items: readonly Post[];
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  readonly loadMore: () => void;
}) {
  const { items, hasMore, loadingMore, loadMore } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: measure, width } = useElementSize();
  const rowHeight = width < 700 ? 180 : width < 1300 ? 220 : 260;
  const rows = useMemo(
    () =>
      width > 0
        ? justifiedRows(
            items.map(({ image }) => image.width / image.height),
            { width, rowHeight, gap: GAP_PX, caption: CAPTION_PX },
          )
        : [],
    [items, width, rowHeight],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.height ?? rowHeight) + CAPTION_PX + GAP_PX,
    overscan: 3,
    initialOffset: () => useGallery.getState().scrollTop,
  });
  // The heights are known before anything is drawn; only another layout makes them new.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the layout itself is what has to be told
  useEffect(() => virtual.measure(), [rows, virtual]);

  const total = virtual.getTotalSize();
  const isLaidOut = rows.length > 0;
  useEffect(() => {
    const { scrollTop } = useGallery.getState();
    if (isLaidOut && scroller.current && scrollTop > 0) scroller.current.scrollTop = scrollTop;
  }, [isLaidOut]);

  const offset = virtual.scrollOffset ?? 0;
  const viewHeight = virtual.scrollRect?.height ?? 0;
  useEffect(() => {
    if (hasMore && !loadingMore && isLaidOut && offset + viewHeight > total - LOAD_AHEAD_PX) loadMore();
  }, [hasMore, loadingMore, isLaidOut, offset, viewHeight, total, loadMore]);

  return (
    <div
      ref={scroller}
      className={`${classes.scroll} scroll`}
      onScroll={(event) => useGallery.setState({ scrollTop: event.currentTarget.scrollTop })}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: rows are laid out by pixels, and a list element would add its own */}
      <div ref={measure} className={classes.grid} role="list" aria-label="Gallery" style={{ height: total }}>
        {virtual.getVirtualItems().flatMap(({ index, start }) =>
          (rows[index]?.boxes ?? []).map((box) => {
            const post = items[box.index];
            return post ? (
              <PostCard
                key={post.id}
                post={post}
                left={box.left}
                top={start}
                width={box.width}
                height={rows[index]!.height}
              />
            ) : null;
          }),
        )}
      </div>
      {loadingMore && (
        <div className={classes.more}>
          <Loader size={20} color="gray" aria-label="Loading more" />
        </div>
      )}
    </div>
  );
}

function Loading() {
  return (
    <div className={classes.loading} role="status" aria-label="Loading the gallery">
      {[1.5, 0.8, 1.78, 1, 1.33, 0.67, 1.5, 1].map((ratio, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the boxes have no identity but their place
        <Skeleton key={index} height={220} width={220 * ratio} />
      ))}
    </div>
  );
}

function Nothing(props: { readonly whole: boolean; readonly mine: boolean; readonly mayPublish: boolean }) {
  if (!props.whole)
    return (
      <EmptyNote
        icon={<IconSearch size={20} />}
        title={props.mine ? 'Nothing of yours is found' : 'Nothing is found'}
        action={<Button onClick={() => useGallery.setState(WHOLE_GALLERY)}>Show everything</Button>}
      >
        {props.mine
          ? 'What you publish is listed here, also while it waits for the owner.'
          : 'Try other words, or look at everything.'}
      </EmptyNote>
    );
  return (
    <EmptyNote
      icon={<IconPhoto size={20} />}
      title="Nothing has been published here yet"
      action={
        props.mayPublish && (
          <Button
            onClick={() => {
              useView.setState({ tab: 'history', rightOpen: true });
              hidePage();
            }}
          >
            Choose an image
          </Button>
        )
      }
    >
      {props.mayPublish
        ? 'Open one of your images and choose Publish. You decide what is shared with it.'
        : 'Come back later, or look at the recipes and the guide.'}
    </EmptyNote>
  );
}
