import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listMetadata, recallSettings } from '@diorama/metadata';
import { aScene, hostileGlbs } from '@diorama/testkit';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDiorama } from './__fixtures__/run-diorama.ts';
import type { Io } from './io.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diorama-cli-'));
  const scene = aScene('Shop')
    .withSphere({ name: 'Ball', at: [0, 0.5, 0], rings: 8, material: 'red', color: [0.7, 0.05, 0.04] })
    .withBox({ name: 'Box', at: [1, 0.3, 0], size: [0.6, 0.6, 0.6] });
  await writeFile(join(folder, 'shop.glb'), scene.toGlb());
  await writeFile(
    join(folder, 'mood.png'),
    await sharp({ create: { width: 40, height: 30, channels: 3, background: '#c06020' } })
      .png()
      .toBuffer(),
  );
  await writeFile(
    join(folder, 'drawing.svg'),
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  );
  await writeFile(join(folder, 'empty.glb'), '');
  await writeFile(join(folder, 'cut.glb'), scene.toGlb().subarray(0, 200));
  await writeFile(
    join(folder, 'camera.json'),
    JSON.stringify({ position: [3, 1, 3], target: [0, 0.4, 0], fovYDegrees: 30 }),
  );
  await writeFile(
    join(folder, 'nan.json'),
    '{"position": [null, 1, 3], "target": [0, 0, 0], "fovYDegrees": 30}',
  );
  for (const name of ['models', 'taken.png', 'part-depth.png']) await mkdir(join(folder, name));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const diorama = (args: readonly string[], changes: Partial<Io> = {}) =>
  runDiorama(args, { cwd: folder, ...changes });

const quick = ['--size', '256', '--spp', '1', '--no-denoise', '--quality', 'draft'];

