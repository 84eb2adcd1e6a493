import {
  auditPageSchema,
  type CommunitySettings,
  commentPageSchema,
  communitySettingsSchema,
  type Post,
  type Problem,
  postPageSchema,
  postSchema,
  reportSchema,
} from '@diorama/contracts';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { TestAccount } from '../__fixtures__/test-accounts.ts';
import { createGallery, type Gallery } from './__fixtures__/gallery.ts';
import { mendCounters } from './check-community.ts';

let gallery: Gallery;
let mia: TestAccount;
let noa: TestAccount;
let nowMs = Date.parse('2026-11-22T12:00:00Z');
beforeAll(async () => {
  gallery = await createGallery({ now: () => nowMs });
  [mia, noa] = [await gallery.join('Mia'), await gallery.join('Noa')];
});
afterAll(() => gallery.close());
beforeEach(async () => {
  await gallery.set({ publishing: 'members', comments: true, isPublic: false });
});

const nobody: Pick<TestAccount, 'api'> = { api: (path, init) => gallery.api(path, init) };

async function settingsOf(account: Pick<TestAccount, 'api'>): Promise<CommunitySettings> {
  return communitySettingsSchema.parse(await (await account.api('/community/settings')).json());
}
async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as Problem).code;
}
async function postOf(account: Pick<TestAccount, 'api'>, id: string): Promise<Post> {
  return postSchema.parse(await (await account.api(`/community/posts/${id}`)).json());
}
async function idsOf(account: Pick<TestAccount, 'api'>, query: string): Promise<string[]> {
  const response = await account.api(`/community/posts?${query}`);
  expect(response.status).toBe(200);
  return postPageSchema.parse(await response.json()).items.map(({ id }) => id);
}
const moderate = (account: TestAccount, id: string, action: string, note = '') =>
  account.api(`/community/posts/${id}/moderation`, { json: { action, note } });

