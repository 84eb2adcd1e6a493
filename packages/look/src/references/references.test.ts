import { describe, expect, it } from 'vitest';
import { readLook } from '../read-look.ts';
import { SCENES } from '../scenes.fixture.ts';
import { guessRole } from './guess-role.ts';
import { findReferenceMentions } from './reference-mentions.ts';
import { referenceStats } from './reference-stats.ts';

type Shade = (x: number, y: number) => readonly [number, number, number];

function picture(width: number, height: number, shade: Shade) {
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba.set([...shade(x, y), 255], (y * width + x) * 4);
  }
  return { width, height, rgba };
}

/** A hash of the place: noise without chance. */
const noise = (x: number, y: number): number => {
  const value = Math.sin(x * 127.1 + y * 311.7) * 43_758.5453;
  return value - Math.floor(value);
};

const sunsetLandscape = picture(160, 90, (_x, y) =>
  y < 50 ? [250 - y, 150 - y / 2, 80 + y / 2] : [50, 40 - y / 6, 35],
);
const fabricTexture = picture(128, 128, (x, y) => {
  const value = 90 + 60 * noise(Math.floor(x / 2), Math.floor(y / 2));
  return [value, value * 0.7, value * 0.5];
});
const swatches = picture(
  100,
  40,
  (x) =>
    (
      [
        [230, 60, 60],
        [240, 200, 60],
        [40, 90, 160],
        [245, 240, 230],
      ] as const
    )[Math.floor(x / 25)]!,
);
const greyPhoto = picture(80, 80, (x, y) => {
  const value = Math.round((x + y) * 1.5);
  return [value, value, value];
});

