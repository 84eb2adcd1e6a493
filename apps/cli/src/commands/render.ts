import { randomInt } from 'node:crypto';
import { basename, extname, normalize, resolve } from 'node:path';
import {
  AOV_NAMES,
  type AovName,
  ASPECT_RATIOS,
  type AspectRatio,
  type Camera,
  DioramaError,
  LIMITS,
  outputSize,
  QUALITIES,
  REFERENCE_ROLES,
} from '@diorama/contracts';
import {
  createBuiltinEngine,
  createEngines,
  type EngineReference,
  type EngineResult,
} from '@diorama/engines';
import { describeLook } from '@diorama/look';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../exit-codes.ts';
import { readCamera } from '../input/read-camera.ts';
import { readReference } from '../input/read-reference.ts';
import { readScene, type SceneInput } from '../input/read-scene.ts';
import type { Io } from '../io.ts';
import { formatSeconds, ProgressLine } from '../output/progress-line.ts';
import { type FileToWrite, numberedPath, requireWritable, writeFiles } from '../output/write-files.ts';

interface RenderFlags {
  readonly prompt: string;
  readonly reference: readonly string[];
  readonly aspectRatio: AspectRatio;
  readonly size: number;
  readonly engine: string;
  readonly model?: string;
  readonly seed?: number;
  readonly count: number;
  readonly camera?: string;
  readonly quality: string;
  readonly spp?: number;
  readonly denoise: boolean;
  readonly aov: readonly AovName[];
  readonly explain?: boolean;
  readonly json?: boolean;
  readonly output?: string;
}

export function addRender(program: Command, io: Io, finish: (code: number) => void): void {
  program
    .command('render')
    .summary('make an image of a scene')
    .description(
      "Makes an image of a GLB or glTF (its files beside it), of a sample (sample:perfume, sample:reading-corner,\nsample:pavilion), or of the prompt alone.\nThe camera is --camera, else the file's first camera, else the whole scene is framed.\nAn existing output file is replaced, but only by a finished image. With --count the images are out-1.png, out-2.png…",
    )
    .argument('[scene]', 'a .glb or .gltf file, or sample:<id>; none switches the canvas off')
    .option('-p, --prompt <text>', 'what it shall look like', '')
    .option(
      '-r, --reference <file[:role]>',
      `a reference image, twice at most; role: ${REFERENCE_ROLES.join(', ')}`,
      (value: string, all: readonly string[]) => [...all, value],
      [] as readonly string[],
    )
    .addOption(
      new Option('-a, --aspect-ratio <ratio>', 'shape of the image').choices(ASPECT_RATIOS).default('16:9'),
    )
    .option(
      '-s, --size <pixels>',
      'long edge, 256 to 4096',
      wholeNumber(LIMITS.longEdgeMin, LIMITS.longEdgeMax),
      1024,
    )
    .option('--engine <id>', 'which engine makes it', 'builtin')
    .option('--model <id>', "the engine's model")
    .option(
      '--seed <number>',
      'the same seed gives the same image; random when absent',
      wholeNumber(0, 0xffff_ffff),
    )
    .option('-n, --count <number>', `how many images, up to ${LIMITS.count}`, wholeNumber(1, LIMITS.count), 1)
    .option('--camera <file.json>', 'position, target and fovYDegrees')
    .addOption(
      new Option('-q, --quality <quality>', 'time against finish').choices(QUALITIES).default('standard'),
    )
    .option('--spp <number>', "samples per pixel, instead of the quality's own", wholeNumber(1, 4096))
    .option('--no-denoise', 'leave the noise in')
    .option(
      '--aov <names>',
      `further images, a list of: ${AOV_NAMES.join(', ')}`,
      aovList,
      [] as readonly AovName[],
    )
    .option('--explain', 'print how the prompt was understood')
    .option('--json', 'print one JSON object')
    .option(
      '-o, --output <file.png>',
      'where to write; beside the current folder after the scene when absent',
    )
    .action(async (scene: string | undefined, flags: RenderFlags) => {
      await render(scene, flags, io);
      finish(0);
    });
}

