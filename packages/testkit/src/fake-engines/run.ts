import { parseArgs } from 'node:util';
import { startFakeBfl } from './bfl/fake-bfl.ts';
import { startFakeComfyUi } from './comfyui/index.ts';
import { startFakeFal } from './fal/fake-fal.ts';
import { startFakeGateway } from './gateway/fake-gateway.ts';
import { startFakeGoogle } from './google/fake-google.ts';
import type { FakeEngine } from './kit/index.ts';
import { startFakeOpenAi } from './openai/fake-openai.ts';
import { startFakeOpenAiCompatible } from './openai-compatible/fake-openai-compatible.ts';
import { startFakeReplicate } from './replicate/fake-replicate.ts';
import { startFakeSdServer } from './sd-server/index.ts';
import { startFakeSdApi } from './sdapi/index.ts';
import { startFakeXai } from './xai/fake-xai.ts';

interface StartOptions {
  readonly port: number;
  readonly behaviour: Record<string, unknown>;
}

const STARTERS: Readonly<Record<string, (options: StartOptions) => Promise<FakeEngine>>> = {
  bfl: startFakeBfl,
  comfyui: startFakeComfyUi,
  fal: startFakeFal,
  gateway: startFakeGateway,
  google: startFakeGoogle,
  openai: startFakeOpenAi,
  'openai-compatible': startFakeOpenAiCompatible,
  replicate: startFakeReplicate,
  'sd-server': startFakeSdServer,
  sdapi: startFakeSdApi,
  xai: startFakeXai,
};

/**
 * Starts a fake by the words of a command line, e.g. `openai --port 5001 --behaviour '{"refuse":"input"}'`.
 *
 * @throws When the name or an option is not understood, or the port is taken.
 */
export async function startFakeByName(words: readonly string[]): Promise<FakeEngine> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { port: { type: 'string', default: '0' }, behaviour: { type: 'string', default: '{}' } },
  });
  const start = STARTERS[positionals[0] ?? ''];
  if (start === undefined) throw new Error(`Name one of ${Object.keys(STARTERS).join(', ')}.`);
  return start({
    port: Number(values.port),
    behaviour: JSON.parse(values.behaviour) as Record<string, unknown>,
  });
}

if (import.meta.main) {
  const fake = await startFakeByName(process.argv.slice(2));
  process.stdout.write(`${fake.baseUrl}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void fake.close());
}
