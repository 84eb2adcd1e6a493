import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { HDRI_NAMES } from '@diorama/contracts';
import { FloatType } from 'three';
import { EXRLoader } from 'three/examples/jsm/loaders/EXRLoader.js';
import { encodeRadiance } from './radiance-file.ts';

/**
 * Bakes the environment pictures into `dist/environments/<name>.hdr` (Radiance RGBE, 512x256).
 *
 * They come from `@pmndrs/assets`, which carries them as EXR inside JavaScript. Baking keeps that package and the
 * EXR decoder out of the runtime. Nothing is done when the inputs have not changed since the last run.
 */
const outputFolder = new URL('../dist/environments/', import.meta.url);
const stampFile = new URL('stamp.json', outputFolder);
const require = createRequire(import.meta.url);

const ATTRIBUTION = `# Environment pictures

The \`.hdr\` files of this folder are high dynamic range panoramas from Poly Haven (https://polyhaven.com), dedicated to
the public domain under CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/). They were taken from the npm
package \`@pmndrs/assets\` 1.7.0 (CC0-1.0), decoded, and stored as Radiance RGBE at 512x256.
`;

function sourceFile(name: string): string {
  return require.resolve(`@pmndrs/assets/hdri/${name}.exr.js`);
}

async function hashInputs(): Promise<string> {
  const hash = createHash('sha256');
  const files = [
    ...HDRI_NAMES.map(sourceFile),
    new URL(import.meta.url),
    new URL('radiance-file.ts', import.meta.url),
  ];
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex');
}

async function isUpToDate(hash: string): Promise<boolean> {
  try {
    const stamp = JSON.parse(await readFile(stampFile, 'utf8')) as { hash?: string };
    if (stamp.hash !== hash) return false;
    for (const name of HDRI_NAMES) await readFile(new URL(`${name}.hdr`, outputFolder));
    return true;
  } catch {
    return false;
  }
}

async function decodeExr(name: string): Promise<{ width: number; height: number; rgb: Float32Array }> {
  const module = (await import(sourceFile(name))) as { default: string };
  const bytes = Buffer.from(module.default.slice(module.default.indexOf(',') + 1), 'base64');
  const loader = new EXRLoader().setDataType(FloatType);
  const { width, height, data } = loader.parse(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  ) as unknown as { width: number; height: number; data: Float32Array };
  const rgb = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    // The loader gives the bottom row first, as WebGL wants it; we keep the top row first.
    const sourceRow = (height - 1 - y) * width;
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) rgb[(y * width + x) * 3 + c] = Math.max(0, data[(sourceRow + x) * 4 + c]!);
    }
  }
  return { width, height, rgb };
}

const hash = await hashInputs();
if (await isUpToDate(hash)) {
  console.error('environments: up to date');
} else {
  await mkdir(outputFolder, { recursive: true });
  for (const name of HDRI_NAMES)
    await writeFile(new URL(`${name}.hdr`, outputFolder), encodeRadiance(await decodeExr(name)));
  await writeFile(new URL('ATTRIBUTION.md', outputFolder), ATTRIBUTION);
  await writeFile(stampFile, `${JSON.stringify({ hash })}\n`);
  console.error(`environments: ${HDRI_NAMES.length} baked`);
}
