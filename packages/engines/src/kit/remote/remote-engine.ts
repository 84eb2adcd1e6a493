import {
  DioramaError,
  type EngineDescription,
  type EngineKindInfo,
  type EngineModel,
  type ErrorCode,
  engineAddressSchema,
  NO_CAPABILITIES,
  type ProbeReport,
  toDioramaError,
} from '@diorama/contracts';
import { checkEngineRequest } from '../check-request.ts';
import type { Engine, EngineContext, EngineRequest, EngineResult } from '../engine.ts';
import { type BreakerRules, CircuitBreaker, DEFAULT_BREAKER } from '../http/circuit-breaker.ts';
import { createHttp, DEFAULT_TIMEOUTS } from '../http/create-http.ts';
import { createDispatcher } from '../http/dispatcher.ts';
import type { Http, Timeouts } from '../http/http.ts';
import { redact, redactCause, redactJson } from '../http/redact.ts';
import { DEFAULT_RETRY, type RetryRules } from '../http/retry.ts';
import type { Adapter, AdapterModule } from './adapter.ts';
import { type Clock, systemClock } from './clock.ts';
import type { ConnectionConfig } from './connection.ts';
import { generateRemotely } from './generate-remotely.ts';

export interface RemoteEngineOptions {
  readonly clock?: Clock;
  /** No call waits longer than this, whatever the adapter asks for; for tests. */
  readonly timeoutCaps?: Partial<Timeouts>;
  readonly retry?: Partial<RetryRules>;
  readonly breaker?: BreakerRules;
}

/** Everything that the jobs of one connection share. */
export interface RemoteEngineParts {
  readonly connection: ConnectionConfig;
  readonly info: EngineKindInfo;
  readonly adapter: Adapter;
  readonly clock: Clock;
  readonly secrets: readonly string[];
  readonly models: () => readonly EngineModel[];
  readonly openHttp: (signal: AbortSignal) => Http;
}

/**
 * An engine that is a service or a program elsewhere: the adapter knows its protocol, this knows everything that all of
 * them have in common.
 *
 * @throws {DioramaError} `invalid-request` when the connection's options do not fit its kind, or its address is none.
 */
export function createRemoteEngine(
  connection: ConnectionConfig,
  { info, create }: AdapterModule,
  options: RemoteEngineOptions = {},
): Engine {
  const address = engineAddressSchema.safeParse(connection.address);
  if (!address.success)
    throw new DioramaError('invalid-request', `address: ${address.error.issues[0]?.message ?? ''}`);
  const adapter = create(connection);
  const clock = options.clock ?? systemClock;
  const timeoutCaps = options.timeoutCaps ?? {};
  const retry = { ...DEFAULT_RETRY, ...options.retry };
  const rules = { address: connection.address, allowPrivate: connection.allowPrivate };
  const secrets = connection.key === null ? [] : secretsOf(connection.key);
  const dispatcher = createDispatcher(rules, timeoutCaps.connectMs ?? DEFAULT_TIMEOUTS.connectMs);
  const breaker = new CircuitBreaker(connection.name, clock, options.breaker ?? DEFAULT_BREAKER);

  const models = (): readonly EngineModel[] => {
    const listed = adapter.models();
    const known = new Set(listed.map(({ id }) => id));
    const extra = connection.extraModels
      .filter((id) => !known.has(id))
      .map((id) => adapter.unlistedModel(id));
    const priced = [...extra, ...listed].map((model) => withOwnPrice(model, connection));
    const chosen = priced.findIndex(({ id }) => id === connection.defaultModel);
    return chosen > 0 ? [priced[chosen]!, ...priced.toSpliced(chosen, 1)] : priced;
  };

  const parts: RemoteEngineParts = {
    connection,
    info,
    adapter,
    clock,
    secrets,
    models,
    openHttp: (signal) =>
      createHttp(
        {
          rules,
          engineName: connection.name,
          keyHeaders: adapter.headers(),
          sendsKeyTo: adapter.sendsKeyTo?.bind(adapter),
          secrets,
          readError: adapter.readError?.bind(adapter),
          timeoutCaps,
          retry,
          clock,
        },
        dispatcher,
        signal,
      ),
  };

  return {
    id: connection.id,
    kind: connection.kind,
    describe: async () => describe(parts),
    generate: async (request, context) => await generate(parts, breaker, request, context),
    test: async (context) => await test(parts, context.signal),
  };
}

