import type { EngineKind, Price, ProbeReport } from '@diorama/contracts';

/** A connection with its key, as the process that calls the service has it. Never logged, never sent to a browser. */
export interface ConnectionConfig {
  /** Engine id: lower-case letters, digits and `-`. */
  readonly id: string;
  readonly kind: Exclude<EngineKind, 'builtin'>;
  readonly name: string;
  /** Without a slash at the end; the kind's own where the owner gave none. */
  readonly address: string;
  readonly key: string | null;
  /** The owner said that the address may be private or loopback. */
  readonly allowPrivate: boolean;
  readonly enabled: boolean;
  readonly defaultModel: string | null;
  readonly extraModels: readonly string[];
  /** Settings of the kind; each adapter has a schema for its own. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What the last test found; null before the first. */
  readonly probe: ProbeReport | null;
  /** Prices that the owner entered for models of this kind. */
  readonly prices: readonly { readonly model: string; readonly price: Price }[];
}
