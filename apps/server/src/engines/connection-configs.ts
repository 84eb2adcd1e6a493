import type { EngineKind, EngineKindInfo, ProbeReport } from '@diorama/contracts';
import type { ConnectionConfig } from '@diorama/engines';
import { keyOwner, type SecretBox } from '../security/secret-box.ts';
import type { StoredConnection } from '../storage/engine-connections.ts';
import type { EditedPrice } from '../storage/settings.ts';

/** A connection with all that is known of it. */
export interface KnownConnection {
  readonly config: ConnectionConfig;
  readonly source: 'settings' | 'environment';
  /** As the owner gave it; null for the kind's own. */
  readonly address: string | null;
  /** There is a sealed key that does not open. */
  readonly isKeyUnreadable: boolean;
  readonly createdAt: string | null;
}

export interface ConnectionFacts {
  readonly kinds: readonly EngineKindInfo[];
  /** Of the environment, with their keys. */
  readonly environment: readonly ConnectionConfig[];
  readonly stored: readonly StoredConnection[];
  readonly prices: readonly EditedPrice[];
  readonly box: SecretBox;
}

/** Every connection, those of the settings first, ready to be used. Reports are put in with `withProbes`. */
export function knownConnections(facts: ConnectionFacts): KnownConnection[] {
  const { stored, environment, kinds, prices, box } = facts;
  const taken = new Set(stored.map(({ id }) => id));
  return [
    ...stored.map((connection): KnownConnection => {
      const key = connection.sealedKey && box.open(connection.sealedKey, keyOwner(connection.id));
      return {
        config: {
          id: connection.id,
          kind: connection.kind as ConnectionConfig['kind'],
          name: connection.name,
          address: effectiveAddress(connection, kinds),
          key,
          allowPrivate: connection.allowPrivate,
          enabled: connection.enabled,
          defaultModel: connection.defaultModel,
          extraModels: connection.extraModels,
          options: connection.options,
          probe: null,
          prices: pricesOf(connection.kind, prices),
        },
        source: 'settings',
        address: connection.address,
        isKeyUnreadable: connection.sealedKey !== null && key === null,
        createdAt: connection.createdAt,
      };
    }),
    ...environment.map((config): KnownConnection => {
      // The page was first; the environment's is another connection all the same.
      const id = taken.has(config.id) ? `${config.id}-environment` : config.id;
      const own = infoOf(config.kind, kinds)?.defaultAddress;
      return {
        config: { ...config, id, prices: pricesOf(config.kind, prices) },
        source: 'environment',
        address:
          own !== undefined && withoutSlash(own) === config.address ? null : withoutUser(config.address),
        isKeyUnreadable: false,
        createdAt: null,
      };
    }),
  ];
}

/** What a test is about, in the words of the repository that keeps its report. */
export function testedPart({ config }: KnownConnection): {
  readonly id: string;
  readonly kind: EngineKind;
  readonly address: string;
  readonly allowPrivate: boolean;
} {
  const { id, kind, address, allowPrivate } = config;
  return { id, kind, address, allowPrivate };
}

export function withProbes(
  connections: readonly KnownConnection[],
  probes: ReadonlyMap<string, ProbeReport>,
): KnownConnection[] {
  return connections.map((connection) => ({
    ...connection,
    config: { ...connection.config, probe: probes.get(connection.config.id) ?? null },
  }));
}

export function effectiveAddress(
  { kind, address }: { readonly kind: EngineKind; readonly address: string | null },
  kinds: readonly EngineKindInfo[],
): string {
  return withoutSlash(address ?? infoOf(kind, kinds)?.defaultAddress ?? '');
}

export function infoOf(kind: EngineKind, kinds: readonly EngineKindInfo[]): EngineKindInfo | undefined {
  return kinds.find((info) => info.kind === kind);
}

function pricesOf(kind: EngineKind, prices: readonly EditedPrice[]): ConnectionConfig['prices'] {
  return prices.filter((entry) => entry.kind === kind).map(({ model, price }) => ({ model, price }));
}

/** Such an address is refused, but whoever set it may have put a password there. */
function withoutUser(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:)?[/\\]*[^/\\?#]*@/i, '$1//');
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '');
}
