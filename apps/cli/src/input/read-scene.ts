import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DioramaError } from '@diorama/contracts';
import { type GltfAsset, importModel, readGltf } from '@diorama/gltf';
import { readModelFile } from '@diorama/gltf/node';
import type { SceneDocument } from '@diorama/scene';
import { UsageError } from '../exit-codes.ts';
import type { Io } from '../io.ts';

/** A model from the command line, ready for an engine. */
export interface SceneInput {
  /** As the user knows it: a file name or a sample's id. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly asset: GltfAsset;
  readonly document: SceneDocument;
  /** By `SourceRecord.id`. */
  readonly sources: ReadonlyMap<string, Uint8Array>;
}

const SAMPLE_PREFIX = 'sample:';

/**
 * Reads `model.glb`, `model.gltf` with its files, or `sample:<id>`.
 *
 * @throws {UsageError} for a sample that does not exist.
 * @throws {DioramaError} `not-found`, `engine-unavailable` (samples not built), and those of `readModelFile`.
 */
export async function readScene(argument: string, io: Io): Promise<SceneInput> {
  if (argument.trim() === '') throw new UsageError('The name of the scene is empty.');
  const { bytes, name } = argument.startsWith(SAMPLE_PREFIX)
    ? await readSample(argument.slice(SAMPLE_PREFIX.length))
    : await readModel(resolve(io.cwd, argument), argument);
  const asset = await readGltf(bytes, { signal: io.signal });
  const hash = createHash('sha256').update(bytes).digest('hex');
  const document = importModel(asset, { assetId: `sha256-${hash}`, name });
  const sources = new Map(Object.keys(document.sources).map((id) => [id, bytes]));
  return { name, bytes, asset, document, sources };
}

async function readModel(path: string, argument: string): Promise<{ bytes: Uint8Array; name: string }> {
  const facts = await stat(path).catch(() => null);
  if (facts?.isDirectory())
    throw new DioramaError('unsupported-media-type', `${argument} is a folder.`, {
      hint: 'Give the GLB or glTF file inside it.',
    });
  if (facts && !facts.isFile())
    throw new DioramaError('unsupported-media-type', `${argument} is not a file.`, {
      hint: 'Give a GLB or glTF file.',
    });
  return readModelFile(path);
}

interface SampleManifest {
  readonly samples: readonly { readonly id: string; readonly fileName: string }[];
}

async function readSample(id: string): Promise<{ bytes: Uint8Array; name: string }> {
  const folder = new URL('../dist/', import.meta.resolve('@diorama/samples'));
  let manifest: SampleManifest;
  try {
    manifest = JSON.parse(await readFile(new URL('manifest.json', folder), 'utf8')) as SampleManifest;
  } catch (cause) {
    throw new DioramaError('engine-unavailable', 'The samples are not built.', {
      hint: 'Run `npm run build`.',
      cause,
    });
  }
  const sample = manifest.samples.find((entry) => entry.id === id);
  if (!sample)
    throw new UsageError(
      `There is no sample "${id}".`,
      `Choose one of: ${manifest.samples.map((entry) => entry.id).join(', ')}.`,
    );
  return { bytes: await readFile(new URL(sample.fileName, folder)), name: sample.fileName };
}
