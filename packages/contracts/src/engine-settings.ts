import { z } from 'zod';
import { priceSchema } from './cost.ts';
import { ENGINE_KINDS, engineKindSchema, engineLocationSchema, engineModelSchema } from './engine.ts';

/** Kinds that a connection can be made to. */
export const CONNECTABLE_KINDS = ENGINE_KINDS.filter((kind) => kind !== 'builtin');

/** What the settings page needs to know of a kind before there is a connection. Holds no secrets. */
export const engineKindInfoSchema = z.object({
  kind: engineKindSchema,
  name: z.string(),
  summary: z.string(),
  location: engineLocationSchema,
  key: z.enum(['required', 'optional', 'none']),
  /** What the key is called at the service: "API key", "user:password". */
  keyLabel: z.string(),
  /** Page on which a key is made; null when there is none. */
  keyUrl: z.string().nullable(),
  /** `fixed` = the service's own, may be replaced; `required` = the owner's server. */
  address: z.enum(['fixed', 'required']),
  defaultAddress: z.string(),
  /** Whether servers of this kind usually stand in a private network. */
  isUsuallyPrivate: z.boolean(),
  /** Environment variables that make a connection without the settings page, the key's first. */
  environment: z.array(z.string()),
});
export type EngineKindInfo = z.infer<typeof engineKindInfoSchema>;

/** What a test of a connection found. */
export const probeReportSchema = z.object({
  ok: z.boolean(),
  testedAt: z.iso.datetime(),
  ms: z.number().nonnegative(),
  checks: z.array(
    z.object({
      /** "address", "key", "models", "nodes" … */
      check: z.string(),
      ok: z.boolean(),
      detail: z.string(),
      hint: z.string(),
    }),
  ),
  /** Models that were found and can make images, with what they can do. */
  models: z.array(engineModelSchema),
  /** Version or product name of the server, when it tells. */
  server: z.string().nullable(),
});
export type ProbeReport = z.infer<typeof probeReportSchema>;

/** Address of a server: http or https, no credentials, no query. */
export const engineAddressSchema = z
  .string()
  .trim()
  .max(500)
  .refine(isPlainAddress, 'An http or https address without user name, query or fragment.');

/** Paths are put behind it as it is written, so what the URL parser mends or drops is refused too: `http://h/?`. */
const PLAIN = /^https?:\/\/[^\s\\@?#/]+(\/[^\s\\?#]*)?$/i;

function isPlainAddress(text: string): boolean {
  if (!PLAIN.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  return (
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === ''
  );
}

/** Neither control characters, which a terminal would obey, nor those that turn the reading direction. */
const ONE_LINE = /^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/u;

const connectionFields = {
  /** Shown name; the kind's own when absent. */
  name: z.string().trim().min(1).max(80).regex(ONE_LINE, 'One line of visible characters.'),
  /** null: the kind's own. */
  address: engineAddressSchema.nullable(),
  /** The owner says that this host may be a private or loopback address. */
  allowPrivate: z.boolean(),
  enabled: z.boolean(),
  /** Used when a request names none; null: the adapter's choice. */
  defaultModel: z.string().max(200).nullable(),
  /** Further model ids that the person types in because no list names them. */
  extraModels: z.array(z.string().trim().min(1).max(200).regex(ONE_LINE)).max(50),
  /** Settings of the kind: workflow templates, checkpoints, extra headers … */
  options: z.record(z.string(), z.unknown()),
};

/** Write-only: a key goes in and never comes out. */
const keySchema = z
  .string()
  .trim()
  .min(1)
  .max(4_000)
  .regex(/^[\x21-\x7e]+$/, 'A key has visible ASCII characters only.');

/** A connection as the API shows it: everything but the key. */
export const engineConnectionSchema = z.object({
  id: z.string(),
  kind: engineKindSchema,
  ...connectionFields,
  hasKey: z.boolean(),
  /** From the environment it can be seen and tested, but not edited. */
  source: z.enum(['settings', 'environment']),
  probe: probeReportSchema.nullable(),
  createdAt: z.iso.datetime().nullable(),
});
export type EngineConnection = z.infer<typeof engineConnectionSchema>;

export const newEngineConnectionSchema = z.object({
  kind: engineKindSchema.exclude(['builtin']),
  name: connectionFields.name.optional(),
  address: connectionFields.address.default(null),
  key: keySchema.optional(),
  allowPrivate: z.boolean().default(false),
  defaultModel: connectionFields.defaultModel.default(null),
  extraModels: connectionFields.extraModels.default([]),
  options: connectionFields.options.default({}),
});
export type NewEngineConnection = z.infer<typeof newEngineConnectionSchema>;

/** What is absent stays as it is. `key: null` removes the key. */
export const engineConnectionPatchSchema = z
  .object({ ...connectionFields, key: keySchema.nullable() })
  .partial();
export type EngineConnectionPatch = z.infer<typeof engineConnectionPatchSchema>;

/** Dollars; null = no limit. A budget counts what was spent in the calendar month (UTC) and what is under way. */
export const budgetSchema = z.object({
  monthlyTotal: z.number().min(0).max(1_000_000).nullable(),
  monthlyPerProject: z.number().min(0).max(1_000_000).nullable(),
});
export type Budget = z.infer<typeof budgetSchema>;

/** A price that the owner entered; it wins over the one that comes with Diorama. */
export const priceEntrySchema = z.object({
  kind: engineKindSchema,
  model: z.string().min(1).max(200),
  price: priceSchema,
  isEdited: z.boolean(),
});
export type PriceEntry = z.infer<typeof priceEntrySchema>;

export const engineSettingsSchema = z.object({
  kinds: z.array(engineKindInfoSchema),
  connections: z.array(engineConnectionSchema),
  /** Engine id that new requests begin with. */
  defaultEngine: z.string(),
  budget: budgetSchema,
  prices: z.array(priceEntrySchema),
});
export type EngineSettings = z.infer<typeof engineSettingsSchema>;

export const engineSettingsPatchSchema = z
  .object({ defaultEngine: z.string().max(64), budget: budgetSchema })
  .partial();

export const pricePatchSchema = z.object({
  kind: engineKindSchema,
  model: z.string().min(1).max(200),
  /** null: back to the price that comes with Diorama. */
  price: priceSchema.nullable(),
});
