import type { ServerEvent } from '@diorama/contracts';
import { BUILT_IN_OWNER_ID } from '@diorama/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer, type TestServerOptions } from '../__fixtures__/test-server.ts';
import { openEventStream } from './events-route.ts';

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await createTestServer(options);
  servers.push(server);
  return server;
}

interface Received {
  readonly id: number | null;
  readonly event: ServerEvent;
}

/** Reads events until `isEnough`, then hangs up. */
async function listen(
  server: TestServer,
  lastEventId: string | null,
  isEnough: (received: readonly Received[]) => boolean,
): Promise<{ received: Received[]; lastEventId: string }> {
  const headers: Record<string, string> = lastEventId === null ? {} : { 'last-event-id': lastEventId };
  const response = await server.api('/events', { headers });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const received: Received[] = [];
  let position = lastEventId ?? '';
  let text = '';
  while (!isEnough(received)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const id = /^id: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (id !== undefined) position = id;
      if (data !== undefined)
        received.push({ id: id === undefined ? null : Number(id), event: JSON.parse(data) });
    }
  }
  await reader.cancel();
  return { received, lastEventId: position };
}

const succeeded = (count: number) => (received: readonly Received[]) =>
  received.filter(
    ({ event }) => event.type === 'generation-updated' && event.generation.status === 'succeeded',
  ).length >= count;

const statesOf = (received: readonly Received[], id: string) =>
  received.flatMap(({ id: eventId, event }) =>
    eventId !== null && event.type === 'generation-updated' && event.generation.id === id
      ? [event.generation.status]
      : [],
  );

