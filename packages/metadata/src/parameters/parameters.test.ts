import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_SETTINGS } from '../settings/image-settings.ts';
import { readParameters } from './read-parameters.ts';
import { writeParameters } from './write-parameters.ts';

describe('the text of other programs', () => {
  it('is read as A1111 writes it', () => {
    const text = [
      'masterpiece, (a cat:1.2), <lora:fur:0.8>',
      'on a mat',
      'Negative prompt: dog, blurry',
      'low quality',
      'Steps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 4115613226, Size: 832x1216, Model hash: 31e35c80fc, Model: sd_xl_base_1.0, Denoising strength: 0.45, Lora hashes: "fur: abc, tail: def", Version: v1.10.1',
    ].join('\n');
    expect(readParameters(text)).toEqual({
      settings: {
        ...NO_SETTINGS,
        prompt: 'masterpiece, (a cat:1.2), <lora:fur:0.8>\non a mat',
        negativePrompt: 'dog, blurry\nlow quality',
        model: 'sd_xl_base_1.0',
        seed: 4_115_613_226,
        width: 832,
        height: 1216,
        size: 1216,
        options: { steps: 28, sampler: 'DPM++ 2M', scheduler: 'Karras', cfg: 6.5, denoise: 0.45 },
      },
      unknown: ['Model hash', 'Lora hashes'],
    });
  });

  it.each([
    ['Windows line ends', 'x\r\nNegative prompt: y\r\nSteps: 2, Seed: 3', 'x', 'y', 3],
    ['no prompt', 'Steps: 2, Sampler: a, Seed: 3', '', '', 3],
    ['no negative prompt', 'x\nSteps: 2, Seed: 3', 'x', '', 3],
    ['no line of values', 'x\nNegative prompt: y', 'x', 'y', null],
    ['a seed that no request can have', 'x\nSteps: 2, Seed: -1', 'x', '', null],
    ['lines behind the values', 'x\nSteps: 2, Seed: 3\nTemplate: a: b', 'x', '', 3],
    ['a quote that never ends', 'x\nSteps: 2, Seed: 3, Hashes: "a, b', 'x', '', 3],
  ])('is read with %s', (_, text, prompt, negativePrompt, seed) => {
    expect(readParameters(text)?.settings).toMatchObject({ prompt, negativePrompt, seed });
  });

  it('is told from other words', () => {
    for (const text of [
      '',
      'A photo of the size: large, and the seed: of doubt.',
      '{"prompt": "x"}',
      'Seed: 1',
    ])
      expect(readParameters(text)).toBeNull();
  });

  it('comes back as it was written', () => {
    const words = fc
      .string({ maxLength: 80, unit: 'grapheme' })
      .map((text) => text.trim())
      .filter((text) => !/^negative prompt:|[\r\n\u2028\u2029]/im.test(text));
    fc.assert(
      fc.property(words, words, fc.nat(0xffff_ffff), words, (prompt, negativePrompt, seed, model) => {
        const settings = { ...NO_SETTINGS, prompt, negativePrompt, seed, model, width: 640, height: 480 };
        expect(readParameters(writeParameters(settings))?.settings).toMatchObject({
          prompt,
          negativePrompt,
          seed,
          ...(model === '' ? {} : { model }),
          width: 640,
          height: 480,
          aspectRatio: '4:3',
        });
      }),
      { numRuns: 300 },
    );
  });

  it('never takes long or throws, whatever it is', () => {
    const piece = fc.constantFrom(
      'Steps: ',
      'Seed: 1',
      ', ',
      ': ',
      '"',
      '\\',
      '\n',
      'Size: 9x9',
      'a',
      'Negative prompt:',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        readParameters(pieces.join(''));
      }),
      { numRuns: 500 },
    );
    const began = performance.now();
    for (const hostile of [': ,', '"', 'a:', 'Steps: "\\', ' \n', 'Steps: 1,\n'])
      readParameters(hostile.repeat(200_000 / hostile.length));
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
