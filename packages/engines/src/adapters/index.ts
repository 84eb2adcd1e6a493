import type { AdapterModule } from '../kit/remote/adapter.ts';
import type { ConnectionConfig } from '../kit/remote/connection.ts';

/** One adapter for each kind, in the order in which the settings page lists them. */
export const ADAPTERS = {} as Readonly<Record<ConnectionConfig['kind'], AdapterModule>>;
