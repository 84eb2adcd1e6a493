import {
  DioramaError,
  type EngineConnection,
  type EngineConnectionPatch,
  type EngineDescription,
  type EngineKindInfo,
  type EngineSettings,
  LIMITS,
  type NewEngineConnection,
  type Price,
  type PriceEntry,
  type ProbeReport,
} from '@diorama/contracts';
import type { ConnectionConfig } from '@diorama/engines';
import { Turnstile } from '../http/turnstile.ts';
import type { ConnectionHost } from '../jobs/connected-host.ts';
import type { LoadedConnections } from '../jobs/render-messages.ts';
import type { KnownSecrets } from '../security/known-secrets.ts';
import { keyOwner, type SecretBox } from '../security/secret-box.ts';
import type { ConnectionRepository, StoredConnection } from '../storage/engine-connections.ts';
import type { SettingsRepository } from '../storage/settings.ts';
import {
  effectiveAddress,
  infoOf,
  type KnownConnection,
  knownConnections,
  testedPart,
  withProbes,
} from './connection-configs.ts';

export interface EngineSettingsDependencies {
  readonly connections: ConnectionRepository;
  readonly settings: SettingsRepository;
  readonly box: SecretBox;
  readonly secrets: KnownSecrets;
  /** Ids that belong to engines which are always there. */
  readonly reservedIds: () => Promise<readonly string[]>;
  readonly now?: () => number;
}

const KEY_UNREADABLE = 'Its key cannot be read: the file secret.key is missing, damaged or another one.';
const ENTER_AGAIN = 'Enter the key again on the page Engines.';

/**
 * What the owner has set up: connections with their keys, prices, budget and the default engine. A change is stored
 * first, then the process of the connected engines follows, so that it counts at once.
 */
export class EngineSettingsService {
  readonly #deps: EngineSettingsDependencies;
  /** One change after the other: each looks at what there is before it writes. */
  readonly #turns = new Turnstile(1);
  #host: ConnectionHost | null = null;
  #unreadable: ReadonlySet<string> = new Set();

  constructor(deps: EngineSettingsDependencies) {
    this.#deps = deps;
  }

  /** Host and settings need each other: the host asks for the connections, the settings tell it of changes. */
  attach(host: ConnectionHost): void {
    this.#host = host;
  }