describe('who may publish', () => {
  it.each([
    ['off', { owner: 403, member: 403 }],
    ['owner', { owner: 201, member: 403 }],
    ['approved', { owner: 201, member: 201 }],
    ['members', { owner: 201, member: 201 }],
  ] as const)('is decided by the owner: %s', async (publishing, expected) => {
    await gallery.set({ publishing });
    for (const [account, status] of [
      [gallery.owner, expected.owner],
      [mia, expected.member],
    ] as const) {
      const generation = await gallery.makeImage(account);
      const response = await gallery.publish(account, { generation: generation.id });
      expect(response.status).toBe(status);
      expect((await settingsOf(account)).may.publish).toBe(status === 201);
      const waits = publishing === 'approved' && account === mia;
      if (status === 201)
        expect(((await response.json()) as Post).status).toBe(waits ? 'pending' : 'published');
    }
  });

  it('holds what waits back from everybody but its author and the owners', async () => {
    await gallery.set({ publishing: 'approved' });
    const post = await gallery.show(mia, { title: 'Waiting' });
    const picture = post.image.url.replace('/api/v1', '');
    expect((await settingsOf(gallery.owner)).waiting.posts).toBeGreaterThan(0);
    expect((await settingsOf(noa)).waiting).toEqual({ posts: 0, reports: 0 });
    for (const [account, status] of [
      [mia, 200],
      [gallery.owner, 200],
      [noa, 404],
    ] as const)
      for (const path of [
        `/community/posts/${post.id}`,
        `/community/posts/${post.id}/comments`,
        picture,
        `${picture}?width=96`,
      ])
        expect((await account.api(path)).status, path).toBe(status);
    for (const [path, init] of [
      [`/community/posts/${post.id}/like`, { method: 'PUT' }],
      [`/community/posts/${post.id}/remix`, { method: 'POST' }],
      [`/community/posts/${post.id}/comments`, { json: { text: 'x' } }],
      [`/community/posts/${post.id}/reports`, { json: { reason: 'spam' } }],
    ] as const)
      expect((await noa.api(path, init)).status, path).toBe(404);
    expect(await idsOf(noa, 'limit=60')).not.toContain(post.id);
    expect(await idsOf(mia, 'limit=60')).not.toContain(post.id);
    expect(await idsOf(mia, 'author=me')).toContain(post.id);
    expect(await idsOf(gallery.owner, 'show=pending')).toContain(post.id);
    expect(await codeOf(await noa.api('/community/posts?show=pending'))).toBe('forbidden');

    expect((await moderate(gallery.owner, post.id, 'approve')).status).toBe(200);
    expect((await noa.api(picture)).status).toBe(200);
    // Words that nobody has approved wait again.
    await mia.api(`/community/posts/${post.id}`, { method: 'PATCH', json: { title: 'Waiting' } });
    expect((await postOf(mia, post.id)).status).toBe('published');
    await mia.api(`/community/posts/${post.id}`, { method: 'PATCH', json: { title: 'Buy this' } });
    expect((await noa.api(picture)).status).toBe(404);
  });

  it('lets nobody put other words below what is shown who may not publish', async () => {
    const post = await gallery.show(mia, { title: 'From before' });
    const rename = () =>
      mia.api(`/community/posts/${post.id}`, { method: 'PATCH', json: { title: 'After' } });
    for (const publishing of ['off', 'owner']) {
      await gallery.set({ publishing });
      expect(await codeOf(await rename()), publishing).toBe('forbidden');
      expect((await postOf(noa, post.id)).title).toBe('From before');
      // Who is not the author is not told more than before.
      expect(
        (await noa.api(`/community/posts/${post.id}`, { method: 'PATCH', json: { title: 'x' } })).status,
      ).toBe(404);
    }
    await gallery.set({ publishing: 'members' });
    expect((await rename()).status).toBe(200);
  });

  it('counts changes of words like other deeds', async () => {
    const restless = await gallery.join('Restless');
    const post = await gallery.show(restless);
    const rename = (title: string) =>
      restless.api(`/community/posts/${post.id}`, { method: 'PATCH', json: { title } });
    for (let count = 0; count < 120; count += 1) expect((await rename(`No. ${count}`)).status).toBe(200);
    expect(await codeOf(await rename('Once more'))).toBe('too-many-attempts');
  });

  it('excludes who is banned from taking part, and from nothing else', async () => {
    const ban = await gallery.join('Bob');
    const post = await gallery.show(mia);
    const before = await gallery.show(ban, { title: 'From before' });
    await gallery.owner.api(`/accounts/${ban.id}`, { method: 'PATCH', json: { communityBanned: true } });
    expect((await settingsOf(ban)).may).toEqual({
      publish: false,
      comment: false,
      shareToDiscord: false,
      moderate: false,
    });
    const generation = await gallery.makeImage(ban);
    for (const [path, init] of [
      ['/community/posts', { json: { generation: generation.id, title: 'x', licence: 'CC0-1.0' } }],
      [`/community/posts/${post.id}/like`, { method: 'PUT' }],
      [`/community/posts/${post.id}/comments`, { json: { text: 'x' } }],
      [`/community/posts/${post.id}/reports`, { json: { reason: 'spam' } }],
      ['/recipes', { json: { content: { title: 'x', prompt: 'y' }, shared: true } }],
      ['/community/discord', { json: { generation: generation.id } }],
      // What is shown already would be a way to be heard.
      [`/community/posts/${before.id}`, { method: 'PATCH', json: { title: 'Buy this' } }],
    ] as const)
      expect(await codeOf(await ban.api(path, init)), path).toBe('forbidden');
    expect((await ban.api(`/community/posts/${post.id}`)).status).toBe(200);
    expect((await ban.api(`/community/posts/${before.id}`, { method: 'DELETE' })).status).toBe(204);
  });

  it('limits what one member can do in an hour', async () => {
    const busy = await gallery.join('Busy');
    const post = await gallery.show(mia);
    const comment = () => busy.api(`/community/posts/${post.id}/comments`, { json: { text: 'again' } });
    for (let count = 0; count < 60; count += 1) expect((await comment()).status).toBe(201);
    expect(await codeOf(await comment())).toBe('too-many-attempts');
    nowMs += 60 * 60_000 + 1;
    expect((await comment()).status).toBe(201);
  });

  it('keeps the posts of a disabled account, with its name', async () => {
    const eve = await gallery.join('Eve');
    const post = await gallery.show(eve);
    await gallery.owner.api(`/accounts/${eve.id}`, { method: 'PATCH', json: { disabled: true } });
    expect((await postOf(noa, post.id)).author).toEqual({ id: eve.id, name: 'Eve' });
    expect(await codeOf(await eve.api(`/community/posts/${post.id}`))).toBe('signed-out');
  });

  it('shows the gallery to everybody only when the owner says so', async () => {
    const post = await gallery.show(mia);
    const paths = [
      '/community/posts',
      `/community/posts/${post.id}`,
      post.image.url.replace('/api/v1', ''),
      '/community/settings',
      '/recipes',
    ];
    for (const path of paths) expect((await nobody.api(path)).status, path).toBe(401);
    await gallery.set({ isPublic: true });
    for (const path of paths) expect((await nobody.api(path)).status, path).toBe(200);
    expect(await postOf(nobody, post.id)).toMatchObject({ mine: false, liked: false });
    expect((await settingsOf(nobody)).may).toMatchObject({ publish: false, comment: false });
    expect((await nobody.api('/community/posts?author=me')).status).toBe(401);
    expect((await nobody.api('/community/posts?show=hidden')).status).toBe(401);
    expect((await nobody.api(`/community/posts/${post.id}/like`, { method: 'PUT' })).status).toBe(401);
    await gallery.set({ isPublic: false });
    expect((await nobody.api('/community/posts')).status).toBe(401);
  });
});

