import { describe, expect, it } from 'vitest';
import { addressFault, isOtherServer, keyFault } from './connection-fields.ts';
import { agoInWords, connectionStatus } from './connection-status.ts';

describe('what is typed for a connection', () => {
  it('is refused in one sentence before it is sent', () => {
    expect(addressFault('', true)).toMatch(/Type the address/);
    expect(addressFault('', false)).toBeNull();
    expect(addressFault('127.0.0.1:8188', true)).toMatch(/http/);
    expect(addressFault('http://me:secret@host/', true)).toMatch(/no user name/);
    expect(addressFault(' http://127.0.0.1:8188 ', true)).toBeNull();
    expect(keyFault('', true)).toMatch(/Paste/);
    expect(keyFault('', false)).toBeNull();
    expect(keyFault('two words', true)).toMatch(/no spaces/);
    expect(keyFault(' sk-abc ', true)).toBeNull();
  });

  it('knows when a key would go to another server than it was given for', () => {
    const own = 'https://api.example.com/v1';
    expect(isOtherServer(null, 'https://api.example.com/v2', own)).toBe(false);
    expect(isOtherServer(null, 'https://evil.example.com/v1', own)).toBe(true);
    expect(isOtherServer('http://127.0.0.1:1', 'http://127.0.0.1:2', '')).toBe(true);
    expect(isOtherServer('http://127.0.0.1:1', null, 'http://127.0.0.1:1/')).toBe(false);
  });
});

describe('connectionStatus', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  const probe = {
    ok: true,
    testedAt: '2026-11-22T11:50:00.000Z',
    ms: 10,
    checks: [],
    models: [],
    server: null,
  };

  it('tells what the last test found', () => {
    expect(connectionStatus({ enabled: true, probe }, now)).toEqual({
      tone: 'ok',
      words: 'Works, tested 10 min ago',
    });
    const checks = [{ check: 'key', ok: false, detail: 'The key is not accepted.', hint: '' }];
    expect(connectionStatus({ enabled: true, probe: { ...probe, ok: false, checks } }, now)).toEqual({
      tone: 'fault',
      words: 'The key is not accepted',
    });
    expect(connectionStatus({ enabled: true, probe: null }, now).tone).toBe('unknown');
    expect(connectionStatus({ enabled: false, probe }, now).words).toBe('Switched off');
  });

  it('tells times roughly', () => {
    const ago = (iso: string) => agoInWords(new Date(iso), now);
    expect(ago('2026-11-22T11:59:40Z')).toBe('just now');
    expect(ago('2026-11-22T07:00:00Z')).toBe('5 h ago');
    expect(ago('2026-11-03T07:00:00Z')).toBe('on 3 Nov');
  });
});