  /** For the host, whenever it is to be configured. From then on the keys are known as secrets. */
  async configs(loaded: LoadedConnections): Promise<readonly ConnectionConfig[]> {
    const known = await this.#known(loaded);
    this.#deps.secrets.add(...known.flatMap(({ config }) => config.key ?? []));
    this.#unreadable = new Set(
      known.filter(({ isKeyUnreadable }) => isKeyUnreadable).map(({ config }) => config.id),
    );
    return known.map(({ config }) => config);
  }

  /** The engine's process knows nothing of keys that do not open. */
  withKeyProblem(description: EngineDescription): EngineDescription {
    if (!this.#unreadable.has(description.id)) return description;
    return { ...description, available: false, reason: `${KEY_UNREADABLE} ${ENTER_AGAIN}` };
  }

  async chosenDefault(): Promise<string | null> {
    return await this.#deps.settings.defaultEngine();
  }

  /** @param defaultEngine The one in effect. */
  async read(defaultEngine: string): Promise<EngineSettings> {
    const loaded = await this.#loaded();
    const [known, budget, prices] = await Promise.all([
      this.#known(loaded),
      this.#deps.settings.budget(),
      this.#prices(),
    ]);
    return { kinds: [...loaded.kinds], connections: known.map(toView), defaultEngine, budget, prices };
  }

  async update(patch: {
    readonly defaultEngine?: string | undefined;
    readonly budget?: EngineSettings['budget'] | undefined;
  }): Promise<void> {
    await this.#deps.settings.update(patch);
  }

  async setPrice(kind: PriceEntry['kind'], model: string, price: Price | null): Promise<void> {
    await this.#deps.settings.setPrice(kind, model, price);
    await this.#requireHost().reconfigure();
  }

  /** @throws {DioramaError} `invalid-request` naming the field, `storage-failed` when the key cannot be sealed. */
  async add(wanted: NewEngineConnection): Promise<EngineConnection> {
    return await this.#turns.take(async () => {
      const loaded = await this.#loaded();
      const info = requireKind(wanted.kind, loaded.kinds);
      const known = await this.#known(loaded);
      if (known.filter(({ source }) => source === 'settings').length >= LIMITS.engineConnections)
        throw new DioramaError('conflict', `There are ${LIMITS.engineConnections} connections already.`, {
          hint: 'Remove one that is not used any more.',
        });
      const taken = new Set([...known.map(({ config }) => config.id), ...(await this.#deps.reservedIds())]);
      const id = freeId(wanted.kind, taken);
      const stored: Omit<StoredConnection, 'createdAt'> = {
        id,
        kind: wanted.kind,
        name: wanted.name ?? info.name,
        address: wanted.address,
        sealedKey: null,
        allowPrivate: wanted.allowPrivate,
        enabled: true,
        defaultModel: wanted.defaultModel,
        extraModels: wanted.extraModels,
        options: wanted.options,
      };
      await this.#check({ ...stored, createdAt: '' }, wanted.key ?? null, loaded);
      await this.#deps.connections.add({
        ...stored,
        sealedKey: wanted.key === undefined ? null : this.#deps.box.seal(wanted.key, keyOwner(id)),
      });
      return await this.#changed(id, loaded);
    });
  }

  /** @throws {DioramaError} `not-found`, `conflict` for one of the environment, `invalid-request`. */
  async change(id: string, patch: EngineConnectionPatch): Promise<EngineConnection> {
    return await this.#turns.take(async () => {
      const { connections, box } = this.#deps;
      const loaded = await this.#loaded();
      const before = await this.#requireStored(id, loaded);
      const { key, ...fields } = patch;
      const after: StoredConnection = { ...before, ...withoutAbsent(fields) };
      const hasMoved = originOf(after, loaded.kinds) !== originOf(before, loaded.kinds);
      // Else whoever may change the address could have the key sent to a server of theirs.
      if (hasMoved && before.sealedKey !== null && key === undefined)
        throw fieldError('key', 'must be entered again when the address changes');
      const oldKey = before.sealedKey && box.open(before.sealedKey, keyOwner(id));
      await this.#check(after, key === undefined ? oldKey : key, loaded);
      if (key !== undefined) await connections.dropProbe(id);
      await connections.replace({
        ...after,
        sealedKey: key === undefined ? before.sealedKey : key === null ? null : box.seal(key, keyOwner(id)),
      });
      return await this.#changed(id, loaded);
    });
  }

  /** @throws {DioramaError} `not-found`, `conflict` for one of the environment. */
  async remove(id: string): Promise<void> {
    await this.#turns.take(async () => {
      await this.#requireStored(id, await this.#loaded());
      await this.#deps.connections.delete(id);
      await this.#requireHost().reconfigure();
    });
  }

  /** Calls the engine without making an image, and keeps the report. @throws {DioramaError} `not-found`. */
  async test(id: string): Promise<ProbeReport> {
    const host = this.#requireHost();
    const loaded = await host.loaded();
    const connection = (await this.#known(loaded)).find(({ config }) => config.id === id);
    if (!connection) throw notFound();
    if (connection.isKeyUnreadable) return this.#unreadableReport();
    const report = await host.ask({ about: 'test', connection: connection.config });
    await this.#deps.connections.saveProbe(testedPart(connection), report);
    await host.reconfigure();
    return report;
  }

  async #known(loaded: LoadedConnections): Promise<KnownConnection[]> {
    const { connections, settings, box } = this.#deps;
    const [stored, prices] = await Promise.all([connections.list(), settings.prices()]);
    const known = knownConnections({ ...loaded, stored, prices, box });
    const probes = new Map(await connections.probes(known.map(testedPart)));
    for (const { config, isKeyUnreadable } of known)
      if (isKeyUnreadable) probes.set(config.id, this.#unreadableReport());
    return withProbes(known, probes);
  }

  /** Prices of the models that the connected engines have, and those that the owner entered. */
  async #prices(): Promise<PriceEntry[]> {
    const edited = await this.#deps.settings.prices();
    const entries = new Map<string, PriceEntry>();
    const keyOf = (kind: string, model: string): string => `${kind} ${model}`;
    const { engines } = await this.#requireHost().engines();
    for (const { kind, models } of engines)
      for (const { id, price } of models)
        if (price) entries.set(keyOf(kind, id), { kind, model: id, price, isEdited: false });
    for (const entry of edited) entries.set(keyOf(entry.kind, entry.model), { ...entry, isEdited: true });
    return [...entries.values()];
  }

  /** Whether such a connection can be made at all, before it is stored. */
  async #check(connection: StoredConnection, key: string | null, loaded: LoadedConnections): Promise<void> {
    const info = requireKind(connection.kind, loaded.kinds);
    if (key !== null && info.key === 'none') throw fieldError('key', `${info.name} has none`);
    const address = effectiveAddress(connection, loaded.kinds);
    if (address === '') throw fieldError('address', `${info.name} needs the address of your server`);
    if (key !== null) this.#deps.secrets.add(key);
    const { id, name, allowPrivate, enabled, defaultModel, extraModels, options } = connection;
    const kind = connection.kind as ConnectionConfig['kind'];
    await this.#requireHost().ask({
      about: 'description',
      connection: {
        ...{ id, kind, name, address, key, allowPrivate, enabled, defaultModel, extraModels, options },
        probe: null,
        prices: [],
      },
    });
  }

  async #changed(id: string, loaded: LoadedConnections): Promise<EngineConnection> {
    await this.#requireHost().reconfigure();
    const connection = (await this.#known(loaded)).find(({ config }) => config.id === id);
    if (!connection) throw notFound();
    return toView(connection);
  }

  async #requireStored(id: string, loaded: LoadedConnections): Promise<StoredConnection> {
    const stored = await this.#deps.connections.find(id);
    if (stored) return stored;
    if ((await this.#known(loaded)).some(({ config }) => config.id === id))
      throw new DioramaError('conflict', 'This connection comes from the environment.', {
        hint: 'Change it where the environment of the server is set, then start the server again.',
      });
    throw notFound();
  }

  #unreadableReport(): ProbeReport {
    return {
      ok: false,
      testedAt: new Date(this.#deps.now?.() ?? Date.now()).toISOString(),
      ms: 0,
      checks: [{ check: 'key', ok: false, detail: KEY_UNREADABLE, hint: ENTER_AGAIN }],
      models: [],
      server: null,
    };
  }

  async #loaded(): Promise<LoadedConnections> {
    return await this.#requireHost().loaded();
  }

  #requireHost(): ConnectionHost {
    if (!this.#host) throw new Error('the settings have no host yet');
    return this.#host;
  }
}