function describe({ connection, info, adapter, models }: RemoteEngineParts): EngineDescription {
  const all = models();
  const [first] = all;
  const reason = obstacleOf(connection, info)?.reason ?? (all.length > 0 ? null : NO_MODELS);
  return {
    id: connection.id,
    kind: connection.kind,
    location: info.location,
    name: connection.name,
    summary: adapter.summary,
    available: reason === null,
    reason,
    models: [...all],
    defaultModel: first?.id ?? null,
    capabilities: first?.capabilities ?? NO_CAPABILITIES,
    typicalMs: adapter.typicalMs,
    price: first?.price ?? null,
    isFree: info.location === 'own-server' && connection.kind !== 'openai-compatible',
  };
}

const NO_MODELS = 'Its models are not known yet. Test it on the page Engines.';

/** Why a connection cannot be used as it is set up; null when it can. */
function obstacleOf(
  { enabled, key }: ConnectionConfig,
  info: EngineKindInfo,
): { readonly code: ErrorCode; readonly reason: string } | null {
  if (!enabled) return { code: 'engine-unavailable', reason: 'It is switched off on the page Engines.' };
  if (info.key === 'required' && key === null)
    return { code: 'key-missing', reason: 'Its key is missing. Add it on the page Engines.' };
  return null;
}

async function generate(
  parts: RemoteEngineParts,
  breaker: CircuitBreaker,
  request: EngineRequest,
  context: EngineContext,
): Promise<EngineResult> {
  const { signal } = context;
  try {
    if (signal.aborted) throw new DioramaError('canceled');
    checkEngineRequest(request);
    const obstacle = obstacleOf(parts.connection, parts.info);
    if (obstacle) throw new DioramaError(obstacle.code, obstacle.reason);
    const work = () => generateRemotely(parts, request, context);
    // What an earlier attempt paid for is looked for also while nothing new would be asked of the service.
    return request.resume === null || request.resume === undefined ? await breaker.run(work) : await work();
  } catch (thrown) {
    if (signal.aborted) throw canceledBy(thrown, parts.secrets);
    throw withoutSecrets(toDioramaError(thrown, 'engine-failed'), parts.secrets);
  }
}

async function test(parts: RemoteEngineParts, signal: AbortSignal): Promise<ProbeReport> {
  const { clock, adapter, connection } = parts;
  const testedAt = new Date(clock.now()).toISOString();
  const began = clock.elapsedMs();
  const report = (found: Pick<ProbeReport, 'checks' | 'models' | 'server'>): ProbeReport => ({
    ...found,
    ok: found.checks.length > 0 && found.checks.every(({ ok }) => ok),
    testedAt,
    ms: Math.round(clock.elapsedMs() - began),
  });
  try {
    if (parts.info.key === 'required' && connection.key === null) throw new DioramaError('key-missing');
    const { checks, models, server } = await adapter.probe({ http: parts.openHttp(signal), signal, clock });
    // Names of models and of accounts are what the service says.
    return redactJson(
      report({
        checks,
        models: models.map((model) => withOwnPrice(model, connection)),
        server: server?.slice(0, 200) ?? null,
      }),
      parts.secrets,
    );
  } catch (thrown) {
    if (signal.aborted) throw canceledBy(thrown, parts.secrets);
    const { code, message, hint } = withoutSecrets(toDioramaError(thrown, 'engine-failed'), parts.secrets);
    const check = code === 'key-missing' || code === 'key-refused' ? 'key' : 'address';
    return report({ checks: [{ check, ok: false, detail: message, hint }], models: [], server: null });
  }
}

function withOwnPrice(model: EngineModel, { prices }: ConnectionConfig): EngineModel {
  const own = prices.find((entry) => entry.model === model.id);
  return own ? { ...model, price: own.price } : model;
}

/** "user:password" is also sent as its two halves. */
function secretsOf(key: string): string[] {
  const password = key.includes(':') ? key.slice(key.indexOf(':') + 1) : '';
  return password.length >= 6 ? [key, password] : [key];
}

/** The second line of defence: whatever an adapter or a library wrote into an error. */
function withoutSecrets(error: DioramaError, secrets: readonly string[]): DioramaError {
  return new DioramaError(error.code, redact(error.message, secrets).slice(0, MESSAGE_CHARACTERS), {
    hint: redact(error.hint, secrets).slice(0, MESSAGE_CHARACTERS),
    details: redactJson({ ...error.details }, secrets),
    cause: redactCause(error.cause, secrets),
  });
}

/** A service that talks more is cut short: messages are kept and shown. */
const MESSAGE_CHARACTERS = 800;

function canceledBy(thrown: unknown, secrets: readonly string[]): DioramaError {
  return new DioramaError('canceled', undefined, { cause: redactCause(thrown, secrets) });
}