describe('likes and comments', () => {
  it('are counted as many as there are, whoever does what at the same time', async () => {
    const post = await gallery.show(mia);
    const people = [mia, noa, gallery.owner, await gallery.join('Cleo')];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ who: fc.nat(3), what: fc.constantFrom('like', 'unlike', 'comment') }), {
          maxLength: 12,
        }),
        async (deeds) => {
          await Promise.all(
            deeds.map(async ({ who, what }) => {
              const { api } = people[who]!;
              if (what === 'comment') {
                const answer = await api(`/community/posts/${post.id}/comments`, { json: { text: 'hm' } });
                const { id } = (await answer.json()) as { id?: string };
                if (id && who % 2 === 0) await api(`/community/comments/${id}`, { method: 'DELETE' });
              } else
                await api(`/community/posts/${post.id}/like`, { method: what === 'like' ? 'PUT' : 'DELETE' });
            }),
          );
          const found = await postOf(mia, post.id);
          const count = async (table: 'community_likes' | 'community_comments') =>
            (await gallery.db.selectFrom(table).selectAll().where('post_id', '=', post.id).execute()).length;
          expect(found.likes).toBe(await count('community_likes'));
          expect(found.comments).toBe(await count('community_comments'));
        },
      ),
      { numRuns: 12 },
    );
    expect(await mendCounters(gallery.db)).toEqual([]);
    const { likes } = await postOf(mia, post.id);
    await gallery.db.updateTable('community_posts').set({ likes: 99 }).where('id', '=', post.id).execute();
    expect(await mendCounters(gallery.db)).toEqual([post.id]);
    expect((await postOf(mia, post.id)).likes).toBe(likes);
  });

  it('count a like once, however often it is given', async () => {
    const post = await gallery.show(mia);
    const path = `/community/posts/${post.id}/like`;
    const given = await Promise.all(Array.from({ length: 5 }, () => noa.api(path, { method: 'PUT' })));
    expect(given.map(({ status }) => status)).toEqual(Array(5).fill(204));
    expect(await postOf(noa, post.id)).toMatchObject({ likes: 1, liked: true });
    expect(await postOf(mia, post.id)).toMatchObject({ likes: 1, liked: false });
    for (let count = 0; count < 2; count += 1) await noa.api(path, { method: 'DELETE' });
    expect(await postOf(noa, post.id)).toMatchObject({ likes: 0, liked: false });
  });

  it('come oldest first, page by page, and are deleted by who wrote them or an owner', async () => {
    const post = await gallery.show(mia);
    const path = `/community/posts/${post.id}/comments`;
    for (const text of ['one', 'two', 'three']) await noa.api(path, { json: { text } });
    const first = commentPageSchema.parse(await (await mia.api(`${path}?limit=2`)).json());
    expect(first.items.map(({ text, author, mine }) => [text, author.name, mine])).toEqual([
      ['one', 'Noa', false],
      ['two', 'Noa', false],
    ]);
    const second = commentPageSchema.parse(
      await (await mia.api(`${path}?limit=2&cursor=${first.nextCursor}`)).json(),
    );
    expect(second.items.map(({ text }) => text)).toEqual(['three']);
    expect(second.nextCursor).toBeNull();
    const [one, two] = first.items;
    expect((await mia.api(`/community/comments/${one!.id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await noa.api(`/community/comments/${one!.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await gallery.owner.api(`/community/comments/${two!.id}`, { method: 'DELETE' })).status).toBe(
      204,
    );
    expect((await postOf(mia, post.id)).comments).toBe(1);
    await gallery.set({ comments: false });
    expect(await codeOf(await noa.api(path, { json: { text: 'four' } }))).toBe('forbidden');
  });
});

