import { setTimeout as sleep } from 'node:timers/promises';
import {
  CURRENCY,
  DioramaError,
  type EngineCapabilities,
  type EngineKindInfo,
  type EngineModel,
  LIMITS,
  type ProbeReport,
} from '@diorama/contracts';
import type { ConnectionConfig, Engine, EngineContext, EngineRequest, EngineResult } from '@diorama/engines';
import { encodePng } from './test-engine.ts';

/*
 * Connected engines for tests: a cloud service with prices ("bfl") and an own server without ("comfyui"). With an
 * address of `http:` they call the fake service there (submit, poll, cancel); without one they paint themselves. The
 * prompt steers them word by word:
 * `slow:MS` takes that long, `cost:N` names a cost (before anything else can go wrong), `crash` takes the process down,
 * `hang` does not listen to a cancel, `refuse`, `limit`, `unknown`, `fail` end in an error, `echo` puts the key into it,
 * `few` gives one image less, `raw` a raw file and an alignment, `echo-raw` one with the key inside, `sent` keeps a
 * checkpoint first.
 */

export const kinds: readonly EngineKindInfo[] = [
  {
    kind: 'bfl',
    name: 'Test cloud',
    summary: 'Paints for money.',
    location: 'cloud',
    key: 'required',
    keyLabel: 'API key',
    keyUrl: null,
    address: 'fixed',
    defaultAddress: 'https://api.example.test',
    isUsuallyPrivate: false,
    environment: ['TEST_CLOUD_KEY', 'TEST_CLOUD_URL'],
  },
  {
    kind: 'comfyui',
    name: 'Test workshop',
    summary: 'Paints for nothing.',
    location: 'own-server',
    key: 'none',
    keyLabel: '',
    keyUrl: null,
    address: 'required',
    defaultAddress: '',
    isUsuallyPrivate: true,
    environment: ['TEST_WORKSHOP_URL'],
  },
];

export function connectionsFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): ConnectionConfig[] {
  const common = { allowPrivate: true, enabled: true, defaultModel: null, extraModels: [], options: {} };
  const found: ConnectionConfig[] = [];
  if (env.TEST_CLOUD_KEY)
    found.push({
      ...common,
      id: 'bfl',
      kind: 'bfl',
      name: 'Test cloud',
      address: env.TEST_CLOUD_URL ?? 'https://api.example.test',
      key: env.TEST_CLOUD_KEY,
      probe: null,
      prices: [],
    });
  if (env.TEST_WORKSHOP_URL)
    found.push({
      ...common,
      id: 'comfyui',
      kind: 'comfyui',
      name: 'Test workshop',
      address: env.TEST_WORKSHOP_URL,
      key: null,
      probe: null,
      prices: [],
    });
  return found;
}

const CAPABILITIES: EngineCapabilities = {
  textOnly: true,
  canvas: true,
  referencesMax: 2,
  referenceRoles: ['style'],
  aspectRatios: ['1:1', '16:9'],
  longEdgeMin: LIMITS.longEdgeMin,
  longEdgeMax: 1024,
  seed: true,
  negativePrompt: true,
  geometryStrength: true,
  controlMaps: [],
  mask: false,
  countMax: 4,
  progress: true,
  previews: false,
  cancel: false,
  deterministic: false,
};

const PRICE = { asOf: '2026-11-01', source: 'test' };
const CLOUD_MODELS: readonly EngineModel[] = [
  model('paint', { price: { perImage: 0.04, ...PRICE } }),
  model('gold', { price: { perImage: 1, ...PRICE } }),
  model('stoppable', {
    price: { perImage: 0.04, ...PRICE },
    capabilities: { ...CAPABILITIES, cancel: true },
  }),
  model('small', {
    price: { perImage: 0.01, ...PRICE },
    capabilities: { ...CAPABILITIES, longEdgeMax: 512, countMax: 1 },
  }),
  model('unpriced', {}),
];

function model(id: string, changes: Partial<EngineModel>): EngineModel {
  return { id, name: id, capabilities: CAPABILITIES, price: null, note: null, ...changes };
}

export function createEngine(connection: ConnectionConfig): Engine {
  const { options } = connection;
  if (options.mode !== undefined && typeof options.mode !== 'string')
    throw new DioramaError('invalid-request', 'options.mode: must be text.', {
      details: { issues: [{ field: 'options.mode', message: 'must be text' }] },
    });
  const isCloud = connection.kind === 'bfl';
  const listed = isCloud ? CLOUD_MODELS : [model('workflow', {})];
  const models = listed.map((entry) => ({
    ...entry,
    price: connection.prices.find((own) => own.model === entry.id)?.price ?? entry.price,
  }));
  const chosen = models.find((entry) => entry.id === connection.defaultModel) ?? models[0]!;
  const reason = isCloud && connection.key === null ? 'Its key is missing.' : null;
  return {
    id: connection.id,
    kind: connection.kind,
    describe: async () => ({
      id: connection.id,
      kind: connection.kind,
      location: isCloud ? 'cloud' : 'own-server',
      name: connection.name,
      summary: 'For tests.',
      available: reason === null,
      reason,
      models,
      defaultModel: chosen.id,
      capabilities: chosen.capabilities,
      typicalMs: null,
      price: chosen.price,
      isFree: !isCloud,
    }),
    generate: async (request, context) => await generate(connection, request, context),
    test: async (): Promise<ProbeReport> => {
      const ok = connection.key !== 'wrong-key-canary';
      // A careless service that repeats what it was sent.
      const detail = ok ? 'Accepted.' : `Refused: Bearer ${connection.key}`;
      return {
        ok,
        testedAt: new Date().toISOString(),
        ms: 1,
        checks: [{ check: 'key', ok, detail, hint: ok ? '' : 'Check the key.' }],
        models: [],
        server: 'test 1.0',
      };
    },
  };
}

