import type { ImageSettings } from '../settings/image-settings.ts';

/**
 * The settings as the text that A1111 and many others write and read: the prompt, a line with the negative prompt, and a
 * line of names and values. It says what that text has words for; the rest stands in our own document.
 */
export function writeParameters(settings: ImageSettings): string {
  const { options, width, height, seed } = settings;
  const values: [string, unknown][] = [
    ['Steps', options['steps']],
    ['Sampler', options['sampler']],
    ['Schedule type', options['scheduler']],
    ['CFG scale', options['cfg']],
    ['Seed', seed],
    ['Size', width !== null && height !== null ? `${width}x${height}` : null],
    ['Model', settings.modelUsed ?? settings.model ?? settings.engineKind ?? settings.engine],
    ['Denoising strength', typeof options['denoise'] === 'number' ? options['denoise'] : null],
    ['Version', 'Diorama'],
  ];
  const line = values
    .filter(([, value]) => typeof value === 'number' || (typeof value === 'string' && value !== ''))
    .map(([name, value]) => `${name}: ${quoted(String(value))}`)
    .join(', ');
  const negative = settings.negativePrompt.trim();
  return [settings.prompt.trim(), ...(negative === '' ? [] : [`Negative prompt: ${negative}`]), line].join(
    '\n',
  );
}

function quoted(value: string): string {
  return /[,:\n"]/.test(value) ? JSON.stringify(value) : value;
}
