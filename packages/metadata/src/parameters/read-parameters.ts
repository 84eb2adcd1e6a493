import { LIMITS } from '@diorama/contracts';
import { type ImageSettings, NO_SETTINGS } from '../settings/image-settings.ts';
import { safeOptions } from '../settings/safe-options.ts';
import type { ReadSettings } from '../settings/settings-document.ts';
import { shapeOf } from '../settings/shape-of.ts';

const NEGATIVE = /^negative prompt:\s?/i;
/** Names that a line of values may begin with, or has among the first; without one of them it belongs to the prompt. */
const TELLING = ['steps', 'sampler', 'seed', 'size', 'model', 'cfg scale'];

/**
 * Reads the text that A1111, Forge, SD.Next and many others write into an image. There is no definition of it: names and
 * values come in any order, some are quoted, and most differ between programs. What means nothing here is named.
 *
 * @returns Null when the text is not of that kind.
 */
export function readParameters(text: string): ReadSettings | null {
  const lines = text.replace(/\r\n?/g, '\n').trim().split('\n');
  const valuesAt = lines.findLastIndex(isLineOfValues);
  const negativeAt = lines.findIndex((line) => NEGATIVE.test(line));
  if (valuesAt < 0 && negativeAt < 0) return null;
  const words = lines.slice(0, valuesAt < 0 ? lines.length : valuesAt);
  const promptEnd = negativeAt < 0 || negativeAt > words.length ? words.length : negativeAt;
  const prompt = words.slice(0, promptEnd).join('\n').trim();
  const negativePrompt = words.slice(promptEnd).join('\n').replace(NEGATIVE, '').trim();
  // Hash tables and notes of extensions may follow on lines of their own.
  const values = valuesAt < 0 ? [] : readValues(lines.slice(valuesAt).join(', '));
  return toSettings(prompt, negativePrompt, values);
}

function isLineOfValues(line: string): boolean {
  const names = readValues(line).map(([name]) => name.toLowerCase());
  const telling = TELLING.filter((name) => names.includes(name)).length;
  return names[0] === 'steps' ? telling > 0 : telling > 1;
}

/** `Name: value, Name: "value, with a comma"`: one pass, so that no text takes long. */
function readValues(line: string): [name: string, value: string][] {
  const values: [string, string][] = [];
  let at = 0;
  while (at < line.length && values.length < 200) {
    const colon = line.indexOf(':', at);
    if (colon < 0) break;
    const comma = line.lastIndexOf(',', colon);
    const name = line.slice(Math.max(at, comma + 1), colon).trim();
    let from = colon + 1;
    while (line[from] === ' ') from += 1;
    const end = line[from] === '"' ? endOfQuoted(line, from) : -1;
    const stop = end < 0 ? endOfPlain(line, from) : endOfPlain(line, end);
    const value = end < 0 ? line.slice(from, stop).trim() : unquote(line.slice(from, end));
    if (/^[\p{L}\p{N}][\p{L}\p{N} _./()-]{0,59}$/u.test(name)) values.push([name, value]);
    at = stop + 1;
  }
  return values;
}

function endOfPlain(line: string, from: number): number {
  const comma = line.indexOf(',', from);
  return comma < 0 ? line.length : comma;
}

/** Behind the closing quote, or -1. */
function endOfQuoted(line: string, from: number): number {
  for (let at = from + 1; at < line.length; at++) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === '"') return at + 1;
  }
  return -1;
}

function unquote(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}

function toSettings(
  prompt: string,
  negativePrompt: string,
  values: readonly [name: string, value: string][],
): ReadSettings {
  const unknown: string[] = [];
  const options: Record<string, unknown> = {};
  let found: Partial<ImageSettings> = {};
  for (const [name, value] of values) {
    const number = value.trim() === '' ? Number.NaN : Number(value);
    switch (name.toLowerCase()) {
      case 'seed':
        if (Number.isInteger(number) && number >= 0 && number <= 0xffff_ffff)
          found = { ...found, seed: number };
        else unknown.push(name);
        break;
      case 'size': {
        const size = /^(\d{1,5})\s?[x×]\s?(\d{1,5})$/.exec(value.trim());
        const [width, height] = [Number(size?.[1] ?? 0), Number(size?.[2] ?? 0)];
        if (width > 0 && height > 0) found = { ...found, width, height, ...shapeOf({ width, height }) };
        else unknown.push(name);
        break;
      }
      case 'model':
        if (value !== '') found = { ...found, model: value.slice(0, 200) };
        break;
      case 'steps':
        if (Number.isInteger(number) && number >= 1 && number <= 1_000) options['steps'] = number;
        else unknown.push(name);
        break;
      case 'cfg scale':
        if (number >= 0 && number <= 100) options['cfg'] = number;
        else unknown.push(name);
        break;
      case 'sampler':
        if (value !== '') options['sampler'] = value.slice(0, 60);
        break;
      case 'schedule type':
        if (value !== '') options['scheduler'] = value.slice(0, 60);
        break;
      case 'denoising strength':
        if (number >= 0 && number <= 1) options['denoise'] = number;
        else unknown.push(name);
        break;
      case 'version':
        break;
      default:
        unknown.push(name);
    }
  }
  return {
    settings: {
      ...NO_SETTINGS,
      prompt: cut(prompt, LIMITS.promptCharacters),
      negativePrompt: cut(negativePrompt, LIMITS.promptCharacters),
      ...found,
      options: safeOptions(options),
    },
    unknown: [...new Set(unknown)].slice(0, 50),
  };
}

function cut(text: string, characters: number): string {
  return text.length <= characters ? text : text.slice(0, characters).toWellFormed();
}
