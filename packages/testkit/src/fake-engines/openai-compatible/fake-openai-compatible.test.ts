import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectPicture } from '../kit/index.ts';
import { type FakeOpenAiCompatible, startFakeOpenAiCompatible } from './fake-openai-compatible.ts';

let fake: FakeOpenAiCompatible;
beforeEach(async () => {
  fake = await startFakeOpenAiCompatible();
});
afterEach(() => fake.close());

async function generate(body: unknown) {
  const answer = await fetch(`${fake.baseUrl}/images/generations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return {
    status: answer.status,
    body: (await answer.json()) as {
      data: { url?: string; b64_json?: string }[];
      error?: unknown;
      detail?: string;
    },
  };
}

const asked = { model: 'any', prompt: 'x', size: '64x64' };

describe('fake of a plain server', () => {
  it('needs no key and answers base64 or addresses', async () => {
    expect((await generate(asked)).body.data[0]?.b64_json).toBeDefined();
    fake.behaviour.answers = 'url';
    const [entry] = (await generate(asked)).body.data;
    const picture = new Uint8Array(await (await fetch(entry?.url ?? '')).arrayBuffer());
    expect(await inspectPicture(picture)).toMatchObject({ widthPx: 64, mediaType: 'image/png' });
    fake.behaviour.resultsExpire = true;
    expect((await fetch(entry?.url ?? '')).status).toBe(404);
  });

  it('names addresses elsewhere when told so', async () => {
    Object.assign(fake.behaviour, { answers: 'url', resultOrigin: 'http://[::ffff:127.0.0.1]:{port}' });
    const port = new URL(fake.origin).port;
    expect((await generate(asked)).body.data[0]?.url).toMatch(`http://[::ffff:127.0.0.1]:${port}/files/`);
  });

  it('honours a seed, or refuses fields that it does not know', async () => {
    const first = (await generate({ ...asked, seed: 1 })).body.data[0]?.b64_json;
    expect((await generate({ ...asked, seed: 1 })).body.data[0]?.b64_json).toBe(first);
    expect((await generate({ ...asked, seed: 2 })).body.data[0]?.b64_json).not.toBe(first);
    fake.behaviour.strictFields = true;
    expect((await generate({ ...asked, seed: 1 })).status).toBe(422);
  });

  it('words its errors in three ways', async () => {
    const bad = { ...asked, size: '65x64' };
    expect((await generate(bad)).body.error).toMatchObject({ message: expect.any(String) });
    fake.behaviour.errorForm = 'text';
    expect((await generate(bad)).body.error).toEqual(expect.any(String));
    fake.behaviour.errorForm = 'detail';
    expect((await generate(bad)).body.detail).toEqual(expect.any(String));
  });

  it('may have no edits and no model list', async () => {
    Object.assign(fake.behaviour, { edits: false, models: null });
    expect((await fetch(`${fake.baseUrl}/images/edits`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${fake.baseUrl}/models`)).status).toBe(404);
  });
});
