import type { ConnectionConfig } from '@diorama/engines';
import { describe, expect, it } from 'vitest';
import { SecretBox } from '../security/secret-box.ts';
import { knownConnections } from './connection-configs.ts';

const shownAddress = (address: string): string | null => {
  const config: ConnectionConfig = {
    id: 'comfyui',
    kind: 'comfyui',
    name: 'ComfyUI',
    address,
    key: null,
    allowPrivate: true,
    enabled: true,
    defaultModel: null,
    extraModels: [],
    options: {},
    probe: null,
    prices: [],
  };
  const facts = { kinds: [], environment: [config], stored: [], prices: [], box: new SecretBox('nowhere') };
  return knownConnections(facts)[0]!.address;
};

describe('an address of the environment', () => {
  it.each([
    ['http://user:word@host:8188/x', 'http://host:8188/x'],
    ['http://user:w@rd@host', 'http://host'],
    ['http:user:word@host', 'http://host'],
  ])('is shown without user and password: %s', (address, shown) => {
    expect(shownAddress(address)).toBe(shown);
  });

  it.each(['http://host:8188', 'http://[::1]:7860/v1', 'https://host/@me/v1'])(
    'is shown as it is: %s',
    (address) => {
      expect(shownAddress(address)).toBe(address);
    },
  );
});