describe('words of people', () => {
  const CORPUS = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '{{constructor.constructor("alert(1)")()}}',
    "'; DROP TABLE community_posts; --",
    '</textarea><svg/onload=alert(1)>',
    '\u202Egnp.exe',
    'a\u0000b',
    '%00%2e%2e/',
    '[link](javascript:alert(1))',
  ];

  it.each(CORPUS)('are stored and answered as they are: %j', async (text) => {
    const post = await gallery.show(
      mia,
      { title: text, description: text, tags: [text.slice(0, 40)] },
      { prompt: text },
    );
    const found = await postOf(noa, post.id);
    expect(found).toMatchObject({ title: text, description: text, prompt: text });
    const comment = await noa.api(`/community/posts/${post.id}/comments`, { json: { text } });
    expect(await comment.json()).toMatchObject({ text });
    const report = await noa.api(`/community/posts/${post.id}/reports`, { json: { reason: 'other', text } });
    expect(report.status).toBe(204);
    const response = await noa.api(`/community/posts?q=${encodeURIComponent(text)}`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(postPageSchema.parse(await response.json()).items.map(({ id }) => id)).toContain(post.id);
    expect(await idsOf(noa, `tag=${encodeURIComponent(found.tags[0]!)}`)).toContain(post.id);
  });
});