function toView({ config, source, address, isKeyUnreadable, createdAt }: KnownConnection): EngineConnection {
  const { key, prices: _prices, ...shown } = config;
  return {
    ...shown,
    address,
    extraModels: [...config.extraModels],
    options: { ...config.options },
    // One that cannot be read is as good as none, and has to be entered again like one.
    hasKey: key !== null && !isKeyUnreadable,
    source,
    createdAt,
  };
}

/** `openai`, else `openai-2`, `openai-3` … */
function freeId(kind: string, taken: ReadonlySet<string>): string {
  let id = kind;
  for (let number = 2; taken.has(id) || id === 'builtin'; number += 1) id = `${kind}-${number}`;
  return id;
}

function originOf(
  connection: Pick<StoredConnection, 'kind' | 'address'>,
  kinds: readonly EngineKindInfo[],
): string {
  const address = effectiveAddress(connection, kinds);
  return URL.canParse(address) ? new URL(address).origin : address;
}

function withoutAbsent<T extends object>(patch: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function requireKind(kind: string, kinds: readonly EngineKindInfo[]): EngineKindInfo {
  const info = infoOf(kind as EngineKindInfo['kind'], kinds);
  if (!info) throw fieldError('kind', 'there is no such kind of engine here');
  return info;
}

function notFound(): DioramaError {
  return new DioramaError('not-found', 'There is no such connection.');
}

function fieldError(field: string, message: string): DioramaError {
  return new DioramaError('invalid-request', `${field}: ${message}.`, {
    details: { issues: [{ field, message }] },
  });
}
