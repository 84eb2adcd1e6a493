import { resolve } from 'node:path';
import { DioramaError, NO_CAPABILITIES, type ProbeReport, toDioramaError } from '@diorama/contracts';
import { createBuiltinEngine, createEngines, type Engine, type EngineRegistry } from '@diorama/engines';
import {
  connectionsFromEnvironment,
  createConnectedEngine,
  ENGINE_KIND_INFOS,
} from '@diorama/engines/connect';
import { type KnownConnection, readConnections } from '@diorama/server';
import type { CommandIo } from '../io.ts';

/** The engines that can be used from here. */
export interface OpenEngines {
  readonly registry: EngineRegistry;
  /** Where an engine comes from; the built-in one has no entry. */
  readonly sources: ReadonlyMap<string, KnownConnection['source']>;
}

/**
 * The built-in engine, those that the environment names, and those of the data folder (DIORAMA_DATA_DIR, else ./data),
 * which is only read: a server may be using it.
 *
 * @throws {DioramaError} `storage-failed` when the database of the data folder cannot be read.
 */
export async function openEngines(io: CommandIo): Promise<OpenEngines> {
  const known = (await readKnown(io)).filter(({ config }) => config.enabled);
  for (const { config } of known) if (config.key !== null) io.hide(config.key);
  const engines: Engine[] = [createBuiltinEngine(), ...known.map(toEngine)];
  return {
    registry: createEngines({ engines }),
    sources: new Map(known.map(({ config, source }) => [config.id, source])),
  };
}

/**
 * One engine, ready to be used. A server that was never tested is asked for its models first: nobody else will do that
 * for a command.
 *
 * @throws {DioramaError} `unknown-engine`, or `engine-unavailable` with what the test found wrong.
 */
export async function openEngine(id: string, io: CommandIo): Promise<Engine> {
  const builtin = createBuiltinEngine();
  // It needs no look at the data folder.
  if (id === builtin.id) return builtin;
  const known = (await readKnown(io)).find(({ config }) => config.id === id && config.enabled);
  if (!known) return (await openEngines(io)).registry.get(id);
  const engine = toEngine(known);
  const { models } = await engine.describe();
  if (models.length > 0 || known.isKeyUnreadable) return engine;
  const probe = await engine.test({ signal: io.signal, log: () => {} });
  const fault = probe.checks.find(({ ok }) => !ok);
  if (fault && probe.models.length === 0)
    throw new DioramaError('engine-unavailable', `${known.config.name}: ${fault.detail}`, {
      hint: fault.hint,
    });
  return createConnectedEngine({ ...known.config, probe });
}

async function readKnown(io: CommandIo): Promise<KnownConnection[]> {
  const environment = connectionsFromEnvironment(io.env);
  for (const { key } of environment) if (key !== null) io.hide(key);
  try {
    return await readConnections(resolve(io.cwd, io.env.DIORAMA_DATA_DIR || 'data'), {
      kinds: ENGINE_KIND_INFOS,
      environment,
    });
  } catch (cause) {
    throw new DioramaError('storage-failed', 'The database of the data folder cannot be read.', {
      hint: 'Check it with `npx diorama doctor`, or choose another folder with DIORAMA_DATA_DIR.',
      cause,
    });
  }
}

/** One that cannot be set up says so in its place, and the others work. */
function toEngine(known: KnownConnection): Engine {
  try {
    return workingEngine(known);
  } catch (thrown) {
    return brokenEngine(known, toDioramaError(thrown));
  }
}

function brokenEngine({ config, source }: KnownConnection, { message }: DioramaError): Engine {
  const { id, kind, name } = config;
  const reason = `Its settings do not fit: ${message}`;
  const info = ENGINE_KIND_INFOS.find((one) => one.kind === kind);
  const hint =
    source === 'environment'
      ? `Correct the environment: ${(info?.environment ?? []).join(', ')}.`
      : 'Correct them on the page Engines.';
  return {
    id,
    kind,
    describe: async () => ({
      ...{ id, kind, name, location: info?.location ?? 'cloud', summary: '' },
      ...{ available: false, reason: `${reason} ${hint}`, models: [], defaultModel: null },
      ...{ capabilities: NO_CAPABILITIES, typicalMs: null, price: null, isFree: false },
    }),
    generate: async () => {
      throw new DioramaError('engine-unavailable', reason, { hint });
    },
    test: async () => failedReport('settings', reason, hint),
  };
}

function failedReport(check: string, detail: string, hint: string): ProbeReport {
  return {
    ok: false,
    testedAt: new Date().toISOString(),
    ms: 0,
    checks: [{ check, ok: false, detail, hint }],
    models: [],
    server: null,
  };
}

function workingEngine({ config, isKeyUnreadable }: KnownConnection): Engine {
  const engine = createConnectedEngine(config);
  if (!isKeyUnreadable) return engine;
  const reason = 'Its key cannot be read: secret.key of the data folder is missing, damaged or another one.';
  const hint = 'Enter the key again on the page Engines.';
  return {
    ...engine,
    describe: async () => ({ ...(await engine.describe()), available: false, reason: `${reason} ${hint}` }),
    generate: async () => {
      throw new DioramaError('key-missing', reason, { hint });
    },
    test: async () => failedReport('key', reason, hint),
  };
}
