import { type Look, lookSchema } from '@diorama/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colorName } from './color/color-name.ts';
import { type Expected, PROMPTS } from './prompts.fixture.ts';
import { readLook } from './read-look.ts';
import { SCENES } from './scenes.fixture.ts';

const read = (prompt: string, scene: Expected['scene'] = 'statue'): Look =>
  readLook({ prompt, scene: scene === null ? null : SCENES[scene], references: [] });

const idsToNames = (target: 'all' | readonly string[]): string =>
  target === 'all' ? 'all' : target.map((id) => id.replace(/^id-/, '')).join(',');

function expectBetween(value: number, range: readonly [number, number] | undefined, what: string): void {
  if (range === undefined) return;
  expect(value, what).toBeGreaterThanOrEqual(range[0] - 1e-9);
  expect(value, what).toBeLessThanOrEqual(range[1] + 1e-9);
}

function check(look: Look, expected: Expected): void {
  const { lighting, background, ground, lens, atmosphere, grade } = look;
  if (expected.light !== undefined) {
    const light =
      lighting.kind === 'studio'
        ? `studio:${lighting.set}`
        : lighting.kind === 'hdri'
          ? `hdri:${lighting.name}`
          : 'sky';
    expect(light).toBe(expected.light);
  }
  if (lighting.kind === 'sky') {
    expectBetween(lighting.sunElevationDegrees, expected.sun, 'sun');
    expectBetween(lighting.cloudCover, expected.clouds, 'clouds');
    if (expected.moon !== undefined) expect(lighting.moon).toBe(expected.moon);
  } else expect([expected.sun, expected.clouds, expected.moon]).toEqual([undefined, undefined, undefined]);
  const azimuth =
    lighting.kind === 'sky'
      ? lighting.sunAzimuthDegrees
      : lighting.kind === 'studio'
        ? lighting.keyAzimuthDegrees
        : lighting.rotationDegrees;
  expectBetween(azimuth, expected.azimuth, 'azimuth');
  if (lighting.kind === 'studio') {
    if (expected.key !== undefined) expect(colorName(lighting.keyColorSrgb)).toBe(expected.key);
    if (expected.accent !== undefined) expect(colorName(lighting.accentColorSrgb)).toBe(expected.accent);
  }
  if (expected.background !== undefined) expect(background.kind).toBe(expected.background);
  if (expected.backgroundColor !== undefined) {
    const color =
      background.kind === 'color'
        ? background.colorSrgb
        : background.kind === 'gradient'
          ? background.topSrgb
          : '#000000';
    const name = colorName(color);
    expect(name === 'charcoal' ? 'black' : name === 'cream' ? 'white' : name).toBe(expected.backgroundColor);
  }
  if (expected.ground !== undefined)
    expect(`${ground.surface.texture?.kind} ${ground.surface.name}`).toContain(expected.ground);
  if (expected.groundKind !== undefined) expect(ground.kind).toBe(expected.groundKind);
  if (expected.wet !== undefined) expect(ground.surface.wetness > 0.3).toBe(expected.wet);
  if (expected.fog !== undefined) expect(atmosphere.fog > 0).toBe(expected.fog);
  if (expected.precipitation !== undefined) expect(atmosphere.precipitation).toBe(expected.precipitation);
  if (expected.style !== undefined) expect(look.style).toBe(expected.style);
  if (expected.focal !== undefined) expect(lens.focalLengthMm).toBe(expected.focal);
  expectBetween(lens.depthOfField, expected.dof, 'depth of field');
  if (expected.focusOn !== undefined)
    expect(lens.focusOn?.map((id) => id.replace(/^id-/, ''))).toEqual(expected.focusOn);
  if (expected.monochrome !== undefined) expect(grade.monochrome).toBe(expected.monochrome);
  for (const [key, value] of [
    ['exposure', grade.exposureEv],
    ['contrast', grade.contrast],
    ['saturation', grade.saturation],
    ['temperature', grade.temperature],
  ] as const) {
    if (expected[key] !== undefined) expect(Math.sign(value), key).toBe(expected[key]);
  }
  if (expected.splitTone !== undefined) expect(grade.splitTone > 0).toBe(expected.splitTone);
  const materials = Object.fromEntries(
    look.materials.map((entry) => [idsToNames(entry.target), entry.surface.name]),
  );
  if (expected.materials !== undefined) expect(materials).toEqual(expected.materials);
  if (expected.noMaterials) expect(materials).toEqual({});
  if (expected.categories !== undefined)
    expect(look.directives.map((directive) => directive.category)).toEqual(expected.categories);
  expect(look.notUnderstood.map((entry) => entry.text)).toEqual(expected.missing ?? []);
}

describe('readLook', () => {
  it.each(PROMPTS.map(([prompt, expected]) => ({ prompt, expected, place: expected.scene ?? 'statue' })))(
    'understands "$prompt" over the scene "$place"',
    ({ prompt, expected }) => {
      const look = read(prompt, expected.scene);
      expect(lookSchema.safeParse(look).error).toBeUndefined();
      check(look, expected);
    },
  );
});

