import { z } from 'zod';

const OPTIONS_MAX = 40;
const LIST_MAX = 20;
const TEXT_MAX = 200;

/** Names of options that may hold a secret, whatever stands in them. */
const SECRET_NAME = /key|token|secret|password|credential|authorization|cookie/i;
/** Absolute and home paths, shares, drives, and addresses: they tell of the machine, not of the picture. */
const PLACE = /^(?:[/\\~]|[A-Za-z]:[\\/]|\.\.?[\\/])|:\/\//;

type Simple = string | number | boolean | null;

function isSimple(value: unknown): value is Simple {
  return (
    value === null ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value)) ||
    (typeof value === 'string' && value.length <= TEXT_MAX && !PLACE.test(value))
  );
}

/**
 * Options of an engine as they may travel inside an image: words, numbers, switches and short lists of them. Anything
 * nested, long, or that looks like a place or a secret stays behind.
 */
export function safeOptions(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const safe: [string, unknown][] = [];
  for (const [name, value] of Object.entries(options)) {
    if (safe.length >= OPTIONS_MAX) break;
    if (!/^[A-Za-z][\w-]{0,59}$/.test(name) || SECRET_NAME.test(name)) continue;
    if (isSimple(value)) safe.push([name, value]);
    else if (Array.isArray(value) && value.length <= LIST_MAX && value.every(isSimple))
      safe.push([name, value]);
  }
  return Object.fromEntries(safe);
}

/** What is read is held to the same rule as what is written: images come from anywhere. */
export const safeOptionsSchema = z.record(z.string(), z.unknown()).transform(safeOptions);
