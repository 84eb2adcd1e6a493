import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildHistory } from './build-history.ts';
import { measureLoad, type Target } from './load.ts';
import { printScroll, scrollBenchmark } from './scroll.ts';

const ENTRIES = 100_000;
const CONNECTIONS = 20;
/** Short ones, and many: what else the machine does then meets both sides alike. */
const ROUNDS = 11;
const ROUND_MS = 400;
const WARM_UP_MS = 500;

interface Case {
  readonly name: string;
  readonly ours: Target;
  readonly bare: Target;
  /** Least ratio of the requests per second. */
  readonly target: number;
}

interface Row {
  readonly name: string;
  readonly bytes: number;
  readonly oursPerSecond: number;
  readonly barePerSecond: number;
  /** Median of the rounds. */
  readonly ratio: number;
  readonly spread: readonly [least: number, most: number];
  readonly target: number;
  readonly pass: boolean;
}

/** What the server shows in the browser, as `npm run build` leaves it. */
const STUDIO = new URL('../../apps/studio/dist/index.html', import.meta.url);

/**
 * Requests per second for the history of 100,000 entries and for thumbnails, as ratios to bare routes of the same web
 * framework that answer the same bytes from memory (thumbnails: a static file, also where the answer is only that it
 * has not changed). Server, peer and load are processes of their own; the two take turns. Then the same history in a
 * browser, being scrolled.
 */
