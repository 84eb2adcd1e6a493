import { type FakeOpenAiCompatible, startFakeOpenAiCompatible } from '@diorama/testkit/fake-engines';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineRequest } from '../../kit/engine.ts';
import { createRemoteEngine } from '../../kit/remote/remote-engine.ts';
import { connectionTo, describeRemoteEngine, remoteRequest } from '../../kit/testing/remote-engine-suite.ts';
import { watchedContext } from '../../kit/testing/watched-context.ts';
import { openaiCompatibleAdapter } from './index.ts';

describeRemoteEngine({
  name: 'OpenAI-compatible server',
  adapter: openaiCompatibleAdapter,
  start: () => startFakeOpenAiCompatible({ behaviour: { key: 'fake-key-0123456789abcdef' } }),
  routes: { submit: 'edit' },
  refusals: [
    {
      name: 'the prompt',
      arrange: (b) => {
        b.refuse = 'input';
      },
      code: 'content-refused',
    },
    {
      name: 'in a bare text',
      arrange: (b) => {
        b.refuse = 'input';
        b.errorForm = 'text';
      },
      code: 'content-refused',
    },
    {
      name: 'in a detail',
      arrange: (b) => {
        b.refuse = 'input';
        b.errorForm = 'detail';
      },
      code: 'content-refused',
    },
    {
      name: 'a server without the route for pictures',
      arrange: (b) => {
        b.edits = false;
      },
      code: 'request-rejected',
    },
  ],
});

