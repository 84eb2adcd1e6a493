import { randomInt } from 'node:crypto';
import { basename, extname, normalize, resolve } from 'node:path';
import {
  AOV_NAMES,
  type AovName,
  ASPECT_RATIOS,
  type AspectRatio,
  type Camera,
  type Cost,
  DioramaError,
  DOWNLOAD_METADATA,
  type EngineDescription,
  LIMITS,
  outputSize,
  QUALITIES,
  REFERENCE_ROLES,
} from '@diorama/contracts';
import type { EngineReference, EngineResult } from '@diorama/engines';
import { describeLook } from '@diorama/look';
import { digitalSourceTypeOf, stripMetadata, writeMetadata } from '@diorama/metadata';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { openEngine } from '../engines/open-engines.ts';
import { UsageError } from '../exit-codes.ts';
import { readCamera } from '../input/read-camera.ts';
import { readReference } from '../input/read-reference.ts';
import { readScene, type SceneInput } from '../input/read-scene.ts';
import type { CommandIo } from '../io.ts';
import { costLine, finalCost } from '../output/cost-line.ts';
import { formatSeconds, ProgressLine } from '../output/progress-line.ts';
import { type FileToWrite, numberedPath, requireWritable, writeFiles } from '../output/write-files.ts';

interface RenderFlags {
  readonly prompt: string;
  readonly negative: string;
  readonly geometryStrength?: number;
  readonly sceneNotes: boolean;
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
  readonly metadata: (typeof DOWNLOAD_METADATA)[number];
  readonly json?: boolean;
  readonly output?: string;
}

export function addRender(program: Command, io: CommandIo, finish: (code: number) => void): void {
  program
    .command('render')
    .summary('make an image of a scene')
    .description(
      "Makes an image of a GLB or glTF (its files beside it), of a sample (sample:perfume, sample:reading-corner,\nsample:pavilion), or of the prompt alone.\nThe camera is --camera, else the file's first camera, else the whole scene is framed.\nAn existing output file is replaced, but only by a finished image. With --count the images are out-1.png, out-2.png…",
    )
    .argument('[scene]', 'a .glb or .gltf file, or sample:<id>; none switches the canvas off')
    .option('-p, --prompt <text>', 'what it shall look like', '')
    .option('--negative <text>', 'what shall not be in the picture, for engines that can be told', '')
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
    .option('--engine <id>', 'which engine makes it; `diorama engines list` shows them', 'builtin')
    .option('--model <id>', "the engine's model")
    .option(
      '--geometry-strength <number>',
      'from 0 (the scene is a hint) to 1 (every edge stays), for engines that interpret it',
      share,
    )
    .option('--no-scene-notes', 'put no words about the objects of the scene before the prompt')
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
    .addOption(
      new Option(
        '--metadata <what>',
        'what the image tells: all settings, only that it is computer-made, or nothing',
      )
        .choices(DOWNLOAD_METADATA)
        .default('settings'),
    )
    .option('--explain', 'print how the prompt was understood')
    .option('--json', 'print one JSON object')
    .option(
      '-o, --output <file.png>',
      'where to write; beside the current folder after the scene when absent',
    )
    .action(async (scene: string | undefined, flags: RenderFlags, command: Command) => {
      await render(scene, flags, engineOptions(flags, command), io);
      finish(0);
    });
}

