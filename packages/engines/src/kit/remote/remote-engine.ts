import {
  ASPECT_RATIOS,
  DioramaError,
  type EngineDescription,
  type EngineKindInfo,
  type EngineModel,
  LIMITS,
  type ProbeReport,
  toDioramaError,
} from '@diorama/contracts';
import { checkEngineRequest } from '../check-request.ts';
import type { Engine, EngineContext, EngineRequest, EngineResult } from '../engine.ts';
import { type BreakerRules, CircuitBreaker, DEFAULT_BREAKER } from '../http/circuit-breaker.ts';
import { createDispatcher, createHttp } from '../http/create-http.ts';
import type { Http, Timeouts } from '../http/http.ts';
import { redact } from '../http/redact.ts';
import { DEFAULT_RETRY, type RetryRules } from '../http/retry.ts';
import { NO_CAPABILITIES } from '../registry.ts';
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
 * @throws {DioramaError} `invalid-request` when the connection's options do not fit its kind.
 */
export function createRemoteEngine(
  connection: ConnectionConfig,
  { info, create }: AdapterModule,
  options: RemoteEngineOptions = {},
): Engine {
  const adapter = create(connection);
  const clock = options.clock ?? systemClock;
  const timeoutCaps = options.timeoutCaps ?? {};
  const retry = { ...DEFAULT_RETRY, ...options.retry };
  const rules = { address: connection.address, allowPrivate: connection.allowPrivate };
  const secrets = connection.key === null ? [] : secretsOf(connection.key);
  const dispatcher = createDispatcher(rules, timeoutCaps.connectMs);
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
  const reason = reasonOf(connection, info, all.length > 0);
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

function reasonOf(connection: ConnectionConfig, info: EngineKindInfo, hasModels: boolean): string | null {
  if (!connection.enabled) return 'It is switched off on the page Engines.';
  if (info.key === 'required' && connection.key === null)
    return 'Its key is missing. Add it on the page Engines.';
  if (!hasModels) return 'Its models are not known yet. Test it on the page Engines.';
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
    const reason = reasonOf(parts.connection, parts.info, true);
    if (reason !== null)
      throw new DioramaError(reason.includes('key') ? 'key-missing' : 'engine-unavailable', reason);
    return await breaker.run(() => generateRemotely(parts, request, context));
  } catch (thrown) {
    if (signal.aborted) throw new DioramaError('canceled', undefined, { cause: thrown });
    throw withoutSecrets(toDioramaError(thrown, 'engine-failed'), parts.secrets);
  }
}

async function test(parts: RemoteEngineParts, signal: AbortSignal): Promise<ProbeReport> {
  const { clock, adapter, connection } = parts;
  const began = clock.now();
  const report = (found: Pick<ProbeReport, 'checks' | 'models' | 'server'>): ProbeReport => ({
    ...found,
    ok: found.checks.length > 0 && found.checks.every(({ ok }) => ok),
    testedAt: new Date(began).toISOString(),
    ms: Math.max(0, Math.round(clock.now() - began)),
  });
  try {
    if (parts.info.key === 'required' && connection.key === null) throw new DioramaError('key-missing');
    const { checks, models, server } = await adapter.probe({ http: parts.openHttp(signal), signal, clock });
    return report({
      checks,
      models: models.map((model) => withOwnPrice(model, connection)),
      server: server === null ? null : redact(server, parts.secrets).slice(0, 200),
    });
  } catch (thrown) {
    if (signal.aborted) throw new DioramaError('canceled', undefined, { cause: thrown });
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
  const message = redact(error.message, secrets);
  const hint = redact(error.hint, secrets);
  const details = JSON.parse(redact(JSON.stringify(error.details), secrets)) as Record<string, unknown>;
  return new DioramaError(error.code, message, { hint, details, cause: error.cause });
}

/** For models without rules of their own: every ratio and every size is made by the kit's policy. */
export const ANY_RATIO = [...ASPECT_RATIOS];
export const ANY_LONG_EDGE = { longEdgeMin: LIMITS.longEdgeMin, longEdgeMax: LIMITS.longEdgeMax } as const;
