import type { EngineKindInfo } from '@diorama/contracts';
import { ADAPTERS } from '../adapters/index.ts';
import type { ConnectionConfig } from '../kit/remote/connection.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Connections that the environment describes: for each kind, a variable with a key or an address is enough. An address
 * in the environment is the operator's word, so it may be private. Names that end in `_URL` hold addresses, all others
 * keys; the first that is set counts.
 */
export function connectionsFromEnvironment(env: Environment): ConnectionConfig[] {
  return Object.values(ADAPTERS).flatMap(({ info }) => {
    const key = firstOf(env, info, (name) => !name.endsWith('_URL'));
    const address = firstOf(env, info, (name) => name.endsWith('_URL'));
    if (info.address === 'required' ? address === null : key === null) return [];
    return [connectionOf(info, key, address)];
  });
}

function connectionOf(info: EngineKindInfo, key: string | null, address: string | null): ConnectionConfig {
  return {
    id: info.kind,
    kind: info.kind as ConnectionConfig['kind'],
    name: info.name,
    address: withoutSlash(address ?? info.defaultAddress),
    key,
    allowPrivate: address !== null,
    enabled: true,
    defaultModel: null,
    extraModels: [],
    options: {},
    probe: null,
    prices: [],
  };
}

/** An address as it is put before a path. */
function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '');
}

function firstOf(env: Environment, info: EngineKindInfo, fits: (name: string) => boolean): string | null {
  for (const name of info.environment) {
    const value = fits(name) ? env[name]?.trim() : undefined;
    if (value) return value;
  }
  return null;
}
