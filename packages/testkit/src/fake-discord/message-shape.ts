import { type FieldChecker, fieldChecker } from '../fake-engines/kit/check-fields.ts';
import type { RecordedFile, RecordedForm } from '../fake-engines/kit/recorded-request.ts';

/** The parts of a webhook message that a test looks at. */
export interface DiscordPayload {
  readonly content?: string;
  readonly username?: string;
  readonly embeds?: readonly DiscordEmbed[];
  readonly attachments?: readonly {
    readonly id: number | string;
    readonly filename?: string;
    readonly description?: string;
  }[];
  readonly allowed_mentions?: { readonly parse?: readonly string[] };
}

export interface DiscordEmbed {
  readonly title?: string;
  readonly description?: string;
  readonly url?: string;
  readonly author?: { readonly name: string; readonly url?: string };
  readonly footer?: { readonly text: string };
  readonly fields?: readonly { readonly name: string; readonly value: string; readonly inline?: boolean }[];
  readonly image?: { readonly url: string };
  readonly thumbnail?: { readonly url: string };
}

/** What Discord says about a body that it does not take, field by field. */
export type ShapeErrors = Readonly<Record<string, string>>;

export type ReadMessage =
  | { readonly payload: DiscordPayload; readonly files: readonly RecordedFile[] }
  | { readonly errors: ShapeErrors };

/** Files of one message together, in a server without boosts. */
export const FILE_BYTES = 8 * 1024 * 1024;
const EMBED_CHARACTERS = 6_000;

const text = (maxLength: number, minLength = 0) => ({ type: 'string', minLength, maxLength });
const media = {
  type: 'object',
  required: ['url'],
  properties: { url: { type: 'string', pattern: '^(https?://|attachment://)' } },
  additionalProperties: false,
};
const link = { type: 'string', pattern: '^https?://', maxLength: 2_048 };

const checkPayload: FieldChecker = fieldChecker({
  type: 'object',
  properties: {
    content: text(2_000),
    username: text(80, 1),
    avatar_url: link,
    tts: { type: 'boolean' },
    flags: { type: 'integer' },
    thread_name: text(100, 1),
    embeds: {
      type: 'array',
      maxItems: 10,
      items: {
        type: 'object',
        properties: {
          title: text(256),
          type: { const: 'rich' },
          description: text(4_096),
          url: link,
          timestamp: { type: 'string' },
          color: { type: 'integer', minimum: 0, maximum: 0xff_ff_ff },
          footer: {
            type: 'object',
            required: ['text'],
            properties: { text: text(2_048, 1), icon_url: link },
            additionalProperties: false,
          },
          author: {
            type: 'object',
            required: ['name'],
            properties: { name: text(256, 1), url: link, icon_url: link },
            additionalProperties: false,
          },
          fields: {
            type: 'array',
            maxItems: 25,
            items: {
              type: 'object',
              required: ['name', 'value'],
              properties: { name: text(256, 1), value: text(1_024, 1), inline: { type: 'boolean' } },
              additionalProperties: false,
            },
          },
          image: media,
          thumbnail: media,
        },
        additionalProperties: false,
      },
    },
    allowed_mentions: {
      type: 'object',
      properties: {
        parse: { type: 'array', items: { enum: ['roles', 'users', 'everyone'] } },
        roles: { type: 'array', maxItems: 100 },
        users: { type: 'array', maxItems: 100 },
        replied_user: { type: 'boolean' },
      },
      additionalProperties: false,
    },
    attachments: {
      type: 'array',
      maxItems: 10,
      items: {
        type: 'object',
        required: ['id'],
        properties: { id: { type: ['integer', 'string'] }, filename: text(260, 1), description: text(1_024) },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
});

/** A message as Discord reads it: JSON, or a form whose files stand beside `payload_json`. */
export function readMessage(json: unknown, form: RecordedForm | undefined): ReadMessage {
  if (form === undefined) return withFiles(json, []);
  const errors: Record<string, string> = {};
  for (const { name } of form.fields)
    if (name !== 'payload_json') errors[name] = 'Only payload_json and files may stand in the form.';
  const [payload, ...more] = form.fields.filter(({ name }) => name === 'payload_json');
  if (payload === undefined || more.length > 0) errors['payload_json'] = 'There must be exactly one.';
  for (const file of form.files) {
    if (!/^files\[\d+\]$/.test(file.name)) errors[file.name] = 'Files are named files[n].';
    if (file.fileName === '') errors[file.name] = 'A file needs a filename.';
  }
  if (new Set(form.files.map((file) => file.name)).size < form.files.length)
    errors['files'] = 'Two have the same name.';
  if (Object.keys(errors).length > 0) return { errors };
  try {
    return withFiles(JSON.parse(payload!.value), form.files);
  } catch {
    return { errors: { payload_json: 'The text is no JSON.' } };
  }
}

function withFiles(json: unknown, files: readonly RecordedFile[]): ReadMessage {
  const errors: Record<string, string> = Object.fromEntries(
    checkPayload(json).map(({ path, message }) => [path.join('.') || 'body', message]),
  );
  if (Object.keys(errors).length > 0) return { errors };
  const payload = json as DiscordPayload;
  if (charactersIn(payload.embeds ?? []) > EMBED_CHARACTERS)
    errors['embeds'] = 'All embeds together may have 6000 characters.';
  const indices = new Set(files.map((file) => /\d+/.exec(file.name)![0]));
  for (const { id, filename } of payload.attachments ?? []) {
    if (!indices.has(String(id))) errors[`attachments.${id}`] = 'There is no such file.';
    const file = files.find(({ name }) => name === `files[${id}]`);
    if (file && filename !== undefined && filename !== file.fileName)
      errors[`attachments.${id}`] = 'The file is called otherwise.';
  }
  for (const embed of payload.embeds ?? [])
    for (const url of [embed.image?.url, embed.thumbnail?.url]) {
      if (!url?.startsWith('attachment://')) continue;
      const name = url.slice('attachment://'.length);
      if (!/^[\w.-]+\.(png|jpe?g|webp|gif)$/i.test(name) || !files.some((file) => file.fileName === name))
        errors[url] = 'The embed names a picture that is not sent with it.';
    }
  return Object.keys(errors).length > 0 ? { errors } : { payload, files };
}

function charactersIn(embeds: readonly DiscordEmbed[]): number {
  return embeds
    .flatMap(({ title, description, footer, author, fields }) => [
      title,
      description,
      footer?.text,
      author?.name,
      ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
    ])
    .reduce((sum, one) => sum + (one?.length ?? 0), 0);
}