describe('moderation', () => {
  it('hides, tells why, closes the reports, and writes the log', async () => {
    const post = await gallery.show(mia, { title: 'Doubtful' });
    const comment = (await (
      await noa.api(`/community/posts/${post.id}/comments`, { json: { text: 'spam spam' } })
    ).json()) as { id: string };
    const report = { reason: 'offensive', text: 'look' };
    for (let count = 0; count < 2; count += 1)
      expect((await noa.api(`/community/posts/${post.id}/reports`, { json: report })).status).toBe(204);
    await mia.api(`/community/posts/${post.id}/reports`, { json: { comment: comment.id, reason: 'spam' } });
    const other = await gallery.show(mia);
    const wrong = await mia.api(`/community/posts/${other.id}/reports`, {
      json: { comment: comment.id, reason: 'spam' },
    });
    expect(wrong.status).toBe(404);

    const reports = z
      .object({ reports: z.array(reportSchema) })
      .parse(await (await gallery.owner.api('/community/reports')).json())
      .reports.filter((one) => one.post.id === post.id);
    expect(reports.map((one) => [one.reporter.name, one.reason, one.comment?.text ?? null])).toEqual([
      ['Noa', 'offensive', null],
      ['Mia', 'spam', 'spam spam'],
    ]);
    expect((await postOf(gallery.owner, post.id)).reports).toBe(2);
    expect((await postOf(noa, post.id)).reports).toBe(0);
    expect(await idsOf(gallery.owner, 'show=reported')).toContain(post.id);

    for (const account of [mia, noa]) {
      expect(await codeOf(await moderate(account, post.id, 'hide'))).toBe('forbidden');
      expect(await codeOf(await account.api('/community/reports'))).toBe('forbidden');
      expect(await codeOf(await account.api('/community/posts?show=reported'))).toBe('forbidden');
    }
    const hidden = postSchema.parse(await (await moderate(gallery.owner, post.id, 'hide', 'rude')).json());
    expect(hidden).toMatchObject({ status: 'hidden', reports: 0 });
    expect((await noa.api(`/community/posts/${post.id}`)).status).toBe(404);
    expect((await postOf(mia, post.id)).status).toBe('hidden');
    // Its author cannot bring it back by changing it.
    await mia.api(`/community/posts/${post.id}`, { method: 'PATCH', json: { title: 'Better' } });
    expect((await postOf(mia, post.id)).status).toBe('hidden');
    await moderate(gallery.owner, post.id, 'approve');
    await noa.api(`/community/posts/${post.id}/reports`, { json: report });
    await moderate(gallery.owner, post.id, 'dismiss');
    expect(await postOf(gallery.owner, post.id)).toMatchObject({ status: 'published', reports: 0 });
    expect((await moderate(gallery.owner, crypto.randomUUID(), 'hide')).status).toBe(404);

    const { items } = auditPageSchema.parse(await (await gallery.owner.api('/audit')).json());
    expect(
      items
        .filter(({ target }) => target === post.id)
        .map(({ action, actor, targetName, note }) => [action, actor.name, targetName, note]),
    ).toEqual([
      ['reports-dismissed', 'Olga', 'Better', ''],
      ['post-approved', 'Olga', 'Better', ''],
      ['post-hidden', 'Olga', 'Doubtful', 'rude'],
    ]);
  });

  it('tells the title of a hidden parent only to who may see it', async () => {
    const parent = await gallery.show(mia, { title: 'Parent' });
    const child = await gallery.show(noa, {}, { lineage: { post: parent.id, how: 'remix' } });
    expect((await postOf(noa, child.id)).remixOf?.title).toBe('Parent');
    await moderate(gallery.owner, parent.id, 'hide');
    expect((await postOf(noa, child.id)).remixOf).toBeNull();
    expect((await postOf(mia, child.id)).remixOf?.title).toBe('Parent');
    expect((await postOf(gallery.owner, child.id)).remixOf?.title).toBe('Parent');
  });
});