describe('GET /events', () => {
  it('tells every state of a generation, its progress and a preview as they happen', async () => {
    const server = await start();
    const listening = listen(server, null, succeeded(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { id } = await server.generate({ prompt: 'slow:500' });
    const { received } = await listening;
    expect(statesOf(received, id)).toEqual(['queued', 'running', 'succeeded']);
    expect(
      received.some(
        ({ event }) => event.type === 'preview' && event.image.startsWith('data:image/jpeg;base64,'),
      ),
    ).toBe(true);
    const passing = received.filter(
      ({ id: eventId, event }) => eventId === null && event.type === 'generation-updated',
    );
    expect(passing.length).toBeGreaterThan(0);
  });

  it('resumes after any event without gap and without repetition', async () => {
    const server = await start();
    let position: string | null = null;
    const ids: number[] = [];
    const making = (async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      for (let i = 0; i < 12; i += 1) await server.generate({ prompt: `x ${i}` });
    })();
    // Hang up and come back after every few events, while more are being made.
    while (ids.length < 36) {
      const wanted = Math.min(1 + (ids.length % 5), 36 - ids.length);
      const stored = (received: readonly Received[]) => received.filter((one) => one.id !== null);
      const { received, lastEventId } = await listen(server, position, (all) => stored(all).length >= wanted);
      ids.push(...stored(received).map((one) => one.id!));
      position = lastEventId;
    }
    await making;
    expect(ids).toEqual(Array.from({ length: ids.length }, (_, i) => ids[0]! + i));
  });

  it('lets a reader resume that was cut off before its first event', async () => {
    const server = await start();
    const headers = { accept: 'text/event-stream' };
    const response = await server.api('/events', { headers });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!/^id: \d+$/m.test(text)) text += (await reader.read()).value;
    await reader.cancel();
    const { id } = await server.generate({ prompt: 'while away' });
    await server.finished(id);
    const { received } = await listen(server, /^id: (\d+)$/m.exec(text)![1]!, succeeded(1));
    expect(statesOf(received, id)).toEqual(['queued', 'running', 'succeeded']);
  });

  it.each(['99999', 'abc', '-1'])(
    'tells a reader to reload whose position %j is unknown here',
    async (lastEventId) => {
      const server = await start();
      await server.finished((await server.generate({ prompt: 'x' })).id);
      const { received } = await listen(server, lastEventId, (all) => all.length > 0);
      expect(received[0]!.event).toEqual({ type: 'resync' });
      expect(received[0]!.id).toBe((await server.outbox.bounds()).newest);
    },
  );

  it.each(['7', 'abc', '-1', ''])(
    'tells it also while nothing has ever happened, for position %j',
    async (lastEventId) => {
      const server = await start();
      const { received } = await listen(server, lastEventId, (all) => all.length > 0);
      expect(received).toEqual([{ id: 0, event: { type: 'resync' } }]);
      expect((await server.api('/health')).status).toBe(200);
    },
  );

  it('tells a reader to reload whose position is no longer kept', async () => {
    const server = await start();
    await server.finished((await server.generate({ prompt: 'x' })).id);
    await server.db.deleteFrom('outbox').where('id', '<=', 2).execute();
    expect((await listen(server, '1', (all) => all.length > 0)).received[0]!.event).toEqual({
      type: 'resync',
    });
    const { received } = await listen(server, '2', succeeded(1));
    expect(received.map((one) => one.id)).toEqual([3]);
  });

  it('says that it is still there while nothing happens', async () => {
    const server = await start({ heartbeatMs: 20 });
    const reader = (await server.api('/events')).body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes(': still here')) text += (await reader.read()).value;
    await reader.cancel();
  });

  it('cuts a reader off that lets a megabyte pile up, and keeps serving the others', async () => {
    const server = await start();
    const slow = openEventStream(
      server,
      { ownerId: BUILT_IN_OWNER_ID },
      new AbortController().signal,
    ).getReader();
    const before = server.hub.listeners;
    const image = `data:image/jpeg;base64,${'A'.repeat(100_000)}`;
    for (let i = 0; i < 20; i += 1)
      server.hub.send(BUILT_IN_OWNER_ID, {
        type: 'preview',
        id: '01890000-0000-7000-8000-000000000000',
        image,
        width: 1,
        height: 1,
      });
    expect(server.hub.listeners).toBe(before - 1);
    let bytes = 0;
    for (let next = await slow.read(); !next.done; next = await slow.read()) bytes += next.value.byteLength;
    expect(bytes).toBeLessThan(1.3 * 1024 * 1024);
  });

  it('does not cut a reader off for what it missed: that comes at its own pace', async () => {
    const server = await start();
    const payload = JSON.stringify({ type: 'generation-deleted', id: 'x'.repeat(20_000) });
    for (let i = 0; i < 200; i += 1)
      await server.db.insertInto('outbox').values({ type: 'generation-deleted', payload }).execute();
    server.hub.wake();
    const { received } = await listen(server, '0', (all) => all.length >= 200);
    expect(received.map((one) => one.id)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
  });

  it('opens fifty at once for an account, and another one when one is closed', async () => {
    const server = await start();
    const streams = [];
    for (let i = 0; i < 50; i++) streams.push(await server.api('/events'));
    expect(streams.every(({ status }) => status === 200)).toBe(true);
    expect((await server.api('/events', { method: 'HEAD' })).status).toBe(429);
    expect((await server.api('/events')).status).toBe(429);
    await streams.pop()!.body!.cancel();
    const another = await server.api('/events');
    expect(another.status).toBe(200);
    for (const { body } of [...streams, another]) await body!.cancel();
    expect((await server.api('/events', { method: 'HEAD' })).status).toBe(200);
  });

  it('forgets readers that hang up', async () => {
    const server = await start();
    const response = await server.api('/events');
    expect(server.hub.listeners).toBe(1);
    await response.body!.cancel();
    expect(server.hub.listeners).toBe(0);
    expect((await server.api('/events', { method: 'HEAD' })).status).toBe(200);
    expect(server.hub.listeners).toBe(0);
    const controller = new AbortController();
    openEventStream(server, { ownerId: BUILT_IN_OWNER_ID }, controller.signal);
    controller.abort();
    expect(server.hub.listeners).toBe(0);
  });
});
