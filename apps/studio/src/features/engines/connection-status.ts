import type { EngineConnection } from '@diorama/contracts';

export type ConnectionTone = 'ok' | 'fault' | 'unknown' | 'off';

export interface ConnectionStatus {
  readonly tone: ConnectionTone;
  readonly words: string;
}

/** How a connection stands, in a few words. */
export function connectionStatus(
  { enabled, probe }: Pick<EngineConnection, 'enabled' | 'probe'>,
  now: Date,
): ConnectionStatus {
  if (!enabled) return { tone: 'off', words: 'Switched off' };
  if (!probe) return { tone: 'unknown', words: 'Not tested yet' };
  const when = agoInWords(new Date(probe.testedAt), now);
  if (!probe.ok) {
    const failed = probe.checks.find(({ ok }) => !ok);
    return { tone: 'fault', words: failed ? withoutStop(failed.detail) : `The test failed ${when}` };
  }
  const models = probe.models.length;
  const found = models === 0 ? '' : ` · ${models === 1 ? '1 model' : `${models} models`}`;
  return { tone: 'ok', words: `Works, tested ${when}${found}` };
}

const withoutStop = (text: string) => text.replace(/\.$/, '');

/** "just now", "5 min ago", "on 3 Nov". */
export function agoInWords(then: Date, now: Date): string {
  const minutes = (now.getTime() - then.getTime()) / 60_000;
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${Math.floor(minutes)} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `on ${then.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })}`;
}