describe('the gallery', () => {
  it('finds words in titles, descriptions, tags, shared prompts and names of authors', async () => {
    const zoe = await gallery.join('Zoe');
    await zoe.api('/account', { method: 'PATCH', json: { name: 'Zoë Quartz' } });
    const post = await gallery.show(
      zoe,
      { title: 'Blue hour', description: 'Over the harbour', tags: ['Night Sky'] },
      { prompt: 'lanterns, 5 "quoted" boats' },
    );
    for (const q of [
      'blue HOUR',
      'harbour',
      'night',
      'lantern',
      '5',
      '"quoted"',
      'zoë',
      'quartz blue',
      'ns, 5',
      'ＢＬＵＥ',
    ])
      expect(await idsOf(noa, `q=${encodeURIComponent(q)}`), q).toEqual([post.id]);
    for (const q of ['blue mia', 'harbor', 'quartzz'])
      expect(await idsOf(noa, `q=${encodeURIComponent(q)}`), q).toEqual([]);
    expect(await idsOf(noa, 'tag=night%20%20SKY')).toEqual([post.id]);
    expect(await idsOf(noa, `author=${zoe.id}`)).toEqual([post.id]);
    await zoe.api(`/community/posts/${post.id}`, {
      method: 'PATCH',
      json: { title: 'Red hour', tags: ['day'] },
    });
    expect(await idsOf(noa, 'q=blue')).toEqual([]);
    expect(await idsOf(noa, 'q=red%20hour')).toEqual([post.id]);
    expect(await idsOf(noa, 'tag=night%20sky')).toEqual([]);
    await zoe.api('/account', { method: 'PATCH', json: { name: 'Zelda' } });
    expect(await idsOf(noa, 'q=zelda')).toEqual([post.id]);
  });

  it('never takes a search for anything but words', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (q) => {
        const text = q.toWellFormed();
        expect((await noa.api(`/community/posts?q=${encodeURIComponent(text)}`)).status).toBe(200);
      }),
      { numRuns: 60 },
    );
  });

  it('comes in pages that together are the whole, in the order of the sort', async () => {
    const now = nowMs;
    const template = await gallery.db.selectFrom('community_posts').selectAll().executeTakeFirstOrThrow();
    const { seq: _seq, ...rest } = template;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ old: fc.nat(3), recent: fc.nat(3) }), { minLength: 1, maxLength: 14 }),
        fc.integer({ min: 1, max: 5 }),
        async (posts, limit) => {
          await sql`DELETE FROM community_posts`.execute(gallery.db);
          const ids: string[] = [];
          for (const { old, recent } of posts) {
            const id = crypto.randomUUID();
            ids.push(id);
            await gallery.db
              .insertInto('community_posts')
              .values({
                ...rest,
                id,
                status: 'published',
                remix_of: null,
                media_id: id,
                likes: old + recent,
                comments: 0,
              })
              .execute();
            for (let like = 0; like < old + recent; like += 1)
              await gallery.db
                .insertInto('community_likes')
                .values({
                  post_id: id,
                  user_id: `u${like}`,
                  created_at_ms: now - (like < recent ? 1 : 8) * 24 * 60 * 60_000,
                })
                .execute();
          }
          const expected = {
            new: ids.toReversed(),
            liked: sorted(ids, (index) => posts[index]!.old + posts[index]!.recent),
            week: sorted(ids, (index) => posts[index]!.recent),
          };
          for (const sort of ['new', 'liked', 'week'] as const) {
            const seen: string[] = [];
            for (let cursor: string | null = ''; cursor !== null; ) {
              const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
              const response = await noa.api(`/community/posts?sort=${sort}&limit=${limit}${from}`);
              const page = postPageSchema.parse(await response.json());
              expect(page.items.length).toBeLessThanOrEqual(limit);
              seen.push(...page.items.map(({ id }) => id));
              cursor = page.nextCursor;
            }
            expect(seen, sort).toEqual(expected[sort]);
          }
        },
      ),
      { numRuns: 12 },
    );
    // Whatever was written, changed and deleted above, the index is of what is there.
    await sql`INSERT INTO community_search (community_search, rank) VALUES ('integrity-check', 1)`.execute(
      gallery.db,
    );
    for (const cursor of ['liked.1.2', 'new.', 'new.1.2', 'new.-1', 'x', 'new.1e3'])
      expect(await codeOf(await noa.api(`/community/posts?sort=new&cursor=${cursor}`))).toBe(
        'invalid-request',
      );
  });
});

/** Most first, of equal ones the newest. */
function sorted(ids: readonly string[], of: (index: number) => number): string[] {
  return ids
    .map((id, index) => ({ id, index }))
    .toSorted((a, b) => of(b.index) - of(a.index) || b.index - a.index)
    .map(({ id }) => id);
}
