import {
  aovNameSchema,
  builtinOptionsSchema,
  cameraSchema,
  lookSchema,
  seedSchema,
} from '@diorama/contracts';
import { z } from 'zod';
import { invalidImage } from '../bytes.ts';
import {
  type ImageSettings,
  NO_SETTINGS,
  SETTINGS_FORMAT,
  SETTINGS_VERSION,
  settingsSchema,
} from './image-settings.ts';
import { safeOptions } from './safe-options.ts';
import { shapeOf } from './shape-of.ts';

/** What Diorama wrote before version 2; images that have it are still read. */
const firstVersionSchema = z.object({
  format: z.literal(SETTINGS_FORMAT),
  version: z.literal(1),
  /** The kind of the engine. */
  engine: z.string().max(64),
  engineVersion: z.string().max(64),
  model: z.string().max(200).nullable(),
  prompt: z.string().max(4_000),
  look: lookSchema.nullable(),
  camera: cameraSchema.nullable(),
  seed: seedSchema,
  width: z.int().positive(),
  height: z.int().positive(),
  options: builtinOptionsSchema.extend({ aovs: z.array(aovNameSchema) }).nullable(),
});

/** The document as text; the same settings give the same text. */
export function writeSettings(settings: ImageSettings): string {
  const document = settingsSchema.parse({
    ...settings,
    format: SETTINGS_FORMAT,
    version: SETTINGS_VERSION,
    options: safeOptions(settings.options),
  });
  return JSON.stringify(document);
}

/** What was understood of a document, and what was not. */
export interface ReadSettings {
  readonly settings: ImageSettings;
  /** Fields that this version does not know. */
  readonly unknown: readonly string[];
}

/** @throws {DioramaError} `invalid-image` when it is not such a document, or of a newer version. */
export function readSettings(text: string): ReadSettings {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw unreadable(cause);
  }
  const head = z.object({ format: z.literal(SETTINGS_FORMAT), version: z.int().min(1) }).safeParse(json);
  if (!head.success) throw unreadable(head.error);
  if (head.data.version > SETTINGS_VERSION)
    throw invalidImage('The settings inside the image were written by a newer Diorama.');
  const schema = head.data.version === 1 ? firstVersionSchema : settingsSchema;
  const known = new Set(Object.keys(schema.shape));
  const unknown = Object.keys(json as object)
    .filter((field) => !known.has(field))
    .slice(0, 50)
    .map((field) => field.slice(0, 60));
  if (head.data.version === 1) {
    const first = firstVersionSchema.safeParse(json);
    if (!first.success) throw unreadable(first.error);
    return { settings: fromFirstVersion(first.data), unknown };
  }
  const second = settingsSchema.safeParse(json);
  if (!second.success) throw unreadable(second.error);
  const { format: _format, version: _version, ...settings } = second.data;
  return { settings, unknown };
}

function fromFirstVersion({
  format: _format,
  version: _version,
  engine,
  options,
  ...rest
}: z.infer<typeof firstVersionSchema>): ImageSettings {
  return {
    ...NO_SETTINGS,
    ...rest,
    ...shapeOf(rest),
    // The ids of connections are their server's own; only the built-in engine is called as its kind is.
    engine: engine === 'builtin' ? engine : null,
    engineKind: engine,
    options: options === null ? {} : safeOptions(options),
  };
}

function unreadable(cause: unknown) {
  return invalidImage('The settings inside the image cannot be read.', cause);
}