async function render(sceneArgument: string | undefined, flags: RenderFlags, io: Io): Promise<void> {
  if (flags.reference.length > LIMITS.references)
    throw new UsageError(
      `At most ${LIMITS.references} reference images can be used.`,
      'Give --reference once or twice.',
    );
  const output = outputPath(flags.output, sceneArgument);
  const engines = createEngines({ engines: [createBuiltinEngine()] });
  const engine = engines.get(flags.engine);
  const { available, reason, name, models } = await engine.describe();
  if (!available)
    throw new DioramaError('engine-unavailable', `${name} is not available. ${reason ?? ''}`.trim());
  if (flags.model !== undefined && !models.some((model) => model.id === flags.model))
    throw new UsageError(
      `${name} has no model "${flags.model}".`,
      models.length === 0
        ? 'Leave out --model.'
        : `Choose one of: ${models.map((model) => model.id).join(', ')}.`,
    );
  await requireWritable(plannedPaths(output, flags).map((path) => resolve(io.cwd, path)));

  const scene = sceneArgument === undefined ? null : await readScene(sceneArgument, io);
  const references: EngineReference[] = [];
  for (const reference of flags.reference) references.push(await readReference(reference, io));
  const camera = flags.camera === undefined ? cameraOf(scene) : await readCamera(flags.camera, io);
  const size = outputSize(flags.aspectRatio, flags.size);
  const seed = flags.seed ?? randomInt(0, 2 ** 32);

  const line = new ProgressLine(io);
  const began = performance.now();
  let result: EngineResult;
  try {
    result = await engine.generate(
      {
        prompt: flags.prompt,
        negativePrompt: '',
        sceneNotes: undefined,
        geometryStrength: null,
        scene: scene && { document: scene.document, sources: scene.sources, camera },
        capture: null,
        references,
        size,
        model: flags.model ?? null,
        seed,
        count: flags.count,
        options: {
          quality: flags.quality,
          ...(flags.spp === undefined ? {} : { spp: flags.spp }),
          denoise: flags.denoise,
          aovs: flags.aov,
        },
        resume: null,
      },
      {
        signal: io.signal,
        onProgress: (progress) => line.update(progress),
        onPreview: () => {},
        onCost: () => {},
        checkpoint: () => Promise.resolve(),
        log: () => {},
      },
    );
  } finally {
    line.clear();
  }

  const files: FileToWrite[] = [];
  const outputs = result.images.map((image, index) => {
    const number = result.images.length > 1 ? index + 1 : null;
    const path = numberedPath(output, number);
    files.push({ path: resolve(io.cwd, path), bytes: image.bytes });
    const aovs: Record<string, string> = {};
    for (const [aov, bytes] of image.aovs) {
      const aovPath = numberedPath(output, number, `-${aov}`);
      files.push({ path: resolve(io.cwd, aovPath), bytes });
      aovs[aov] = aovPath;
    }
    return { path, ...image.size, seed: image.seed, aovs };
  });
  await writeFiles(files, io.signal);

  for (const warning of result.warnings) io.stderr(`note: ${warning.message}\n`);
  if (flags.json) {
    const { look, warnings, timings } = result;
    io.stdout(`${JSON.stringify({ engine: engine.id, outputs, look, warnings, timings })}\n`);
    return;
  }
  if (flags.explain && result.look) io.stdout(`${describeLook(result.look)}\n`);
  io.stderr(`Done in ${formatSeconds(performance.now() - began)}.\n`);
  for (const { path, aovs } of outputs)
    for (const file of [path, ...Object.values(aovs)]) io.stdout(`${file}\n`);
}

/** The file's own first camera: whoever placed one meant it. */
function cameraOf(scene: SceneInput | null): Camera | null {
  if (!scene) return null;
  const views = Object.values(scene.document.views).toSorted((a, b) => a.order - b.order);
  return views[0]?.camera ?? null;
}

/** As it was typed: a relative path stays one wherever it leads, so that no folder of this machine is printed. */
function outputPath(flag: string | undefined, scene: string | undefined): string {
  if (flag === undefined) {
    const base = basename(scene ?? 'diorama').replace(/^sample:/, '');
    return `${base.replace(/\.(glb|gltf)$/i, '')}.png`;
  }
  if (extname(flag).toLowerCase() !== '.png')
    throw new UsageError('The output must be a .png file.', 'Write for example -o out.png.');
  return normalize(flag);
}

/** Every file that a render with these flags will write. */
function plannedPaths(output: string, { count, aov }: RenderFlags): string[] {
  return Array.from({ length: count }, (_, index) => (count > 1 ? index + 1 : null)).flatMap((number) => [
    numberedPath(output, number),
    ...aov.map((name) => numberedPath(output, number, `-${name}`)),
  ]);
}

function wholeNumber(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < min || number > max)
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return number;
  };
}

function aovList(value: string): readonly AovName[] {
  const names = value.split(',').map((name) => name.trim());
  for (const name of names)
    if (!(AOV_NAMES as readonly string[]).includes(name))
      throw new InvalidArgumentError(`"${name}" is none of ${AOV_NAMES.join(', ')}.`);
  return [...new Set(names)] as AovName[];
}
