import { isAbsolute } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from './read-config.ts';
import { StartError } from './start-error.ts';

describe('readConfig', () => {
  it('has defaults for everything, and treats empty variables as absent', () => {
    const config = readConfig({ DIORAMA_PORT: '', DIORAMA_HOST: '', DATABASE_URL: '' });
    expect(config).toMatchObject({ port: 4270, host: '127.0.0.1' });
    expect(isAbsolute(config.dataDir)).toBe(true);
  });

  it.each(['127.0.0.1', '127.0.0.9', 'localhost', '::1'])('accepts the loopback address %s', (host) => {
    expect(readConfig({ DIORAMA_HOST: host }).host).toBe(host);
  });

  it.each([
    ['DIORAMA_HOST', '0.0.0.0'],
    ['DIORAMA_HOST', '::'],
    ['DIORAMA_HOST', '192.168.1.5'],
    ['DIORAMA_HOST', '127.0.0.1.evil.test'],
    ['DIORAMA_ACCOUNTS', 'true'],
    ['DIORAMA_LAUNCH_TOKEN', '1'],
    ['DIORAMA_PUBLIC_URL', 'diorama.example'],
    ['DIORAMA_PUBLIC_URL', 'https://diorama.example/path'],
    ['DIORAMA_PUBLIC_URL', 'https://user@diorama.example'],
    ['DIORAMA_PUBLIC_URL', 'https://diorama.example?x'],
    ['DIORAMA_PUBLIC_URL', 'ftp://diorama.example'],
    ['DIORAMA_TRUST_PROXY', '127.0.0.1, nginx'],
    ['DIORAMA_PORT', '70000'],
    ['DIORAMA_PORT', '-1'],
    ['DIORAMA_PORT', '80a'],
    ['DIORAMA_LOG_LEVEL', 'loud'],
    ['DATABASE_URL', 'postgres://localhost/diorama'],
    ['DIORAMA_STORAGE_URL', 's3://bucket'],
  ])("refuses %s=%s with exit code 2, the variable's name and a hint", (name, value) => {
    let thrown: unknown;
    try {
      readConfig({ [name]: value });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(StartError);
    const error = thrown as StartError;
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(name);
    expect(error.hint).not.toBe('');
  });

  it('reads how the server is reached', () => {
    expect(
      readConfig({
        DIORAMA_ACCOUNTS: 'on',
        DIORAMA_HOST: '0.0.0.0',
        DIORAMA_PUBLIC_URL: 'https://diorama.example',
        DIORAMA_TRUST_PROXY: '127.0.0.1, 10.0.0.0/8',
      }),
    ).toMatchObject({
      accounts: true,
      launchToken: false,
      host: '0.0.0.0',
      publicUrl: 'https://diorama.example',
      trustedProxies: ['127.0.0.1', '10.0.0.0/8'],
    });
    expect(readConfig({ DIORAMA_LAUNCH_TOKEN: 'on', DIORAMA_ACCOUNTS: 'off' })).toMatchObject({
      accounts: false,
      launchToken: true,
    });
  });

  it('refuses a launch token beside accounts', () => {
    expect(() => readConfig({ DIORAMA_LAUNCH_TOKEN: 'on', DIORAMA_ACCOUNTS: 'on' })).toThrow(
      'DIORAMA_LAUNCH_TOKEN',
    );
  });
});
