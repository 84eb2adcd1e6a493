import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@diorama/client';
import { type Generation, isFinished } from '@diorama/contracts';
import { buildSample, SAMPLES } from '@diorama/samples';
import { startServer } from '@diorama/server';

/** Gap between two probes of the API while it renders: often enough for a 99th percentile in one image. */
const PROBE_EVERY_MS = 20;

interface SampleRow {
  readonly sample: string;
  readonly seconds: number;
  readonly stages: Record<string, number>;
  readonly healthP50Ms: number;
  readonly healthP99Ms: number;
  readonly probes: number;
}

/**
 * The main job through the real server: a standard image of every sample at 1024x576, and how fast `GET /health`
 * answers meanwhile. The peer is a bare HTTP server in the same process, probed while nothing renders.
 */
export async function run({ json }: { json: boolean }): Promise<Record<string, unknown>> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'diorama-bench-'));
  const server = await startServer({ port: 0, dataDir: dataFolder, logLevel: 'silent' });
  try {
    const client = createClient({ baseUrl: server.url });
    const idle = await idlePeer();
    const rows: SampleRow[] = [];
    for (const sample of SAMPLES) {
      const bytes = await buildSample(sample.id);
      const asset = await client.uploadAsset(
        new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'model/gltf-binary' }),
      );
      const started = performance.now();
      const { id } = await client.createGeneration({
        body: {
          prompt: 'golden hour',
          canvas: { scene: asset.id },
          aspectRatio: '16:9',
          size: 1024,
          seed: 1,
        },
      });
      const { generation, latencies } = await probeUntilFinished(server.url, () =>
        client.getGeneration({ params: { id } }),
      );
      if (generation.status !== 'succeeded')
        throw new Error(`${sample.id} ended as ${generation.status}: ${generation.error?.message}`);
      rows.push({
        sample: sample.id,
        seconds: (performance.now() - started) / 1000,
        stages: generation.timings,
        healthP50Ms: percentile(latencies, 0.5),
        healthP99Ms: percentile(latencies, 0.99),
        probes: latencies.length,
      });
    }
    if (!json) {
      console.table(
        rows.map((row) => ({
          sample: row.sample,
          'image, s': row.seconds.toFixed(1),
          'health p50, ms': row.healthP50Ms.toFixed(1),
          'health p99, ms': row.healthP99Ms.toFixed(1),
          'p99 / idle bare server p99': (row.healthP99Ms / idle.p99Ms).toFixed(1),
        })),
      );
    }
    return { idlePeer: idle, rows };
  } finally {
    await server.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

async function probeUntilFinished(
  url: string,
  poll: () => Promise<Generation>,
): Promise<{ generation: Generation; latencies: number[] }> {
  const latencies: number[] = [];
  for (let probe = 0; ; probe++) {
    latencies.push(await timeGet(`${url}/api/v1/health`));
    if (probe % 10 === 0) {
      const generation = await poll();
      if (isFinished(generation.status)) return { generation, latencies };
    }
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
  }
}

async function idlePeer(): Promise<{ p50Ms: number; p99Ms: number }> {
  const server = createServer((_request, response) => response.end('{"status":"ok"}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const latencies: number[] = [];
  for (let i = 0; i < 300; i++) latencies.push(await timeGet(url));
  server.close();
  return { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99) };
}

async function timeGet(url: string): Promise<number> {
  const started = performance.now();
  await (await fetch(url)).arrayBuffer();
  return performance.now() - started;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