describe('referenceStats', () => {
  it('finds the colours of swatches with their shares', () => {
    const { palette } = referenceStats(swatches);
    expect(palette).toHaveLength(4);
    expect(palette.map(({ weight }) => Math.round(weight * 4) / 4)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(palette.map(({ colorSrgb }) => colorSrgb)).toContain('#285aa0');
  });

  it('sees the sky brighter than the land', () => {
    const stats = referenceStats(sunsetLandscape);
    expect(stats.topLightness).toBeGreaterThan(stats.bottomLightness + 0.2);
  });

  it('measures no colour in a grey picture', () => {
    const stats = referenceStats(greyPhoto);
    expect(stats.saturation).toBeLessThan(0.01);
    expect(stats.contrast).toBeGreaterThan(0.5);
  });

  it('gives the same numbers for the same pixels', () => {
    expect(referenceStats(fabricTexture)).toEqual(referenceStats(fabricTexture));
  });

  it('leaves transparent pixels out', () => {
    const image = picture(10, 10, () => [255, 0, 0]);
    for (let i = 0; i < 50; i++) image.rgba.set([0, 255, 0, 0], i * 4);
    expect(referenceStats(image).palette.map(({ colorSrgb }) => colorSrgb)).toEqual(['#ff0000']);
  });

  it('stays finite for a fully transparent picture and for a single pixel', () => {
    for (const image of [{ width: 4, height: 4, rgba: new Uint8Array(64) }, picture(1, 1, () => [9, 9, 9])]) {
      const stats = referenceStats(image);
      expect(
        Object.values(stats)
          .flat()
          .filter((value) => typeof value === 'number')
          .every(Number.isFinite),
      ).toBe(true);
    }
  });

  it('refuses a buffer that is too small', () => {
    expect(() => referenceStats({ width: 10, height: 10, rgba: new Uint8Array(10) })).toThrow(RangeError);
  });
});

describe('guessRole', () => {
  it.each([
    ['a tileable texture', fabricTexture, 'material'],
    ['swatches', swatches, 'palette'],
    ['a landscape', sunsetLandscape, 'style'],
    ['a grey photograph', greyPhoto, 'style'],
  ] as const)('sees what %s is for', (_name, image, role) => {
    expect(guessRole(referenceStats(image))).toBe(role);
  });
});

describe('findReferenceMentions', () => {
  it.each([
    ['in the style of image 2', 0, 'style'],
    ['use image 3 as background', 1, 'background'],
    ['texture from the reference', 0, 'material'],
    ['colours of the first reference', 0, 'palette'],
    ['match the mood of the second reference', 1, 'style'],
    ['golden hour, apply the fabric from image 3 to the armchair', 1, 'material'],
    ['palette like reference 2', 1, 'palette'],
  ] as const)('reads "%s"', (prompt, index, role) => {
    expect(findReferenceMentions(prompt, 2)).toMatchObject([{ index, role }]);
  });

  it('takes "a photo of a chair" for the result, not for a reference', () => {
    expect(findReferenceMentions('a photo of a chair, picture on the wall', 2)).toEqual([]);
  });
});

describe('readLook with references', () => {
  const look = (
    prompt: string,
    references: Parameters<typeof readLook>[0]['references'],
    scene = SCENES.room,
  ) => readLook({ prompt, scene, references });

  it('takes over palette and tone of a style reference', () => {
    const result = look('', [{ role: 'style', stats: referenceStats(sunsetLandscape) }]);
    expect(result.palette.length).toBeGreaterThan(1);
    expect(result.grade.temperature).toBeGreaterThan(0.05);
    expect(result.grade.splitTone).toBeGreaterThan(0.2);
    expect(result.references).toMatchObject([{ index: 0, role: 'style', guessed: false }]);
  });

  it('makes the picture grey for a grey style reference', () => {
    expect(look('', [{ role: 'style', stats: referenceStats(greyPhoto) }]).grade.monochrome).toBe(true);
  });

  it('puts a background reference behind the scene and lights the scene like it', () => {
    const result = look('', [{ role: 'background', stats: referenceStats(sunsetLandscape) }]);
    expect(result.background).toEqual({ kind: 'reference', index: 0 });
    expect(result.lighting).toMatchObject({ kind: 'sky', sunElevationDegrees: 7 });
  });

  it('leaves the light alone that the words asked for', () => {
    const result = look('noon', [{ role: 'background', stats: referenceStats(sunsetLandscape) }]);
    expect(result.lighting).toMatchObject({ kind: 'sky', sunElevationDegrees: 64 });
  });

  it('binds a material reference to the object named with it', () => {
    const result = look('golden hour, apply the fabric from image 2 to the armchair', [
      { role: null, stats: referenceStats(fabricTexture) },
    ]);
    expect(result.materials).toMatchObject([{ target: ['id-Armchair'], fromReference: 0 }]);
    expect(result.notUnderstood).toEqual([]);
  });

  it('follows the role of the slot against the words', () => {
    const result = look('use image 2 as background', [{ role: 'style', stats: null }]);
    expect(result.references).toMatchObject([{ role: 'style', guessed: false }]);
  });

  it('says that a role was guessed', () => {
    const result = look('sunset', [{ role: null, stats: referenceStats(fabricTexture) }]);
    expect(result.references).toMatchObject([{ role: 'material', guessed: true }]);
  });

  it('says that a subject cannot be put into the scene', () => {
    const [reference] = look('', [{ role: 'subject', stats: referenceStats(sunsetLandscape) }]).references;
    expect(reference?.effect).toContain('cannot');
    expect(reference?.strength).toBeLessThan(0.3);
  });

  it('uses two references for two roles', () => {
    const result = look('in the style of image 2, use image 3 as the background', [
      { role: null, stats: referenceStats(sunsetLandscape) },
      { role: null, stats: referenceStats(greyPhoto) },
    ]);
    expect(result.references.map(({ role }) => role)).toEqual(['style', 'background']);
    expect(result.background).toEqual({ kind: 'reference', index: 1 });
    expect(result.notUnderstood).toEqual([]);
  });
});

describe('a reference without a number', () => {
  it('is meant where something is taken from the picture', () => {
    const [mention] = findReferenceMentions('armchair in the material of the image', 1);
    expect(mention).toMatchObject({ index: 0, role: 'material' });
  });

  it('is not meant where the picture is a thing in the scene', () => {
    expect(findReferenceMentions('the picture on the wall is red', 1)).toEqual([]);
  });
});
