import { setTimeout as sleep } from 'node:timers/promises';
import { crc32, deflateSync } from 'node:zlib';
import { DioramaError, type EngineCapabilities, type EngineDescription, LIMITS } from '@diorama/contracts';
import type { Engine, EngineRegistry, EngineRequest } from '@diorama/engines';

/**
 * A small deterministic engine for tests of the queue. The prompt steers it, word by word:
 * `slow:MS` takes that long, `crash` and `hang` take the process down or block it, `fail` throws, `wrong-size` and
 * `broken-image` give unusable images, `aov` gives a depth map.
 */
export async function createRegistry(): Promise<EngineRegistry> {
  return {
    defaultId: testEngine.id,
    ids: [testEngine.id],
    get: (id) => {
      if (id !== testEngine.id) throw new DioramaError('unknown-engine');
      return testEngine;
    },
    list: async () => [await testEngine.describe()],
    describe: async () => await testEngine.describe(),
  };
}

const CAPABILITIES: EngineCapabilities = {
  textOnly: true,
  canvas: true,
  referencesMax: 2,
  referenceRoles: ['style'],
  aspectRatios: ['1:1', '16:9', 'canvas'],
  longEdgeMin: LIMITS.longEdgeMin,
  longEdgeMax: 2048,
  seed: true,
  negativePrompt: false,
  geometryStrength: false,
  controlMaps: [],
  mask: false,
  countMax: LIMITS.count,
  progress: true,
  previews: true,
  cancel: true,
  deterministic: true,
};

const testEngine: Engine = {
  id: 'test',
  kind: 'builtin',
  describe: async (): Promise<EngineDescription> => ({
    id: 'test',
    kind: 'builtin',
    location: 'built-in',
    name: 'Test engine',
    summary: 'Paints one colour.',
    available: true,
    reason: null,
    models: [{ id: 'plain', name: 'Plain', capabilities: CAPABILITIES, price: null, note: null }],
    defaultModel: 'plain',
    capabilities: CAPABILITIES,
    typicalMs: 10,
    price: null,
    isFree: true,
  }),
  test: async () => ({
    ok: true,
    testedAt: new Date().toISOString(),
    ms: 0,
    checks: [],
    models: [],
    server: null,
  }),
  generate: async (request, context) => {
    const words = new Set(request.prompt.split(/\s+/));
    const ms = Number(/slow:(\d+)/.exec(request.prompt)?.[1] ?? 0);
    if (words.has('crash')) process.kill(process.pid, 'SIGKILL');
    if (words.has('fail')) throw new DioramaError('render-failed', 'The test engine was told to fail.');
    if (words.has('hang')) {
      context.onProgress({ stage: 'tracing', fraction: 0.5 });
      await sleep(1);
      for (;;);
    }
    const steps = 10;
    for (let step = 1; step <= steps; step += 1) {
      if (ms > 0) await pause(ms / steps, context.signal);
      context.onProgress({ stage: 'tracing', fraction: step / steps, detail: `${step} of ${steps}` });
    }
    context.onPreview({ bytes: new Uint8Array([0xff, 0xd8, 0xff, 0xd9]), size: { width: 1, height: 1 } });
    context.log('test-engine-done', { images: request.count });
    const images = Array.from({ length: request.count }, (_, index) =>
      paint(request, words, request.seed + index),
    );
    return { images, look: null, warnings: [], timings: { tracing: ms }, cost: null, modelUsed: null };
  },
};

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (cause) {
    throw new DioramaError('canceled', undefined, { cause });
  }
}

function paint(request: EngineRequest, words: ReadonlySet<string>, seed: number) {
  const { width, height } = words.has('wrong-size') ? { width: 3, height: 3 } : request.size;
  const whole = encodePng(width, height, [seed & 255, (seed >> 8) & 255, (seed >> 16) & 255]);
  const bytes = words.has('broken-image') ? whole.subarray(0, whole.byteLength - 40) : whole;
  const aovs = new Map(
    words.has('aov') ? [['depth', encodePng(width, height, [seed & 127, 0, 1])] as const] : [],
  );
  return { bytes, mediaType: 'image/png' as const, size: request.size, seed, aovs };
}

/** An RGB PNG of one colour. */
export function encodePng(width: number, height: number, rgb: readonly number[]): Uint8Array {
  const row = Buffer.alloc(1 + width * 3);
  for (let x = 0; x < width; x += 1) row.set(rgb, 1 + x * 3);
  return pngOf(
    width,
    height,
    { bitDepth: 8, colorType: 2 },
    deflateSync(Buffer.concat(Array(height).fill(row)), { level: 1 }),
  );
}

/** A PNG file around compressed scanlines, whether they fit the header or not. */
export function pngOf(
  width: number,
  height: number,
  { bitDepth, colorType }: { bitDepth: number; colorType: number },
  idat: Uint8Array,
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bitDepth;
  header[9] = colorType;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', idat),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.byteLength);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
