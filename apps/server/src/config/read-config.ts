import { resolve } from 'node:path';
import { type ReachOptions, requireSafeReach } from './reach.ts';
import { misconfigured } from './start-error.ts';

export const DEFAULT_PORT = 4270;

export interface ServerConfig extends ReachOptions {
  /** 0 lets the operating system choose. */
  readonly port: number;
  readonly host: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly logLevel: LogLevel;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Reads the configuration from environment variables; an empty variable counts as absent.
 *
 * @throws {StartError} Exit code 2, naming the variable. A setting that is known but not honoured yet is refused too:
 * ignoring it would put data where nobody expects it.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ServerConfig {
  refuseUnsupported(env);
  const reach = readReach(env);
  requireSafeReach(reach);
  return {
    ...reach,
    port: readPort(env.DIORAMA_PORT),
    dataDir: resolve(env.DIORAMA_DATA_DIR || 'data'),
    logLevel: readLogLevel(env.DIORAMA_LOG_LEVEL),
  };
}

function refuseUnsupported(env: Readonly<Record<string, string | undefined>>): void {
  if (env.DATABASE_URL)
    throw misconfigured(
      'DATABASE_URL is set, but PostgreSQL is not supported yet.',
      'Unset DATABASE_URL; the embedded database in the data folder is used.',
    );
  if (env.DIORAMA_STORAGE_URL)
    throw misconfigured(
      'DIORAMA_STORAGE_URL is set, but object storage is not supported yet.',
      'Unset DIORAMA_STORAGE_URL; files are kept in the data folder.',
    );
}

function readPort(text: string | undefined): number {
  if (!text) return DEFAULT_PORT;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw misconfigured('DIORAMA_PORT is not a port number.', 'Use a number from 0 to 65535.');
  return port;
}

function readReach(
  env: Readonly<Record<string, string | undefined>>,
): ReachOptions & { readonly host: string } {
  return {
    host: env.DIORAMA_HOST || '127.0.0.1',
    accounts: readSwitch('DIORAMA_ACCOUNTS', env.DIORAMA_ACCOUNTS),
    launchToken: readSwitch('DIORAMA_LAUNCH_TOKEN', env.DIORAMA_LAUNCH_TOKEN),
    ...(env.DIORAMA_PUBLIC_URL ? { publicUrl: env.DIORAMA_PUBLIC_URL } : {}),
    trustedProxies: (env.DIORAMA_TRUST_PROXY ?? '').split(/[\s,]+/).filter(Boolean),
  };
}

/** Only these words: whoever writes `true` or `1` must not find out later that it meant nothing. */
function readSwitch(name: string, text: string | undefined): boolean {
  if (!text || text === 'off') return false;
  if (text === 'on') return true;
  throw misconfigured(`${name} is neither on nor off.`, `Set ${name}=on, or leave it out.`);
}

function readLogLevel(text: string | undefined): LogLevel {
  if (!text) return process.stderr.isTTY ? 'warn' : 'info';
  const level = LOG_LEVELS.find((known) => known === text);
  if (!level)
    throw misconfigured('DIORAMA_LOG_LEVEL is not a log level.', `Use one of: ${LOG_LEVELS.join(', ')}.`);
  return level;
}
