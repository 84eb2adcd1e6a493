import {
  type Access,
  API_PREFIX,
  BYTE_ROUTES,
  type Problem,
  ROUTES,
  type RouteContract,
  type RouteName,
} from '@diorama/contracts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RECORDS, ROUTE_CASES, type RouteCase } from '../__fixtures__/route-cases.ts';
import {
  type AccountsServer,
  createAccountsServer,
  type TestAccount,
} from '../__fixtures__/test-accounts.ts';
import type { TestServer } from '../__fixtures__/test-server.ts';

/*
 * Who may call what: every route of the contracts by everyone who could ask. What must come out follows from the
 * route's level and from whose record it names, and from nothing else.
 */

type Name = RouteName | keyof typeof BYTE_ROUTES;

interface Route {
  readonly method: string;
  readonly path: string;
  readonly access: Access;
  readonly status: number;
}

const ALL_ROUTES: Readonly<Record<string, Route>> = {
  ...(ROUTES as Readonly<Record<string, RouteContract>>),
  ...Object.fromEntries(
    Object.entries(BYTE_ROUTES).map(([name, route]) => [
      name,
      { ...route, status: name === 'uploadAsset' ? 201 : 200 },
    ]),
  ),
};
const NAMES = Object.keys(ALL_ROUTES) as Name[];

const ACTORS = [
  'anonymous',
  'other member',
  'owner of the record',
  'owner of the server',
  'disabled, with a session',
  'disabled, with a token',
  'API token of the owner of the record',
] as const;
type Actor = (typeof ACTORS)[number];

/** What is wanted: to be let through, or a status with a code. */
type Wanted = { readonly allowed: true } | { readonly status: number; readonly code?: string };

function wanted(actor: Actor, { access }: Route, rule: RouteCase, isGalleryPublic: boolean): Wanted {
  const isDisabled = actor.startsWith('disabled');
  if (access !== 'public') {
    if (isDisabled) return { status: 403, code: 'account-disabled' };
    if (actor === 'anonymous' && !(access === 'community' && isGalleryPublic))
      return { status: 401, code: 'signed-out' };
    if (access === 'session' && actor === 'API token of the owner of the record')
      return { status: 403, code: 'forbidden' };
    if (access === 'owner' && actor !== 'owner of the server') return { status: 403, code: 'forbidden' };
  }
  const others = rule.others ?? 'nobody';
  const mayUse =
    rule.record === undefined ||
    others === 'everyone' ||
    actor === 'owner of the record' ||
    actor === 'API token of the owner of the record' ||
    (actor === 'owner of the server' && others === 'server-owner');
  return mayUse ? { allowed: true } : { status: rule.foreign ?? 404 };
}

function withoutRequestId(text: string): Omit<Problem, 'requestId'> {
  const { requestId: _, ...problem } = JSON.parse(text) as Problem;
  return problem;
}