describe('diorama render', () => {
  it('writes a PNG of the asked shape and prints its path alone on stdout', async () => {
    const { code, stdout, stderr } = await diorama([
      'render',
      'shop.glb',
      '-p',
      'sunny day',
      '-a',
      '4:5',
      '-o',
      'a.png',
      ...quick,
    ]);
    expect([code, stdout]).toEqual([0, 'a.png\n']);
    expect(stderr).toContain('100%');
    expect(await sharp(join(folder, 'a.png')).metadata()).toMatchObject({
      width: 205,
      height: 256,
      format: 'png',
    });
    expect(await readdir(folder)).not.toContainEqual(expect.stringContaining('.part'));
  });

  it('numbers several images, uses seed and camera, and adds AOVs', async () => {
    const { code, stdout } = await diorama([
      'render',
      'shop.glb',
      '--camera',
      'camera.json',
      '--seed',
      '5',
      '--count',
      '2',
      '--aov',
      'depth,normal',
      '-o',
      'n.png',
      ...quick,
    ]);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual([
      'n-1.png',
      'n-1-depth.png',
      'n-1-normal.png',
      'n-2.png',
      'n-2-depth.png',
      'n-2-normal.png',
    ]);
    const recalled = await recallSettings(await readFile(join(folder, 'n-2.png')));
    expect(recalled?.settings).toMatchObject({ seed: 6, camera: { position: [3, 1, 3], fovYDegrees: 30 } });
  });

  it.each([
    ['settings', ['diorama', 'parameters', 'XML:com.adobe.xmp']],
    ['label', ['XML:com.adobe.xmp']],
    ['none', []],
  ])('lets the image tell no more than --metadata %s', async (metadata, names) => {
    const { code } = await diorama(['render', 'shop.glb', '--metadata', metadata, '-o', 'm.png', ...quick]);
    expect(code).toBe(0);
    const told = (await listMetadata(await readFile(join(folder, 'm.png')))).filter(
      ({ kind }) => kind !== 'icc',
    );
    expect(told.map(({ name }) => name)).toEqual(names);
    const xmp = told.find(({ kind }) => kind === 'xmp');
    if (metadata !== 'none') expect(xmp?.text).toContain('digitalsourcetype/digitalCreation');
  });

  it('prints one JSON object with --json, and how the prompt was understood with --explain', async () => {
    const json = await diorama([
      'render',
      'shop.glb',
      '--json',
      '-p',
      'blue hour',
      '-o',
      'j.png',
      '-r',
      'mood.png:style',
      ...quick,
    ]);
    const answer = JSON.parse(json.stdout);
    expect(answer).toMatchObject({
      engine: 'builtin',
      outputs: [{ path: 'j.png', width: 256, height: 144 }],
      look: { references: [{ role: 'style' }] },
    });
    const text = await diorama([
      'render',
      'shop.glb',
      '--explain',
      '-p',
      'golden hour, xyzzyplugh',
      '-o',
      'e.png',
      ...quick,
    ]);
    expect(text.stdout).toContain('golden hour');
    expect(text.stderr).toContain('xyzzyplugh');
  });

  it('makes a picture of the prompt alone when there is no scene', async () => {
    const { code, stderr } = await diorama(['render', '-p', 'sunset over water', '-o', 'sea.png', ...quick]);
    expect(code).toBe(0);
    expect(stderr).toContain('canvas is off');
  });

  it('replaces an existing file only by a finished image', async () => {
    await writeFile(join(folder, 'old.png'), 'precious');
    const controller = new AbortController();
    const canceled = await diorama(['render', 'shop.glb', '-o', 'old.png', ...quick], {
      signal: controller.signal,
      stderr: () => controller.abort(),
    });
    expect(canceled.code).toBe(130);
    expect(await readFile(join(folder, 'old.png'), 'utf8')).toBe('precious');
    expect(await readdir(folder)).not.toContainEqual(expect.stringContaining('.part'));
    await diorama(['render', 'shop.glb', '-o', 'old.png', ...quick]);
    expect((await sharp(join(folder, 'old.png')).metadata()).width).toBe(256);
  });

  const faults: [string, string[], number, RegExp][] = [
    ['a missing file', ['render', 'none.glb'], 1, /none\.glb cannot be read.*\[not-found\]/],
    ['a folder', ['render', 'models'], 1, /models is a folder/],
    ['an empty file', ['render', 'empty.glb'], 1, /\[(invalid-model|unsupported-media-type)\]/],
    ['a truncated GLB', ['render', 'cut.glb'], 1, /\[invalid-model\]/],
    ['a picture as a scene', ['render', 'mood.png'], 1, /\[(invalid-model|unsupported-media-type)\]/],
    [
      'an SVG reference',
      ['render', 'shop.glb', '-r', 'drawing.svg'],
      1,
      /not a PNG, JPEG or WebP.*\[unsupported-media-type\]/,
    ],
    ['a missing reference', ['render', 'shop.glb', '-r', 'none.png'], 1, /\[not-found\]/],
    [
      'a camera that is not a number',
      ['render', 'shop.glb', '--camera', 'nan.json'],
      1,
      /position.*\[invalid-camera\]/,
    ],
    [
      'a camera file that is no JSON',
      ['render', 'shop.glb', '--camera', 'drawing.svg'],
      1,
      /not JSON.*\[invalid-camera\]/,
    ],
    [
      'an unknown engine',
      ['render', 'shop.glb', '--engine', 'warp'],
      1,
      /no engine "warp".*\[unknown-engine\]/,
    ],
    ['nothing at all', ['render'], 1, /\[nothing-to-generate\]/],
    [
      'a folder that does not exist for the output',
      ['render', 'shop.glb', '-o', 'no/where.png', ...quick],
      1,
      /folder does not exist.*\[storage-failed\]/,
    ],
    [
      'a folder in the place of the output',
      ['render', 'shop.glb', '-o', 'taken.png', ...quick],
      1,
      /taken\.png cannot be written: there is a folder.*\[storage-failed\]/,
    ],
    [
      'a folder in the place of one AOV',
      ['render', 'shop.glb', '--aov', 'depth', '-o', 'part.png', ...quick],
      1,
      /part-depth\.png cannot be written.*\[storage-failed\]/,
    ],
    [
      'a file where the folder of the output should be',
      ['render', 'shop.glb', '-o', 'shop.glb/out.png', ...quick],
      1,
      /folder does not exist.*\[storage-failed\]/,
    ],
    [
      'an output name that no disk takes',
      ['render', 'shop.glb', '-o', `${'a'.repeat(300)}.png`, ...quick],
      1,
      /name is too long.*\[storage-failed\]/,
    ],
    ['a model that the engine does not have', ['render', 'shop.glb', '--model', 'xl'], 2, /no model "xl"/],
    ['an empty reference', ['render', 'shop.glb', '-r', ''], 2, /reference image is empty/],
    ['an empty scene', ['render', ''], 2, /scene is empty/],
    [
      'a prompt of 50,000 characters',
      ['render', 'shop.glb', '-p', 'x'.repeat(50_000), ...quick],
      1,
      /\[prompt-too-long\]/,
    ],
    [
      'three references',
      ['render', 'shop.glb', '-r', 'mood.png', '-r', 'mood.png', '-r', 'mood.png'],
      2,
      /At most 2 reference/,
    ],
    ['an unknown role', ['render', 'shop.glb', '-r', 'mood.png:hero'], 2, /no reference role "hero"/],
    ['an unknown ratio', ['render', 'shop.glb', '-a', '7:5'], 2, /aspect-ratio/],
    ['a size that is too small', ['render', 'shop.glb', '-s', '100'], 2, /from 256 to 4096/],
    ['an unknown AOV', ['render', 'shop.glb', '--aov', 'depth,smell'], 2, /smell/],
    ['an unknown flag', ['render', 'shop.glb', '--fast'], 2, /--fast/],
    ['an output that is no PNG', ['render', 'shop.glb', '-o', 'a.jpg'], 2, /\.png/],
    ['an unknown sample', ['render', 'sample:teapot'], 2, /teapot/],
    ['an unknown command', ['paint'], 2, /paint/],
  ];

  it.each(faults)(
    'says what is wrong about %s, without a stack or a path of this machine',
    async (_, args, expected, message) => {
      const { code, stdout, stderr } = await diorama(args);
      expect(stderr).toMatch(message);
      expect(code).toBe(expected);
      expect(stderr).toMatch(/^hint: \S/m);
      expect(stdout).toBe('');
      expect(stderr).not.toContain(folder);
      expect(stderr).not.toMatch(/\n\s+at /);
    },
  );

  it('refuses a place that cannot be written to before it renders', async () => {
    const { code, stderr } = await diorama(['render', 'shop.glb', '-o', 'no/where.png', ...quick]);
    expect(code).toBe(1);
    expect(stderr).not.toContain('%');
    expect(await readdir(folder)).not.toContain('part.png');
  });

  it('prints a path above the current folder as it was typed', async () => {
    const { code, stdout, stderr } = await diorama(['render', '../shop.glb', '-o', '../up.png', ...quick], {
      cwd: join(folder, 'models'),
    });
    expect([code, stdout]).toEqual([0, '../up.png\n']);
    expect(stderr).not.toContain(folder);
  });

  it('gives every hostile model a code and no output', async () => {
    for (const [index, { bytes, name }] of hostileGlbs().slice(0, 12).entries()) {
      const file = join(folder, `hostile-${index}.glb`);
      await writeFile(file, bytes);
      const { code, stderr } = await diorama(['inspect', file]);
      expect([code, /\[[a-z-]+\]/.test(stderr)], name).toEqual([1, true]);
    }
  });

  it('reports a failure as JSON too when JSON was asked for', async () => {
    const { code, stdout } = await diorama(['render', 'none.glb', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'not-found' } });
  });
});

