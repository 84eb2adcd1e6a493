/** Limits of Discord for one message (developers documentation, "Webhook resource" and "Embed limits", 2026-11). */
const LIMITS = {
  content: 2_000,
  embedTitle: 256,
  embedDescription: 4_096,
  authorName: 256,
  /** All texts of all embeds together. */
  embedTotal: 6_000,
  attachmentDescription: 1_024,
} as const;

/** Only letters, digits, `_`, `-` and `.` may stand in the name of a file that an embed shows. */
const PICTURE_FILE_NAME = 'diorama.webp';

/** What a message tells beside the picture. */
export interface DiscordShare {
  /** Words of the one who shares; may be empty. */
  readonly message: string;
  /** null: not shared. */
  readonly prompt: string | null;
  /** Who shares it; null where there is only one who could. */
  readonly authorName: string | null;
  readonly recipe: { readonly title: string; readonly url: string | null } | null;
}

/** The JSON of a message with one picture (`payload_json`). Nothing in it can call for anybody's attention. */
export function discordPayload(share: DiscordShare): object {
  const { message, prompt, authorName, recipe } = share;
  const title = recipe ? cut(`Recipe: ${oneLine(recipe.title)}`, LIMITS.embedTitle) : '';
  const author = authorName === null ? '' : cut(oneLine(authorName), LIMITS.authorName);
  const room = Math.min(LIMITS.embedDescription, LIMITS.embedTotal - length(title) - length(author));
  const description = prompt === null ? '' : cutEscaped(prompt.trim(), room);
  return {
    ...(message === '' ? {} : { content: cut(message, LIMITS.content) }),
    embeds: [
      {
        ...(title === '' ? {} : { title }),
        ...(recipe?.url ? { url: recipe.url } : {}),
        ...(description === '' ? {} : { description }),
        ...(author === '' ? {} : { author: { name: author } }),
        image: { url: `attachment://${PICTURE_FILE_NAME}` },
      },
    ],
    attachments: [
      {
        id: 0,
        filename: PICTURE_FILE_NAME,
        ...(prompt?.trim() ? { description: cut(oneLine(prompt), LIMITS.attachmentDescription) } : {}),
      },
    ],
    allowed_mentions: { parse: [] },
  };
}

/** The message as it is sent: `payload_json` and the file, and nothing else. */
export function discordForm(share: DiscordShare, picture: Uint8Array): FormData {
  const form = new FormData();
  form.set('payload_json', JSON.stringify(discordPayload(share)));
  form.set(
    'files[0]',
    new File([new Uint8Array(picture)], PICTURE_FILE_NAME, { type: 'image/webp' }),
    PICTURE_FILE_NAME,
  );
  return form;
}

/** What a prompt says is no markup: `*` and `_` are shown, and `[this](that)` does not become a link. */
function cutEscaped(text: string, limit: number): string {
  let result = '';
  let used = 0;
  for (const character of text) {
    const piece = /[\\*_~`|>#[\]()<@:-]/.test(character) ? `\\${character}` : character;
    // One place is kept for the sign that something is missing.
    if (used + length(piece) > limit - 1) return `${result}…`;
    result += piece;
    used += length(piece);
  }
  return result;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function cut(text: string, limit: number): string {
  if (length(text) <= limit) return text;
  let result = '';
  for (const character of text) {
    if (length(result) + length(character) > limit - 1) break;
    result += character;
  }
  return `${result}…`;
}

/** In UTF-16 units: whichever unit Discord counts in, there are not more of the other ones. */
function length(text: string): number {
  return text.length;
}