async function generate(
  connection: ConnectionConfig,
  request: EngineRequest,
  context: EngineContext,
): Promise<EngineResult> {
  const words = new Set(request.prompt.split(/\s+/));
  const cost = /cost:([\d.]+)/.exec(request.prompt)?.[1];
  if (connection.address.startsWith('http://')) await workAtService(connection, request, context, words);
  else await workHere(connection, request, context, words);
  const count = request.count - (words.has('few') ? 1 : 0);
  return {
    images: Array.from({ length: count }, (_, index) => {
      const seed = request.seed + index;
      const png = encodePng(request.size.width, request.size.height, [seed & 255, 2, 3]);
      const key = words.has('echo-raw') ? (connection.key ?? '') : '';
      const raw = Buffer.concat([encodePng(20, 10, [seed & 255, 9, 9]), Buffer.from(key)]);
      return {
        bytes: png,
        mediaType: 'image/png' as const,
        size: request.size,
        seed,
        aovs: new Map(),
        ...(words.has('raw') || words.has('echo-raw')
          ? {
              raw,
              alignment: {
                scale: 1.02,
                shiftXPx: 3,
                shiftYPx: -1,
                confidence: 0.9,
                outcome: 'repaired' as const,
              },
            }
          : {}),
      };
    }),
    look: null,
    warnings: [],
    timings: {},
    cost: cost === undefined ? null : reported(Number(cost)),
    modelUsed: request.model === 'gold' ? 'gold-2026-11' : null,
  };
}

function reported(amount: number) {
  return { amount, currency: CURRENCY, estimated: false, basis: 'reported' as const };
}

async function workHere(
  connection: ConnectionConfig,
  request: EngineRequest,
  context: EngineContext,
  words: ReadonlySet<string>,
): Promise<void> {
  if (words.has('sent')) await context.checkpoint({ sent: true });
  const spent = /spent:([\d.]+)/.exec(request.prompt)?.[1];
  if (spent !== undefined) context.onCost(reported(Number(spent)));
  if (words.has('crash')) process.kill(process.pid, 'SIGKILL');
  if (words.has('hang')) {
    context.onProgress({ stage: 'waiting', fraction: 0.5 });
    await sleep(60_000);
  }
  const echo = words.has('echo') ? ` (Authorization: Bearer ${connection.key})` : '';
  if (words.has('refuse'))
    throw new DioramaError('content-refused', `The service refused a picture${echo}.`, {
      details: { suspects: ['reference-1', 'prompt'], key: connection.key },
    });
  if (words.has('limit'))
    throw new DioramaError('rate-limited', `Too many${echo}.`, { details: { retryAfterMs: 5_000 } });
  if (words.has('unknown')) throw new DioramaError('outcome-unknown');
  if (words.has('fail')) throw new Error(`connect failed${echo}`);
  const ms = Number(/slow:(\d+)/.exec(request.prompt)?.[1] ?? 0);
  try {
    for (let step = 1; step <= 4; step += 1) {
      await sleep(ms / 4, undefined, { signal: context.signal });
      context.onProgress({ stage: 'generating', fraction: step / 4 });
    }
  } catch (cause) {
    throw new DioramaError('canceled', undefined, { cause });
  }
}

/** As a queue service works: mark, submit (this is charged), keep the job's id, ask until it is done. */
async function workAtService(
  connection: ConnectionConfig,
  request: EngineRequest,
  context: EngineContext,
  words: ReadonlySet<string>,
): Promise<void> {
  const headers = { authorization: `Bearer ${connection.key}` };
  const call = async (path: string, method: string): Promise<{ id?: string; status?: string }> =>
    (await (await fetch(`${connection.address}${path}`, { method, headers })).json()) as {
      id?: string;
      status?: string;
    };
  const before = request.resume as { sent?: true; job?: string } | null;
  let job = before?.job;
  if (job === undefined) {
    if (before?.sent) throw new DioramaError('outcome-unknown');
    await context.checkpoint({ sent: true });
    job = (await call(`/jobs?prompt=${encodeURIComponent(request.prompt)}`, 'POST')).id!;
    await context.checkpoint({ job });
  }
  context.onProgress({ stage: 'waiting', fraction: 0.2 });
  if (words.has('crash')) process.kill(process.pid, 'SIGKILL');
  for (;;) {
    const { status } = await call(`/jobs/${job}`, 'GET');
    if (status === 'done') break;
    if (status === undefined) throw new DioramaError('remote-job-lost');
    try {
      await sleep(10, undefined, { signal: context.signal });
    } catch (cause) {
      await call(`/jobs/${job}`, 'DELETE');
      throw new DioramaError('canceled', undefined, { cause });
    }
  }
  context.onCost(reported(0.04));
}