describe('readLook, in general', () => {
  it('says where words overrule earlier ones', () => {
    const look = read('golden hour, noon');
    expect(look.directives[0]?.effect).toContain('Replaced by "noon"');
  });

  it('says what a typing error was read as', () => {
    expect(read('cinamatic').directives[0]?.effect).toMatch(/^Read as "cinematic"\./);
  });

  it('names the closest objects when none has the name', () => {
    const [entry] = read('blue velvet couch', 'room').notUnderstood;
    expect(entry?.reason).toContain('No object called "couch"');
  });

  it('writes the sun into the sentence for a time of day', () => {
    expect(read('golden hour').directives[0]?.effect).toBe(
      'Sun 5 degrees above the horizon, from the left and behind; warm light, clear sky.',
    );
  });

  it('keeps spans exact, so that text and span agree', () => {
    const prompt = 'Red leather chair, very shallow depth of field, on white';
    for (const { text, span } of read(prompt, 'room').directives)
      expect(prompt.slice(...(span ?? [0, 0]))).toBe(text);
  });

  it('is the same look every time', () => {
    const prompt = 'pink and blue neon, walnut table with brass legs, cinematic';
    expect(read(prompt, 'room')).toEqual(read(prompt, 'room'));
  });

  it('reads a scene of 50,000 objects', () => {
    const objects = Array.from({ length: 50_000 }, (_, i) => ({
      id: `n${i}`,
      name: `SM_Chair_${i}`,
      parentId: null,
      materialNames: [],
    }));
    const look = readLook({ prompt: 'red chairs', scene: { objects }, references: [] });
    expect(look.materials[0]?.target).toHaveLength(50_000);
  });

  it('takes CPU time for a long prompt that nobody notices', () => {
    const prompt = PROMPTS.map(([text]) => text)
      .join(', ')
      .repeat(2)
      .slice(0, 4_000);
    read(prompt, 'room');
    const before = process.cpuUsage();
    read(prompt, 'room');
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(150);
  });

  it('reads no more than the longest allowed prompt', () => {
    const look = readLook({ prompt: 'golden hour, '.repeat(20_000), scene: null, references: [] });
    expect(Math.max(...look.directives.map((directive) => directive.span?.[1] ?? 0))).toBeLessThanOrEqual(
      4_000,
    );
  });
});

const anyPrompt = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(
      fc.constantFrom(
        ...PROMPTS.flatMap(([prompt]) => prompt.split(' ')),
        'no',
        'not',
        'and',
        'with',
        'in',
        'on',
        ',',
        '.',
        '<b>',
        '🌅',
        'مرحبا',
        '夕焼け',
        'of image 2',
        'constructor',
        '\u0000',
        '"',
        '(',
        '-',
        '85mm',
        'f/1.8',
        '#ff0000',
        'the',
        'to',
        'is',
        'make',
        'it',
        'focus on',
        'background',
        'neon',
      ),
      { maxLength: 60 },
    )
    .map((words) => words.join(' ')),
);

describe('readLook, on any text', () => {
  it('gives a look that fits the schema, with spans inside the prompt that do not overlap', () => {
    fc.assert(
      fc.property(
        anyPrompt,
        fc.constantFrom(...Object.values(SCENES), null),
        fc.boolean(),
        (prompt, scene, withReference) => {
          const references = withReference ? [{ role: null, stats: null }] : [];
          const look = readLook({ prompt, scene, references });
          expect(lookSchema.safeParse(look).error).toBeUndefined();
          const understood = look.directives
            .flatMap(({ span }) => (span ? [span] : []))
            .sort((a, b) => a[0] - b[0]);
          for (const [i, [start, end]] of understood.entries()) {
            expect(start).toBeLessThan(end);
            expect(end).toBeLessThanOrEqual(prompt.length);
            expect(start).toBeGreaterThanOrEqual(understood[i - 1]?.[1] ?? 0);
          }
          for (const { text, span } of [...look.notUnderstood, ...(look.noEffect ?? [])]) {
            expect(prompt.slice(...span)).toBe(text);
            for (const [start, end] of understood) expect(span[1] <= start || span[0] >= end).toBe(true);
          }
          expect(readLook({ prompt, scene, references })).toEqual(look);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('an exception', () => {
  it('is reported, because leaving it out does the opposite of what was asked', () => {
    const look = readLook({
      prompt: 'chrome everything except the wheels',
      references: [],
      scene: SCENES.truck,
    });
    expect(look.notUnderstood).toMatchObject([
      { text: 'except', reason: expect.stringContaining('name the objects') },
    ]);
  });
});

describe('lamps of the scene', () => {
  const room = {
    name: 'room',
    objects: ['Wall', 'Window', 'Sofa', 'Floor lamp', 'Shade', 'Shade rim', 'Bulb'].map((name, i) => ({
      id: `n${i}`,
      name,
      parentId: i > 3 ? 'n3' : null,
      materialNames: [],
    })),
  };

  it('shine at night when lamplight is asked for, and their stands do not', () => {
    const look = readLook({ prompt: 'night, warm lamp light', references: [], scene: room });
    expect(look.lighting).toMatchObject({ kind: 'sky', moon: true });
    const lit = look.materials.filter(({ surface }) => (surface.emission ?? 0) > 1);
    expect(lit.flatMap(({ target }) => target).toSorted()).toEqual(['n4', 'n6']);
  });

  it('shine at the hour that was asked for', () => {
    const look = readLook({ prompt: 'blue hour, lights on inside', references: [], scene: room });
    expect(look.lighting).toMatchObject({ kind: 'sky', moon: false });
    expect(look.notUnderstood).toEqual([]);
  });
});