async function render(
  sceneArgument: string | undefined,
  flags: RenderFlags,
  options: Readonly<Record<string, unknown>>,
  io: CommandIo,
): Promise<void> {
  if (flags.reference.length > LIMITS.references)
    throw new UsageError(
      `At most ${LIMITS.references} reference images can be used.`,
      'Give --reference once or twice.',
    );
  const output = outputPath(flags.output, sceneArgument);
  const engine = await openEngine(flags.engine, io);
  const description = await engine.describe();
  const { available, reason, name } = description;
  if (!available)
    throw new DioramaError('engine-unavailable', `${name} is not available. ${reason ?? ''}`.trim());
  if (flags.model !== undefined) requireModel(flags.model, description);
  await requireWritable(plannedPaths(output, flags).map((path) => resolve(io.cwd, path)));

  const scene = sceneArgument === undefined ? null : await readScene(sceneArgument, io);
  const references: EngineReference[] = [];
  for (const reference of flags.reference) references.push(await readReference(reference, io));
  const camera = flags.camera === undefined ? cameraOf(scene) : await readCamera(flags.camera, io);
  const size = outputSize(flags.aspectRatio, flags.size);
  const seed = flags.seed ?? randomInt(0, 2 ** 32);

  const line = new ProgressLine(io);
  const began = performance.now();
  let spent: Cost | null = null;
  let result: EngineResult;
  try {
    result = await engine.generate(
      {
        prompt: flags.prompt,
        negativePrompt: flags.negative,
        sceneNotes: flags.sceneNotes ? undefined : null,
        geometryStrength: flags.geometryStrength ?? null,
        scene: scene && { document: scene.document, sources: scene.sources, camera },
        capture: null,
        references,
        size,
        model: flags.model ?? null,
        seed,
        count: flags.count,
        options,
        resume: null,
      },
      {
        signal: io.signal,
        onProgress: (progress) => line.update(progress),
        onPreview: () => {},
        onCost: (cost) => {
          spent = cost;
        },
        // Nothing outlives this process that could find the job again.
        checkpoint: () => Promise.resolve(),
        log: () => {},
      },
    );
  } catch (thrown) {
    line.clear();
    if (spent) io.stderr(`${costLine(spent)}\n`);
    throw thrown;
  } finally {
    line.clear();
  }
  const cost = description.isFree
    ? result.cost
    : finalCost(
        result.cost ?? spent,
        description.models.find(({ id }) => id === (flags.model ?? description.defaultModel)),
        { size, count: result.images.length, hasCanvas: scene !== null, references: references.length },
      );

  const files: FileToWrite[] = [];
  const outputs = result.images.map((image, index) => {
    const number = result.images.length > 1 ? index + 1 : null;
    const path = numberedPath(output, number);
    const bytes = telling(image.bytes, flags.metadata, {
      isBuiltIn: description.kind === 'builtin',
      hasCanvas: scene !== null,
      hasReferences: references.length > 0,
    });
    files.push({ path: resolve(io.cwd, path), bytes });
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
    const { look, warnings, timings, modelUsed } = result;
    io.stdout(
      `${JSON.stringify({ engine: engine.id, modelUsed, outputs, look, warnings, timings, cost })}\n`,
    );
    return;
  }
  if (flags.explain && result.look) io.stdout(`${describeLook(result.look)}\n`);
  io.stderr(`Done in ${formatSeconds(performance.now() - began)}.\n`);
  if (cost || !description.isFree) io.stderr(`${costLine(cost)}\n`);
  for (const { path, aovs } of outputs)
    for (const file of [path, ...Object.values(aovs)]) io.stdout(`${file}\n`);
}

/** Engines write all settings into their images; less of it is what is left of them. */
function telling(
  png: Uint8Array,
  metadata: RenderFlags['metadata'],
  origin: Parameters<typeof digitalSourceTypeOf>[0],
): Uint8Array {
  if (metadata === 'settings') return png;
  if (metadata === 'none') return stripMetadata(png);
  return writeMetadata(png, { settings: null, digitalSourceType: digitalSourceTypeOf(origin) });
}

/** Services bring new models every month, so an id that no list names is passed on to them. */
function requireModel(id: string, { name, models, location, kind }: EngineDescription): void {
  if (models.some((model) => model.id === id)) return;
  if (location === 'cloud' || kind === 'openai-compatible') return;
  throw new UsageError(
    `${name} has no model "${id}".`,
    models.length === 0
      ? 'Leave out --model.'
      : `Choose one of: ${models.map((model) => model.id).join(', ')}.`,
  );
}

/** What was typed, and for the built-in engine the defaults too: other engines warn of options that are not theirs. */
function engineOptions(flags: RenderFlags, command: Command): Readonly<Record<string, unknown>> {
  const all: [flag: string, name: string, value: unknown][] = [
    ['quality', 'quality', flags.quality],
    ['spp', 'spp', flags.spp],
    ['denoise', 'denoise', flags.denoise],
    ['aov', 'aovs', flags.aov],
  ];
  return Object.fromEntries(
    all
      .filter(
        ([flag, , value]) =>
          value !== undefined && (flags.engine === 'builtin' || command.getOptionValueSource(flag) === 'cli'),
      )
      .map(([, name, value]) => [name, value]),
  );
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

function share(value: string): number {
  const number = Number(value);
  if (!/^[01]?(\.\d+)?$/.test(value) || value === '' || number > 1)
    throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return number;
}

function aovList(value: string): readonly AovName[] {
  const names = value.split(',').map((name) => name.trim());
  for (const name of names)
    if (!(AOV_NAMES as readonly string[]).includes(name))
      throw new InvalidArgumentError(`"${name}" is none of ${AOV_NAMES.join(', ')}.`);
  return [...new Set(names)] as AovName[];
}