describe('diorama inspect', () => {
  it('lists objects, materials and bounds, as text and as JSON', async () => {
    const text = await diorama(['inspect', 'shop.glb']);
    expect(text.stdout).toMatch(/Ball.*triangles/);
    expect(text.stdout).toMatch(/red {2}#/);
    const { stdout } = await diorama(['inspect', 'shop.glb', '--json']);
    const summary = JSON.parse(stdout);
    expect(summary.triangles).toBeGreaterThan(12);
    expect(summary.bounds.sizeM[0]).toBeCloseTo(1.8, 1);
  });
});

describe('the program', () => {
  it('prints help and version, and treats no command as bad usage', async () => {
    expect((await diorama(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await diorama(['render', '--help'])).stdout).toContain('--aspect-ratio');
    expect((await diorama([])).code).toBe(2);
  });

  it('runs as a process and cleans up after Ctrl+C', async () => {
    const binary = new URL('../bin/diorama.js', import.meta.url).pathname;
    const child = spawn(
      process.execPath,
      [binary, 'render', 'shop.glb', '-o', 'interrupted.png', '--spp', '4096', '--size', '512'],
      { cwd: folder },
    );
    let sent = false;
    child.stderr.on('data', () => {
      if (!sent) child.kill('SIGINT');
      sent = true;
    });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).toBe(130);
    expect((await readdir(folder)).filter((name) => name.includes('interrupted'))).toEqual([]);
  });
});
