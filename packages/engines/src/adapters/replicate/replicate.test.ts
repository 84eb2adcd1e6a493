import { startFakeReplicate } from '@diorama/testkit/fake-engines';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRemoteEngine } from '../../kit/remote/remote-engine.ts';
import { fastClock } from '../../kit/testing/fast-clock.ts';
import { connectionTo, describeRemoteEngine, remoteRequest } from '../../kit/testing/remote-engine-suite.ts';
import { watchedContext } from '../../kit/testing/watched-context.ts';
import { replicateAdapter } from './index.ts';

describeRemoteEngine({
  name: 'Replicate',
  adapter: replicateAdapter,
  start: () => startFakeReplicate(),
  routes: { submit: 'submit', poll: 'poll', download: 'download', cancel: 'cancel' },
  isResumable: true,
  refusals: [
    {
      name: 'the request',
      arrange: (behaviour) => {
        behaviour.refuse = 'input';
      },
      code: 'content-refused',
    },
    {
      name: 'the finished picture',
      arrange: (behaviour) => {
        behaviour.refuse = 'output';
      },
      code: 'content-refused',
    },
    {
      name: 'a failure without a reason',
      arrange: (behaviour) => {
        behaviour.refuse = 'without-reason';
      },
      code: 'engine-failed',
    },
    {
      name: 'a machine without memory',
      arrange: (behaviour) => {
        behaviour.refuse = 'out-of-memory';
      },
      code: 'engine-failed',
    },
    {
      name: 'a job that was ended there',
      arrange: (behaviour) => {
        behaviour.refuse = 'aborted';
      },
      code: 'engine-failed',
    },
    {
      name: 'a job that was canceled there',
      arrange: (behaviour) => {
        behaviour.refuse = 'canceled';
      },
      code: 'engine-failed',
    },
    {
      name: 'a success without a picture',
      arrange: (behaviour) => {
        behaviour.refuse = 'empty';
      },
      code: 'invalid-output',
    },
  ],
});

describe('Replicate', () => {
  let fake: Awaited<ReturnType<typeof startFakeReplicate>>;
  beforeEach(async () => {
    fake = await startFakeReplicate();
  });
  afterEach(async () => {
    await fake.close();
  });
  const engine = () =>
    createRemoteEngine(connectionTo(replicateAdapter, fake.baseUrl), replicateAdapter, {
      clock: fastClock(),
    });

  it('sends exactly what the schema of FLUX.2 takes', async () => {
    await engine().generate(
      await remoteRequest({ size: { width: 1024, height: 576 } }),
      watchedContext().context,
    );
    const submit = fake.requests.find(
      ({ method, path }) => method === 'POST' && path.endsWith('/predictions'),
    )!;
    const { input } = submit.json as { input: Record<string, unknown> };
    const { prompt, input_images, ...rest } = input;
    expect(submit.path).toMatch(/\/models\/black-forest-labs\/flux-2-pro\/predictions$/);
    expect(rest).toMatchObject({
      aspect_ratio: 'custom',
      width: 1024,
      height: 576,
      seed: 7,
      output_format: 'png',
    });
    expect(input_images).toHaveLength(3);
    expect(prompt).toContain('walnut table, evening light');
  });

  it('runs the newest version of a model that is not official, and a version that is named', async () => {
    const other = fake.behaviour.models.find(({ official }) => !official)!;
    await engine().generate(
      await remoteRequest({ model: other.id, references: [] }),
      watchedContext().context,
    );
    await engine().generate(
      await remoteRequest({ model: `${other.id}:${other.version}`, references: [] }),
      watchedContext().context,
    );
    expect(
      fake.requestsTo('submit').map(({ path, json }) => [path, (json as { version: string }).version]),
    ).toEqual(Array(2).fill(['/v1/predictions', `${other.id}:${other.version}`]));
  });

  it('uploads pictures that are too large for the request', async () => {
    const noise = await sharp({
      create: {
        width: 900,
        height: 900,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .png()
      .toBuffer();
    await engine().generate(
      await remoteRequest({ references: [{ bytes: noise, mediaType: 'image/png', role: 'style' }] }),
      watchedContext().context,
    );
    expect(fake.requestsTo('upload')).toHaveLength(1);
  });
});
