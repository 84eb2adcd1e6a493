import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@diorama/client';
import { isFinished, MEDIA_TYPES, outputSize } from '@diorama/contracts';
import { importModel, readGltf } from '@diorama/gltf';
import { buildSample } from '@diorama/samples';
import { serializeScene } from '@diorama/scene';
import { startServer } from '@diorama/server';
import { FAKE_KEY } from '@diorama/testkit/fake-engines';
import sharp from 'sharp';

const ROUNDS = 15;
const EDGE_PX = 1024;
const SIZE = outputSize('1:1', EDGE_PX);

interface Row {
  readonly engine: string;
  readonly dioramaMs: number;
  readonly bareMs: number;
}

/**
 * What Diorama adds around an engine that answers at once: from the request to the stored output at 1024x1024, with a
 * canvas and two references. The peer is a bare script that makes the same calls and writes the answer to disk; both
 * take turns. The engine is a fake in a process of its own, which has the same answer ready for both.
 */
export async function run({ json }: { json: boolean }): Promise<Record<string, unknown>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'diorama-bench-'));
  const fake = await startFake('openai-compatible');
  const server = await startServer({ port: 0, dataDir, logLevel: 'silent' });
  try {
    const client = createClient({ baseUrl: server.url });
    const pictures = await Promise.all([0, 1, 2].map(drawPicture));
    const connection = await client.addEngineConnection({
      body: { kind: 'openai-compatible', address: fake.baseUrl, key: FAKE_KEY, allowPrivate: true },
    });
    const report = await client.testEngineConnection({ params: { id: connection.id } });
    const [model] = report.models;
    if (!model) throw new Error('The fake engine lists no model.');
    const [capture, first, second] = await Promise.all(
      pictures.map(async (bytes) => (await client.uploadAsset(new Blob([bytes], { type: 'image/png' }))).id),
    );

    // As the studio sends it: a document that refers to a model which is stored already.
    const glb = await buildSample('perfume');
    const source = await client.uploadAsset(new Blob([new Uint8Array(glb)], { type: MEDIA_TYPES.glb }));
    const document = importModel(await readGltf(glb), { assetId: source.id, name: 'perfume.glb' });
    const scene = await client.uploadAsset(new Blob([serializeScene(document)], { type: MEDIA_TYPES.scene }));
    const camera = { position: [0, 0.2, 0.5], target: [0, 0.05, 0], fovYDegrees: 35 } as const;

    const viaDiorama = async (round: number): Promise<number> => {
      const began = performance.now();
      const { id } = await client.createGeneration({
        body: {
          prompt: `round ${round}`,
          canvas: {
            scene: scene.id,
            capture: capture!,
            camera: { ...camera, position: [...camera.position], target: [...camera.target] },
          },
          references: [{ asset: first! }, { asset: second! }],
          aspectRatio: '1:1',
          size: EDGE_PX,
          engine: connection.id,
          model: model.id,
          seed: 1,
          sceneNotes: null,
        },
      });
      for (;;) {
        const generation = await client.getGeneration({ params: { id } });
        if (generation.status === 'succeeded') return performance.now() - began;
        if (isFinished(generation.status)) throw new Error(generation.error?.message ?? generation.status);
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
    };
    const bare = async (round: number): Promise<number> => {
      const began = performance.now();
      const form = new FormData();
      form.append('model', model.id);
      form.append('prompt', `round ${round}`);
      form.append('size', `${SIZE.width}x${SIZE.height}`);
      for (const bytes of pictures)
        form.append('image[]', new Blob([bytes], { type: 'image/png' }), 'image.png');
      const response = await fetch(`${fake.baseUrl}/images/edits`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${FAKE_KEY}` },
        body: form,
      });
      if (!response.ok) throw new Error(`the bare call got ${response.status}: ${await response.text()}`);
      const answer = (await response.json()) as { data: { b64_json?: string; url?: string }[] };
      const [image] = answer.data;
      const bytes = image?.b64_json
        ? Buffer.from(image.b64_json, 'base64')
        : Buffer.from(await (await fetch(image?.url ?? '')).arrayBuffer());
      const file = await open(join(dataDir, `bare-${round}.png`), 'w');
      await file.writeFile(bytes);
      await file.sync();
      await file.close();
      return performance.now() - began;
    };

    // Loads the libraries on both sides; the first request of a server's life is not what is measured.
    await viaDiorama(-1);
    await bare(-1);
    const times: { diorama: number[]; bare: number[] } = { diorama: [], bare: [] };
    for (let round = 0; round < ROUNDS; round++) {
      const order = round % 2 === 0 ? (['diorama', 'bare'] as const) : (['bare', 'diorama'] as const);
      for (const who of order)
        times[who].push(await (who === 'diorama' ? viaDiorama(round * 2) : bare(round * 2 + 1)));
    }
    const row: Row = {
      engine: 'openai-compatible (fake)',
      dioramaMs: median(times.diorama),
      bareMs: median(times.bare),
    };
    if (!json)
      console.table([
        {
          engine: row.engine,
          'through Diorama, ms': row.dioramaMs.toFixed(0),
          'bare script, ms': row.bareMs.toFixed(0),
          'overhead, ms': (row.dioramaMs - row.bareMs).toFixed(0),
          ratio: (row.dioramaMs / row.bareMs).toFixed(2),
        },
      ]);
    return {
      rounds: ROUNDS,
      size: SIZE,
      row,
      overheadMs: row.dioramaMs - row.bareMs,
      ratio: row.dioramaMs / row.bareMs,
    };
  } finally {
    await server.close();
    await fake.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Shapes and noise: compresses about as badly as a rendered picture. */
async function drawPicture(seed: number): Promise<Uint8Array<ArrayBuffer>> {
  const shapes = Array.from({ length: 40 }, (_, i) => {
    const x = (i * 197 + seed * 71) % EDGE_PX;
    const y = (i * 131 + seed * 37) % EDGE_PX;
    return `<rect x="${x}" y="${y}" width="${40 + (i % 7) * 20}" height="${30 + (i % 5) * 24}" fill="hsl(${(i * 47 + seed * 90) % 360} 55% ${30 + (i % 4) * 12}%)"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${EDGE_PX}" height="${EDGE_PX}"><rect width="100%" height="100%" fill="#cfcac0"/>${shapes.join('')}</svg>`;
  return new Uint8Array(await sharp(Buffer.from(svg)).removeAlpha().png().toBuffer());
}

/** A fake service in a process of its own, so that its work is not on our event loop. */
async function startFake(name: string): Promise<{ baseUrl: string; stop: () => Promise<void> }> {
  const runner = fileURLToPath(new URL('../../packages/testkit/src/fake-engines/run.ts', import.meta.url));
  const child = spawn(process.execPath, [runner, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return {
    baseUrl: line.trim(),
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