describe.each([
  ['private', false, NAMES],
  // Nothing else asks whether it is.
  ['public', true, NAMES.filter((name) => ALL_ROUTES[name]!.access === 'community')],
] as const)('with a %s gallery', (_title, isGalleryPublic, names) => {
  let server: AccountsServer;
  const people = {} as Record<Exclude<Actor, 'anonymous'>, TestAccount>;
  const shared = new Map<string, string>();

  beforeAll(async () => {
    server = await createAccountsServer({
      discord: { fetch: async () => Response.json({ id: '1' }), sleep: async () => {} },
    });
    // Hundreds of small writes, none of which has to survive a power cut.
    await sql`PRAGMA synchronous = OFF`.execute(server.db);
    await server.owner.api('/community/settings', {
      method: 'PATCH',
      json: {
        publishing: 'members',
        comments: true,
        isPublic: isGalleryPublic,
        discordForMembers: true,
        discordWebhookUrl: `https://discord.com/api/webhooks/123456789012345678/${'x'.repeat(68)}`,
      },
    });
    const author = await server.join('Author');
    const disabled = await server.join('Disabled');
    people['owner of the record'] = author;
    people['other member'] = await server.join('Other');
    people['owner of the server'] = server.owner;
    people['API token of the owner of the record'] = { ...author, ...(await server.tokenOf(author)) };
    people['disabled, with a session'] = disabled;
    people['disabled, with a token'] = { ...disabled, ...(await server.tokenOf(disabled)) };
    // Only the mark: that disabling also ends sessions must not be what this relies on.
    await server.db.updateTable('users').set({ disabled: 1 }).where('id', '=', disabled.id).execute();
  }, 60_000);
  afterAll(async () => await server.close());

  const recordFor = async ({ record }: RouteCase): Promise<string> => {
    if (record === undefined) return '';
    const id = shared.get(record) ?? (await RECORDS[record](server, people['owner of the record']));
    shared.set(record, id);
    return id;
  };

  const call = async (name: Name, actor: Actor, id: string): Promise<Response> => {
    const route = ALL_ROUTES[name]!;
    const rule: RouteCase = ROUTE_CASES[name];
    const api: TestServer['api'] = actor === 'anonymous' ? server.api : people[actor].api;
    // Who cannot have an account of their own types that of somebody.
    const account =
      actor === 'anonymous' || actor.startsWith('disabled') ? people['other member'] : people[actor];
    const path = `${route.path.replace('{id}', id)}${rule.query === undefined ? '' : `?${rule.query}`}`;
    const method = route.method.toUpperCase();
    if (rule.bytes)
      return await api(path, { method, body: new Uint8Array(await rule.bytes(server, account)) });
    return await api(path, {
      method,
      ...(rule.body === undefined ? {} : { json: rule.body(id, account) }),
    });
  };

  const renew = async (): Promise<void> => {
    for (const actor of ['other member', 'owner of the record', 'owner of the server'] as const) {
      const cookie = await server.signIn(people[actor].email);
      Object.assign(people[actor], { cookie, api: server.apiAs({ cookie }) });
    }
  };

  it.each(names)(
    '%s is for those who may',
    async (name) => {
      const route = ALL_ROUTES[name]!;
      const rule: RouteCase = ROUTE_CASES[name];
      // Those who may not come first, so that the record is there for all of them; that the first who may succeeds with
      // the same one shows that they did nothing to it.
      const inOrder = ACTORS.map((actor) => ({
        actor,
        want: wanted(actor, route, rule, isGalleryPublic),
      })).toSorted((a, b) => Number('allowed' in a.want) - Number('allowed' in b.want));
      for (const { actor, want } of inOrder) {
        const isAllowed = 'allowed' in want;
        const id = await recordFor(rule);
        // How often is another table's question.
        await server.db.deleteFrom('rate_limits').execute();
        const answer = await call(name, actor, id);
        const status = isAllowed ? (rule.allowed ?? route.status) : want.status;
        const text = name === 'events' && answer.ok ? '' : await answer.text().catch(() => '');
        if (name === 'events') await answer.body?.cancel().catch(() => {});
        expect(answer.status, `${name} by ${actor}: ${text.slice(0, 300)}`).toBe(status);
        if (!isAllowed && want.code !== undefined)
          expect((JSON.parse(text) as Problem).code, `${name} by ${actor}`).toBe(want.code);
        if (!isAllowed && want.code === undefined && route.path.includes('{id}')) {
          // What is another's does not exist: it must not be told from what nobody has.
          const unknown = await call(name, actor, `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`);
          expect(withoutRequestId(await unknown.text()), `${name} by ${actor}`).toEqual(
            withoutRequestId(text),
          );
        }
        if (isAllowed && rule.proof) expect(rule.proof(JSON.parse(text)), `${name} by ${actor}`).toBe(true);
        if (isAllowed && rule.consumes && rule.record !== undefined) shared.delete(rule.record);
        if (rule.endsSession) await renew();
      }
    },
    30_000,
  );
});

describe('the table', () => {
  it('has every route that the server has, and the server every route of the table', async () => {
    const server = await createAccountsServer({ isRunning: false });
    const registered = server.app.routes
      .filter(({ path, method }) => path.startsWith(API_PREFIX) && method !== 'ALL')
      .map(({ path, method }) => `${method} ${path.slice(API_PREFIX.length)}`);
    const listed = NAMES.map(
      (name) =>
        `${ALL_ROUTES[name]!.method.toUpperCase()} ${ALL_ROUTES[name]!.path.replace(/\{(\w+)\}/g, ':$1')}`,
    );
    await server.close();
    expect(new Set(registered)).toEqual(new Set(listed));
    expect(new Set(Object.keys(ROUTE_CASES))).toEqual(new Set(NAMES));
    expect(NAMES.length).toBeGreaterThan(80);
  });
});
