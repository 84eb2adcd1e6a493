import { resolve } from 'node:path';
import { isLoopback } from '../security/loopback.ts';
import { StartError } from './start-error.ts';

export const DEFAULT_PORT = 4270;

export interface ServerConfig {
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
  return {
    port: readPort(env.DIORAMA_PORT),
    host: readHost(env.DIORAMA_HOST),
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

function readHost(text: string | undefined): string {
  const host = text || '127.0.0.1';
  requireLoopback(host);
  return host;
}

/** @throws {StartError} When others on the network could reach the address: there are no accounts to protect it. */
export function requireLoopback(host: string): void {
  if (!isLoopback(host))
    throw misconfigured(
      'DIORAMA_HOST is not a loopback address, and Diorama has no accounts yet that would protect it.',
      'Use 127.0.0.1, ::1 or localhost. To reach it from elsewhere, forward the port through SSH.',
    );
}

function readLogLevel(text: string | undefined): LogLevel {
  if (!text) return process.stderr.isTTY ? 'warn' : 'info';
  const level = LOG_LEVELS.find((known) => known === text);
  if (!level)
    throw misconfigured('DIORAMA_LOG_LEVEL is not a log level.', `Use one of: ${LOG_LEVELS.join(', ')}.`);
  return level;
}

function misconfigured(message: string, hint: string): StartError {
  return new StartError(message, hint, { exitCode: 2 });
}