describe('OpenAI-compatible server', () => {
  let fake: FakeOpenAiCompatible;
  beforeEach(async () => {
    fake = await startFakeOpenAiCompatible();
  });
  afterEach(async () => {
    await fake.close();
  });

  const engine = (changes: Parameters<typeof connectionTo>[2] = {}) =>
    createRemoteEngine(
      connectionTo(openaiCompatibleAdapter, fake.baseUrl, {
        key: null,
        extraModels: ['local-diffusion'],
        ...changes,
      }),
      openaiCompatibleAdapter,
    );
  const generate = async (
    changes: Partial<EngineRequest>,
    connection: Parameters<typeof connectionTo>[2] = {},
  ) => {
    const run = watchedContext();
    const result = await engine(connection).generate(await remoteRequest(changes), run.context);
    return { result, run };
  };
  const promptOnly = { scene: null, capture: null, references: [] } as const;

  it('sends a prompt alone with nothing but the common fields, and no key where there is none', async () => {
    await generate({ ...promptOnly, size: { width: 1024, height: 576 } });
    const [sent] = fake.requestsTo('generate');
    expect(sent!.headers).not.toHaveProperty('authorization');
    expect(sent!.json).toEqual({
      model: 'local-diffusion',
      prompt: 'walnut table, evening light',
      n: 1,
      size: '1024x576',
    });
  });

  it('sends canvas and two references in this order as a form', async () => {
    fake.behaviour.strictFields = true;
    await generate({ size: { width: 768, height: 512 } });
    const { fields, files } = fake.requestsTo('edit')[0]!.form!;
    expect(Object.fromEntries(fields.map(({ name, value }) => [name, value]))).toEqual({
      model: 'local-diffusion',
      prompt: expect.stringMatching(/^Image 1 is the 3D layout[\s\S]*walnut table, evening light$/),
      n: '1',
      size: '768x512',
    });
    expect(files.map(({ name, mediaType }) => [name, mediaType])).toEqual([
      ['image[]', 'image/png'],
      ['image[]', 'image/png'],
      ['image[]', 'image/png'],
    ]);
  });

  it('asks for as many images at once as the server makes', async () => {
    const { result } = await generate({ count: 3 });
    expect(result.images).toHaveLength(3);
    expect(fake.requestsTo('edit')).toHaveLength(1);
    const alone = await generate({ count: 3 }, { options: { imagesPerCall: 1 } });
    expect(alone.result.images).toHaveLength(3);
    expect(fake.requestsTo('edit')).toHaveLength(4);
  });

  it('adds the fields and headers that the owner set up', async () => {
    await generate(promptOnly, {
      options: {
        extraBody: { steps: 4 },
        headers: { 'X-Tenant': 'studio' },
        responseFormat: 'b64_json',
        sendSeed: true,
      },
    });
    const [sent] = fake.requestsTo('generate');
    expect(sent!.headers['x-tenant']).toBe('studio');
    expect(sent!.json).toMatchObject({ steps: 4, response_format: 'b64_json', seed: 7 });
  });

  it('lets a request change the picture, but not what the owner said of the server or what is asked for', async () => {
    const { result } = await generate({
      ...promptOnly,
      options: { extraBody: { steps: 9 }, headers: { 'X-Tenant': 'thief' }, imagesPerCall: 1 },
    });
    const [sent] = fake.requestsTo('generate');
    expect(sent!.json).toMatchObject({ steps: 9 });
    expect(sent!.headers).not.toHaveProperty('x-tenant');
    expect(result.warnings.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('"headers"'),
        expect.stringContaining('"imagesPerCall"'),
      ]),
    );
    await expect(generate({ ...promptOnly, options: { extraBody: { n: 9 } } })).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });

  it('keeps to the sizes that the server takes', async () => {
    await generate(
      { ...promptOnly, size: { width: 1920, height: 1080 } },
      { options: { sizes: ['512x512', '768x432', '1024x1024'] } },
    );
    expect(fake.requestsTo('generate')[0]!.json).toMatchObject({ size: '768x432' });
  });

  it.each(['same', 'http://localhost:1', 'http://0.0.0.0:{port}'])(
    'fetches a picture behind a link to the server itself, whatever it calls itself: %s',
    async (origin) => {
      fake.behaviour.answers = 'url';
      fake.behaviour.resultOrigin = origin;
      const { result } = await generate({});
      expect(result.images).toHaveLength(1);
      expect(fake.requestsTo('download')).toHaveLength(1);
    },
  );

  it('understands relative links and pictures inside links', async () => {
    const { default: sharp } = await import('sharp');
    const bytes = await sharp({ create: { width: 96, height: 64, channels: 3, background: '#224466' } })
      .png()
      .toBuffer();
    const answer = (url: string) => ({ kind: 'status', status: 200, json: { data: [{ url }] } }) as const;
    fake.inject('generate', answer(`data:image/png;base64,${bytes.toString('base64')}`));
    expect((await generate(promptOnly)).result.images).toHaveLength(1);
    fake.behaviour.answers = 'url';
    await generate(promptOnly);
    fake.inject('generate', answer('/files/0.png'));
    expect((await generate(promptOnly)).result.images).toHaveLength(1);
  });

  it.each(['http://169.254.169.254', 'https://10.0.0.1', 'http://192.168.1.7:9000'])(
    'does not follow a link to a place that was not allowed: %s',
    async (origin) => {
      fake.behaviour.answers = 'url';
      fake.behaviour.resultOrigin = origin;
      await expect(generate({})).rejects.toMatchObject({ code: 'address-not-allowed' });
    },
  );

  it('says what to do about a server that takes no pictures', async () => {
    fake.behaviour.edits = false;
    await expect(generate({})).rejects.toMatchObject({ hint: expect.stringContaining('takes no pictures') });
    const { result } = await generate({}, { options: { takesPictures: false } });
    expect(result.images).toHaveLength(1);
    expect(result.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['canvas-ignored', 'reference-ignored']),
    );
  });

  it('can be used when the server does not list its models', async () => {
    fake.behaviour.models = null;
    const named = await engine().test(watchedContext().context);
    expect(named).toMatchObject({ ok: true });
    expect(named.models.map(({ id }) => id)).toEqual(['local-diffusion']);
    const nameless = await engine({ extraModels: [] }).test(watchedContext().context);
    expect(nameless.models.map(({ id }) => id)).toEqual(['default']);
  });
});