export async function run({ json }: { json: boolean }): Promise<Record<string, unknown>> {
  if (!existsSync(STUDIO)) throw new Error('The studio is not built: run `npm run build` first.');
  const folder = await mkdtemp(join(tmpdir(), 'diorama-bench-'));
  const children: ChildProcess[] = [];
  try {
    const dataDir = join(folder, 'data');
    const beganAt = performance.now();
    const built = await buildHistory(dataDir, { entries: ENTRIES });
    const buildMs = performance.now() - beganAt;
    const server = await startScript('serve.ts', dataDir, children);
    const api = `${server}/api/v1`;

    const deep = await deepCursor(api);
    const queries: Record<string, string> = {
      'first page': '',
      'deep page': `cursor=${deep}`,
      'search, common word': `q=${built.commonWord}`,
      'search, rare word': `q=${built.rareWord}`,
      'filter, favorites': 'favorite=true',
      'filter, project': `project=${built.projectId}`,
      'filter, ratio': 'ratio=3:2',
      'filter, ratio, deep': `ratio=3:2&cursor=${deep}`,
    };
    const bareDir = join(folder, 'bare');
    mkdirSync(join(bareDir, 'files'), { recursive: true });
    const pages: { name: string; file: string; url: string; bytes: number }[] = [];
    for (const [name, query] of Object.entries(queries)) {
      const url = `${api}/history?${query}`;
      const text = await (await fetch(url)).text();
      if ((JSON.parse(text) as { items: unknown[] }).items.length === 0)
        throw new Error(`${name}: nothing was found.`);
      const file = `page-${pages.length}`;
      await writeFile(join(bareDir, file), text);
      pages.push({ name, file, url, bytes: Buffer.byteLength(text) });
    }
    await writeFile(join(bareDir, 'answers.json'), JSON.stringify(pages.map(({ file }) => file)));
    const thumbnailUrl = `${api}/assets/${built.asset}?width=384`;
    const thumbnail = await fetch(thumbnailUrl);
    const etag = thumbnail.headers.get('etag')!;
    const picture = Buffer.from(await thumbnail.arrayBuffer());
    await writeFile(join(bareDir, 'files', 'thumbnail.webp'), picture);
    const bare = await startScript('serve-bare.ts', bareDir, children);

    const cases: (Case & { bytes: number })[] = [
      ...pages.map(({ name, file, url, bytes }) => ({
        name,
        ours: { url, status: 200 },
        bare: { url: `${bare}/${file}`, status: 200 },
        target: 0.15,
        bytes,
      })),
      {
        name: 'thumbnail',
        ours: { url: thumbnailUrl, status: 200 },
        bare: { url: `${bare}/files/thumbnail.webp`, status: 200 },
        target: 0.4,
        bytes: picture.byteLength,
      },
      {
        name: 'thumbnail, not modified',
        ours: { url: thumbnailUrl, status: 304, headers: { 'If-None-Match': etag } },
        // It need not send a picture again; a file server without entity tags has to.
        bare: { url: `${bare}/files/thumbnail.webp`, status: 200 },
        target: 0.8,
        bytes: 0,
      },
    ];
    const rows: Row[] = [];
    for (const one of cases) rows.push(await compare(one));
    const index = await measureIndex(api);
    if (!json) {
      console.log(
        `${ENTRIES} entries, built in ${(buildMs / 1000).toFixed(1)} s; ${CONNECTIONS} connections, median of ${ROUNDS} rounds`,
      );
      console.table(
        rows.map((row) => ({
          what: row.name,
          bytes: row.bytes,
          'Diorama, 1/s': row.oursPerSecond.toFixed(0),
          'bare route, 1/s': row.barePerSecond.toFixed(0),
          ratio: row.ratio.toFixed(2),
          spread: row.spread.map((one) => one.toFixed(2)).join(' to '),
          target: row.target,
          result: row.pass ? 'pass' : 'FAIL',
        })),
      );
      console.log(
        `index of all entries: ${index.ms.toFixed(0)} ms, ${(index.bytes / 2 ** 20).toFixed(2)} MB; longest wait of another request meanwhile ${index.longestWaitMs.toFixed(0)} ms`,
      );
    }
    const scroll = await scrollBenchmark(server);
    if (!json) printScroll(scroll);
    return { entries: ENTRIES, connections: CONNECTIONS, rounds: ROUNDS, buildMs, rows, index, scroll };
  } finally {
    for (const child of children) {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare({ name, ours, bare, target, bytes }: Case & { readonly bytes: number }): Promise<Row> {
  const perSecond: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  const sides = { ours, bare };
  for (const side of ['ours', 'bare'] as const)
    await measureLoad(sides[side], { connections: CONNECTIONS, ms: WARM_UP_MS });
  for (let round = 0; round < ROUNDS; round += 1)
    for (const side of round % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const))
      perSecond[side].push(await measureLoad(sides[side], { connections: CONNECTIONS, ms: ROUND_MS }));
  const ratios = perSecond.ours.map((one, round) => one / perSecond.bare[round]!);
  const ratio = median(ratios);
  return {
    name,
    bytes,
    oursPerSecond: median(perSecond.ours),
    barePerSecond: median(perSecond.bare),
    ratio,
    spread: [Math.min(...ratios), Math.max(...ratios)],
    target,
    pass: ratio >= target,
  };
}

/** Somewhere in the middle of the history. */
async function deepCursor(api: string): Promise<string> {
  const page = (await (await fetch(`${api}/history?limit=1`)).json()) as { items: { seq: number }[] };
  return String(Math.floor(page.items[0]!.seq / 2));
}

/** The whole index once, while somebody else asks for something small again and again. */
async function measureIndex(api: string): Promise<{ ms: number; bytes: number; longestWaitMs: number }> {
  let isDone = false;
  let longestWaitMs = 0;
  const others = (async () => {
    while (!isDone) {
      const began = performance.now();
      await (await fetch(`${api}/health`)).arrayBuffer();
      longestWaitMs = Math.max(longestWaitMs, performance.now() - began);
    }
  })();
  const began = performance.now();
  const answer = await (await fetch(`${api}/history/index`)).arrayBuffer();
  const ms = performance.now() - began;
  isDone = true;
  await others;
  return { ms, bytes: answer.byteLength, longestWaitMs };
}

async function startScript(name: string, argument: string, children: ChildProcess[]): Promise<string> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(name, import.meta.url)), argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return line.trim();
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
