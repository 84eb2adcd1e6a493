import type {
  Comment,
  CommunitySettings,
  communitySettingsPatchSchema,
  MODERATIONS,
  NewPost,
  newPostSchema,
  newReportSchema,
  Post,
  postPatchSchema,
  postQuerySchema,
} from '@diorama/contracts';
import { type InfiniteData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { queryClient } from '../../app/server-state.ts';

type InputOf<S extends { readonly _zod: { readonly input: unknown } }> = S['_zod']['input'];
export type PostQuery = Omit<InputOf<typeof postQuerySchema>, 'cursor' | 'limit'>;
export type PostPatch = InputOf<typeof postPatchSchema>;
export type NewPostInput = InputOf<typeof newPostSchema>;
export type NewReport = InputOf<typeof newReportSchema>;
export type SettingsPatch = InputOf<typeof communitySettingsPatchSchema>;
export type ShareChoice = NewPost['share'];

const PAGE_SIZE = 36;
const SETTINGS_KEY = ['community', 'settings'];
const POSTS_KEY = ['community', 'posts'];
const REPORTS_KEY = ['community', 'reports'];
const AUDIT_KEY = ['community', 'audit'];
const postKey = (id: string) => ['community', 'post', id];
const commentsKey = (id: string) => ['community', 'comments', id];

export function useCommunitySettings() {
  return useQuery({
    queryKey: SETTINGS_KEY,
    queryFn: ({ signal }) => client.getCommunitySettings({ signal }),
  });
}

/** The gallery, page by page. What is absent does not count. */
export function usePosts(
  query: PostQuery,
  options: { readonly limit?: number; readonly enabled?: boolean } = {},
) {
  const limit = options.limit ?? PAGE_SIZE;
  return useInfiniteQuery({
    queryKey: [...POSTS_KEY, query, limit],
    enabled: options.enabled ?? true,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.listPosts({
        query: { ...query, limit, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function usePost(id: string) {
  return useQuery({
    queryKey: postKey(id),
    queryFn: ({ signal }) => client.getPost({ params: { id }, signal }),
    placeholderData: () => findInLists(id),
    retry: false,
  });
}

export function useComments(post: string) {
  return useInfiniteQuery({
    queryKey: commentsKey(post),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.listComments({
        params: { id: post },
        query: pageParam === undefined ? {} : { cursor: pageParam },
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function useReports(enabled: boolean) {
  return useQuery({
    queryKey: REPORTS_KEY,
    enabled,
    queryFn: ({ signal }) => client.listReports({ signal }),
  });
}

export function useAuditLog() {
  return useInfiniteQuery({
    queryKey: AUDIT_KEY,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.readAuditLog({ query: pageParam === undefined ? {} : { cursor: pageParam }, signal }),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: 0,
  });
}

interface PostPage {
  readonly items: readonly Post[];
  readonly nextCursor: string | null;
}
type PostPages = InfiniteData<PostPage, string | undefined>;

function findInLists(id: string): Post | undefined {
  for (const [, data] of queryClient.getQueriesData<PostPages>({ queryKey: POSTS_KEY }))
    for (const page of data?.pages ?? []) {
      const found = page.items.find((post) => post.id === id);
      if (found) return found;
    }
  return undefined;
}

/** Changes a post wherever it is shown; `undefined` takes it away. */
function changeEverywhere(id: string, change: (post: Post) => Post | undefined): void {
  queryClient.setQueriesData<PostPages>(
    { queryKey: POSTS_KEY },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({
          ...page,
          items: page.items.flatMap((post) => (post.id === id ? (change(post) ?? []) : [post])),
        })),
      },
  );
  const single = queryClient.getQueryData<Post>(postKey(id));
  if (!single) return;
  const changed = change(single);
  if (changed) queryClient.setQueryData(postKey(id), changed);
  else queryClient.removeQueries({ queryKey: postKey(id) });
}

function rememberPost(post: Post): void {
  queryClient.setQueryData(postKey(post.id), post);
  changeEverywhere(post.id, () => post);
}

/** What is listed where depends on what was just done. */
async function refreshLists(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: POSTS_KEY }),
    queryClient.invalidateQueries({ queryKey: SETTINGS_KEY }),
  ]);
}

export async function publish(body: NewPostInput, idempotencyKey: string): Promise<Post> {
  const post = await client.publish({ body, idempotencyKey });
  queryClient.setQueryData(postKey(post.id), post);
  void refreshLists();
  return post;
}

export async function updatePost(id: string, body: PostPatch): Promise<void> {
  rememberPost(await client.updatePost({ params: { id }, body }));
}

export async function unpublish(id: string): Promise<void> {
  await client.unpublish({ params: { id } });
  changeEverywhere(id, () => undefined);
  void refreshLists();
}

/** Shown at once; taken back when the server refuses. */
export async function setLiked(post: Pick<Post, 'id'>, liked: boolean): Promise<void> {
  const apply = (to: boolean) =>
    changeEverywhere(post.id, (old) =>
      old.liked === to ? old : { ...old, liked: to, likes: Math.max(0, old.likes + (to ? 1 : -1)) },
    );
  apply(liked);
  try {
    await (liked ? client.like({ params: { id: post.id } }) : client.unlike({ params: { id: post.id } }));
  } catch (thrown) {
    apply(!liked);
    throw thrown;
  }
}

type CommentPages = InfiniteData<{ items: Comment[]; nextCursor: string | null }, string | undefined>;

/** The new one comes last, or is found there when the rest is loaded. */
export async function addComment(post: string, text: string): Promise<void> {
  const comment = await client.comment({ params: { id: post }, body: { text } });
  queryClient.setQueryData<CommentPages>(commentsKey(post), (data) => {
    const last = data?.pages.at(-1);
    if (!data || !last || last.nextCursor !== null) return data;
    return { ...data, pages: [...data.pages.slice(0, -1), { ...last, items: [...last.items, comment] }] };
  });
  changeEverywhere(post, (old) => ({ ...old, comments: old.comments + 1 }));
}

export async function deleteComment(post: string, id: string): Promise<void> {
  await client.deleteComment({ params: { id } });
  queryClient.setQueryData<CommentPages>(
    commentsKey(post),
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({ ...page, items: page.items.filter((one) => one.id !== id) })),
      },
  );
  changeEverywhere(post, (old) => ({ ...old, comments: Math.max(0, old.comments - 1) }));
  void queryClient.invalidateQueries({ queryKey: REPORTS_KEY });
}

export async function report(post: string, body: NewReport): Promise<void> {
  await client.report({ params: { id: post }, body });
  void queryClient.invalidateQueries({ queryKey: REPORTS_KEY });
  void queryClient.invalidateQueries({ queryKey: SETTINGS_KEY });
}

export async function moderate(
  id: string,
  action: (typeof MODERATIONS)[number],
  note: string,
): Promise<void> {
  const post = await client.moderate({ params: { id }, body: { action, note } });
  rememberPost(post);
  await Promise.all([
    refreshLists(),
    queryClient.invalidateQueries({ queryKey: REPORTS_KEY }),
    queryClient.invalidateQueries({ queryKey: AUDIT_KEY }),
  ]);
}

export async function updateCommunitySettings(body: SettingsPatch): Promise<void> {
  const settings: CommunitySettings = await client.updateCommunitySettings({ body });
  queryClient.setQueryData(SETTINGS_KEY, settings);
}
