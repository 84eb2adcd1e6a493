import { randomUUID } from 'node:crypto';
import type { Asset, BYTE_ROUTES, Generation, RouteName } from '@diorama/contracts';
import { isFinished } from '@diorama/contracts';
import { type AccountsServer, PASSWORD, type TestAccount } from './test-accounts.ts';
import { encodePng } from './test-engine.ts';

/*
 * What a request to each route needs, for the table of who may call what. A route that is added gets one line in
 * `ROUTE_CASES`; a kind of record that is added gets one function in `RECORDS`.
 */

/** Makes a record for the account, and gives the id that addresses it. */
type MakeRecord = (server: AccountsServer, of: TestAccount) => Promise<string>;

async function json<T>(answer: Response | Promise<Response>): Promise<T> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

const generation =
  (prompt: string, until: (generation: Generation) => boolean): MakeRecord =>
  async (_server, of) => {
    const { id } = await json<Generation>(
      of.api('/generations', { json: { engine: 'test', size: 256, prompt: `${prompt} ${randomUUID()}` } }),
    );
    for (;;) {
      const now = await json<Generation>(of.api(`/generations/${id}`));
      if (until(now)) return id;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

const made = generation('a picture', (now) => now.status === 'succeeded');

const created =
  (path: string, body: (server: AccountsServer, of: TestAccount) => Promise<object> | object): MakeRecord =>
  async (server, of) =>
    (await json<{ id: string }>(of.api(path, { json: await body(server, of) }))).id;

const post = created('/community/posts', async (server, of) => ({
  generation: await made(server, of),
  title: 'A picture',
  licence: 'CC0-1.0',
}));

const invitation: MakeRecord = async (server) =>
  (await json<{ url: string }>(server.owner.api('/account-links', { json: {} }))).url.split('/').at(-1)!;

const person: MakeRecord = async (server) => (await server.join(`p${randomUUID().slice(0, 6)}`)).id;

export const RECORDS = {
  generation: made,
  failedGeneration: generation('fail', (now) => now.status === 'failed'),
  runningGeneration: generation('slow:30000', (now) => !isFinished(now.status)),
  trashedGeneration: async (server, of) => {
    const id = await made(server, of);
    await json(of.api('/history/changes', { json: { ids: [id], deleted: true } }));
    return id;
  },
  asset: async (_server, of) => {
    const shade = Number.parseInt(randomUUID().slice(0, 2), 16);
    const bytes = encodePng(3, 2, [shade, 80, Number.parseInt(randomUUID().slice(0, 2), 16)]);
    return (await json<Asset>(of.api('/assets', { method: 'POST', body: new Uint8Array(bytes) }))).id;
  },
  board: created('/boards', () => ({ name: 'Board' })),
  project: created('/projects', () => ({ name: randomUUID() })),
  archive: async (server, of) => {
    const body = { ids: [await made(server, of)] };
    const { url } = await json<{ url: string }>(of.api('/history/archives', { json: body }));
    return url.split('/').at(-1)!.split('?')[0]!;
  },
  post,
  postImage: async (server, of) => {
    const { image } = await json<{ image: { url: string } }>(
      of.api(`/community/posts/${await post(server, of)}`),
    );
    return image.url.split('/').at(-1)!.split('?')[0]!;
  },
  comment: async (server, of) =>
    await created(`/community/posts/${await post(server, of)}/comments`, () => ({ text: 'Good' }))(
      server,
      of,
    ),
  recipe: created('/recipes', () => ({ content: { title: 'Mine', prompt: 'gold' } })),
  picturedRecipe: created('/recipes', async (server, of) => ({
    content: { title: 'Mine', prompt: 'gold' },
    picture: { generation: await made(server, of), image: 0 },
  })),
  session: async (server, of) => {
    const before = new Set((await server.accounts.sessions.list(viewerOf(of))).map(({ id }) => id));
    await server.signIn(of.email);
    const after = await server.accounts.sessions.list(viewerOf(of));
    return after.find(({ id }) => !before.has(id))!.id;
  },
  apiToken: created('/account/tokens', () => ({ name: 'script' })),
  invitation,
  passwordLink: async (server) =>
    (
      await json<{ url: string }>(
        server.owner.api(`/accounts/${await person(server, server.owner)}/password-reset`, {
          method: 'POST',
        }),
      )
    ).url
      .split('/')
      .at(-1)!,
  account: person,
  accountLink: async (server) =>
    (await server.accounts.links.invite(viewerOf(server.owner), { role: 'member', expiresInDays: 1 })).id,
  connection: async (server) =>
    (
      await json<{ id: string }>(
        server.owner.api('/settings/engines/connections', {
          json: { kind: 'bfl', key: 'sk-test-0123456789' },
        }),
      )
    ).id,
} satisfies Record<string, MakeRecord>;

export type RecordKind = keyof typeof RECORDS;

function viewerOf(account: TestAccount) {
  return {
    userId: account.id,
    name: account.name,
    role: 'member',
    communityBanned: false,
    via: 'session',
    sessionId: null,
  } as const;
}

export interface RouteCase {
  /** What the request names, in its path or body. Absent: it names nothing that belongs to somebody. */
  readonly record?: RecordKind;
  /** @param account Who calls. */
  readonly body?: (id: string, account: TestAccount) => object;
  readonly bytes?: (server: AccountsServer, account: TestAccount) => Promise<Uint8Array>;
  readonly query?: string;
  /** The record is used up: whoever else may call it gets another one. */
  readonly consumes?: true;
  /** Who may use somebody else's record: nobody, owners of the server, or whoever may call the route. Default nobody. */
  readonly others?: 'nobody' | 'server-owner' | 'everyone';
  /** What those get who may not. Default 404; a file that somebody does not have is an `unknown-asset`. */
  readonly foreign?: number;
  /** What those get who may. Default the route's own status. */
  readonly allowed?: number;
  /** Whether the answer shows that it was done; for what answers alike when there was nothing to do. */
  readonly proof?: (answer: Readonly<Record<string, unknown>>) => boolean;
  /** The call ends the session that it came with, or begins another one. */
  readonly endsSession?: true;
}

const SMALL = { prompt: 'gold', engine: 'test', size: 256 };
const recipeContent = { title: 'Another', prompt: 'silver' };
const everyone = 'everyone';

export const ROUTE_CASES: { readonly [N in RouteName | keyof typeof BYTE_ROUTES]: RouteCase } = {
  health: {},
  // Accounts
  getSession: {},
  setUp: {
    body: () => ({ token: 'wrong', name: 'Eve', email: 'eve@example.test', password: PASSWORD }),
    allowed: 410,
  },
  signIn: { body: (_id, account) => ({ email: account.email, password: PASSWORD }), endsSession: true },
  signOut: { endsSession: true },
  join: {
    record: 'invitation',
    others: everyone,
    consumes: true,
    body: (token) => ({ token, name: 'New', email: `${randomUUID()}@example.test`, password: PASSWORD }),
    endsSession: true,
  },
  choosePassword: {
    record: 'passwordLink',
    others: everyone,
    consumes: true,
    body: (token) => ({ token, password: PASSWORD }),
  },
  updateAccount: { body: (_id, account) => ({ name: account.name }) },
  changePassword: { body: () => ({ current: PASSWORD, next: PASSWORD }), endsSession: true },
  listSessions: {},
  endSession: { record: 'session', consumes: true },
  endOtherSessions: {},
  listApiTokens: {},
  createApiToken: { body: () => ({ name: 'another' }) },
  revokeApiToken: { record: 'apiToken', consumes: true },
  listAccounts: {},
  manageAccount: { record: 'account', others: everyone, body: () => ({ communityBanned: false }) },
  resetPassword: { record: 'account', others: everyone },
  listAccountLinks: {},
  invite: { body: () => ({}) },
  withdrawAccountLink: { record: 'accountLink', others: everyone, consumes: true },
  readAuditLog: {},
  // Engines
  listEngines: {},
  getEngineSettings: {},
  updateEngineSettings: { body: () => ({}) },
  addEngineConnection: { body: () => ({ kind: 'bfl', key: 'sk-test-0123456789' }) },
  updateEngineConnection: { record: 'connection', others: everyone, body: () => ({ name: 'Renamed' }) },
  deleteEngineConnection: { record: 'connection', others: everyone, consumes: true },
  testEngineConnection: { record: 'connection', others: everyone },
  updatePrice: { body: () => ({ kind: 'bfl', model: 'any', price: null }) },
  readLedger: {},
  // Files and generations
  describeAsset: { record: 'asset' },
  uploadAsset: { bytes: async () => encodePng(4, 3, [1, 2, 3]) },
  downloadAsset: { record: 'asset' },
  readLook: {
    record: 'asset',
    foreign: 422,
    body: (asset) => ({ prompt: 'gold', references: [{ asset, role: 'style' }] }),
  },
  createGeneration: {
    record: 'asset',
    foreign: 422,
    body: (asset) => ({ ...SMALL, references: [{ asset, role: 'style' }] }),
  },
  listGenerations: {},
  getGeneration: { record: 'generation' },
  updateGeneration: { record: 'generation', body: () => ({ favorite: true }) },
  deleteGeneration: { record: 'generation', consumes: true },
  cancelGeneration: { record: 'runningGeneration', consumes: true },
  retryGeneration: { record: 'failedGeneration' },
  downloadImage: { record: 'generation' },
  // History
  listHistory: {},
  readHistoryIndex: {},
  readHistoryCards: { query: 'seqs=1' },
  readHistoryFacets: {},
  changeHistory: { record: 'generation', body: (id) => ({ ids: [id], favorite: true }) },
  purgeHistory: {
    record: 'trashedGeneration',
    consumes: true,
    body: (id) => ({ ids: [id] }),
    // What is not there counts as purged.
    foreign: 200,
    proof: ({ deleted }) => deleted === 1,
  },
  orderArchive: { record: 'generation', body: (id) => ({ ids: [id] }) },
  downloadArchive: { record: 'archive', consumes: true },
  readLineage: { record: 'generation' },
  readStorage: {},
  listBoards: {},
  createBoard: { body: () => ({ name: 'Another' }) },
  renameBoard: { record: 'board', body: () => ({ name: 'Renamed' }) },
  deleteBoard: { record: 'board', consumes: true },
  listProjects: {},
  createProject: {
    record: 'asset',
    foreign: 422,
    body: (scene) => ({ name: randomUUID(), scene }),
  },
  getProject: { record: 'project' },
  updateProject: { record: 'project', body: () => ({ name: randomUUID() }) },
  deleteProject: { record: 'project', consumes: true },
  exportProject: { record: 'project' },
  importProject: {
    bytes: async (server, account) => {
      const id = await RECORDS.project(server, account);
      return new Uint8Array(await (await account.api(`/projects/${id}/archive`)).arrayBuffer());
    },
    allowed: 201,
  },
  // Community
  getCommunitySettings: {},
  updateCommunitySettings: { body: () => ({}) },
  listPosts: {},
  publish: {
    record: 'generation',
    body: (id) => ({ generation: id, title: 'A picture', licence: 'CC0-1.0' }),
  },
  getPost: { record: 'post', others: everyone },
  updatePost: { record: 'post', body: () => ({ title: 'Renamed' }) },
  unpublish: { record: 'post', consumes: true },
  like: { record: 'post', others: everyone },
  unlike: { record: 'post', others: everyone },
  remix: { record: 'post', others: everyone },
  listComments: { record: 'post', others: everyone },
  comment: { record: 'post', others: everyone, body: () => ({ text: 'Good' }) },
  deleteComment: { record: 'comment', others: 'server-owner', consumes: true },
  report: { record: 'post', others: everyone, body: () => ({ reason: 'other' }) },
  listReports: {},
  moderate: { record: 'post', others: everyone, body: () => ({ action: 'approve' }) },
  shareToDiscord: { record: 'generation', body: (id) => ({ generation: id }) },
  postImage: { record: 'postImage', others: everyone },
  // Recipes
  listRecipes: {},
  createRecipe: {
    record: 'generation',
    body: (id) => ({ content: recipeContent, picture: { generation: id, image: 0 } }),
  },
  importRecipe: {
    body: () => ({ format: 'diorama-recipe', version: 1, recipe: recipeContent }),
  },
  getRecipe: { record: 'recipe' },
  updateRecipe: { record: 'recipe', body: () => ({ content: recipeContent }) },
  deleteRecipe: { record: 'recipe', consumes: true },
  recipePicture: { record: 'picturedRecipe' },
  recipeFile: { record: 'recipe' },
  // Streams and documents
  events: {},
  openapi: {},
};
