import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAKE_KEY } from '../kit/index.ts';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';

let fake: FakeGateway;
beforeAll(async () => {
  fake = await startFakeGateway({ behaviour: { picture: { sizePx: { width: 32, height: 32 } } } });
});
afterAll(() => fake.close());

const HEADERS = {
  authorization: `Bearer ${FAKE_KEY}`,
  'content-type': 'application/json',
  'ai-gateway-protocol-version': '0.0.1',
  'ai-gateway-auth-method': 'api-key',
  'ai-image-model-specification-version': '4',
  'ai-model-id': 'bfl/flux-2-pro',
};

async function make(body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${fake.baseUrl}/image-model`, {
    method: 'POST',
    headers: { ...HEADERS, ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, Record<string, unknown>> };
}

describe('fake gateway', () => {
  it('tells the cost in decimal text beside the metadata of the provider', async () => {
    const { body } = await make({ prompt: 'x', n: 2, aspectRatio: '16:9', seed: 1, providerOptions: {} });
    expect(body['images']).toHaveLength(2);
    expect(body['providerMetadata']?.['gateway']).toMatchObject({ cost: '0.045' });
    expect(body['providerMetadata']?.['bfl']).toEqual({ images: [{}, {}] });
  });

  it.each([
    ['no count', { prompt: 'x' }, {}, 400, 'invalid_request_error'],
    ['an unknown field', { prompt: 'x', n: 1, quality: 'high' }, {}, 400, 'invalid_request_error'],
    [
      'a file without data',
      { prompt: 'x', n: 1, files: [{ type: 'file' }] },
      {},
      400,
      'invalid_request_error',
    ],
    [
      'an older protocol',
      { n: 1 },
      { 'ai-image-model-specification-version': '3' },
      400,
      'invalid_request_error',
    ],
    ['a model that it has not', { n: 1 }, { 'ai-model-id': 'a/b' }, 404, 'model_not_found'],
    ['a model for words', { n: 1 }, { 'ai-model-id': 'openai/gpt-5.5' }, 400, 'invalid_request_error'],
  ])('refuses %s', async (_title, sent, headers, status, type) => {
    const answer = await make(sent, headers);
    expect([answer.status, answer.body['error']?.['type']]).toEqual([status, type]);
  });

  it('refuses by its own policy, or answers without a picture', async () => {
    fake.behaviour.refuse = 'policy';
    const refused = await make({ prompt: 'x', n: 1 });
    expect([refused.status, refused.body['error']?.['type']]).toEqual([403, 'forbidden']);
    fake.behaviour.refuse = 'empty';
    expect((await make({ prompt: 'x', n: 1 })).body['images']).toEqual([]);
    fake.behaviour.refuse = null;
  });

  it('tells models and credits', async () => {
    const { models } = (await (await fetch(`${fake.baseUrl}/config`, { headers: HEADERS })).json()) as {
      models: { id: string; modelType: string }[];
    };
    expect(models.find(({ id }) => id === 'bfl/flux-2-pro')?.modelType).toBe('image');
    const credits = await fetch(`${fake.origin}/v1/credits`, {
      headers: { authorization: `Bearer ${FAKE_KEY}` },
    });
    expect(await credits.json()).toEqual({ balance: '12.50', total_used: '3.10' });
  });
});
