import { type CommunitySettings, communitySettingsSchema, DioramaError } from '@diorama/contracts';
import type { z } from 'zod';
import type { Viewer } from '../accounts/viewer.ts';
import { Turnstile } from '../http/turnstile.ts';
import type { KnownSecrets } from '../security/known-secrets.ts';
import type { SecretBox } from '../security/secret-box.ts';
import { recordAudit } from '../storage/audit-log.ts';
import type { Database } from '../storage/database.ts';
import { readStoredJson } from '../storage/stored-json.ts';
import { parseWebhookAddress, type WebhookAddress } from './webhook-address.ts';

const storedSchema = communitySettingsSchema.pick({
  publishing: true,
  comments: true,
  isPublic: true,
  discordInvite: true,
  discordForMembers: true,
});

/** How the community is set up, the webhook aside. */
export type StoredCommunitySettings = Readonly<z.infer<typeof storedSchema>>;

export type CommunitySettingsPatch = {
  readonly [K in keyof StoredCommunitySettings]?: StoredCommunitySettings[K] | undefined;
} & { readonly discordWebhookUrl?: string | null | undefined };

const DEFAULTS: StoredCommunitySettings = {
  publishing: 'approved',
  comments: true,
  isPublic: false,
  discordInvite: null,
  discordForMembers: false,
};
/** For settings that cannot be read: something was decided here, and nobody knows what. */
const CLOSED: StoredCommunitySettings = { ...DEFAULTS, publishing: 'off', comments: false };

/** What the address of the webhook is sealed for. */
const WEBHOOK_OWNER = 'discord-webhook';

interface Loaded {
  readonly settings: StoredCommunitySettings;
  readonly webhook: WebhookAddress | null;
}

/**
 * The settings of the community. One process has the data folder, so they are read once and kept; whether the gallery
 * is public is asked with every picture.
 */
export class CommunitySettingsService {
  readonly #db: Database;
  readonly #box: SecretBox;
  readonly #secrets: KnownSecrets;
  readonly #now: () => number;
  readonly #turns = new Turnstile(1);
  #loaded: Promise<Loaded> | null = null;

  constructor(deps: { db: Database; box: SecretBox; secrets: KnownSecrets; now?: () => number }) {
    this.#db = deps.db;
    this.#box = deps.box;
    this.#secrets = deps.secrets;
    this.#now = deps.now ?? Date.now;
  }

  async read(): Promise<StoredCommunitySettings> {
    return (await this.#load()).settings;
  }

  /** Null when none is set up, or its address cannot be opened any more. Never to be answered or logged. */
  async webhook(): Promise<WebhookAddress | null> {
    return (await this.#load()).webhook;
  }

  async isPublic(): Promise<boolean> {
    return (await this.read()).isPublic;
  }

  /** @throws {DioramaError} `invalid-request` for an address that is no webhook of Discord. */
  async update(patch: CommunitySettingsPatch, actor: Viewer): Promise<void> {
    if (Object.keys(withoutAbsent(patch)).length === 0) return;
    await this.#turns.take(async () => {
      const before = await this.#load();
      const { discordWebhookUrl, ...fields } = patch;
      const webhook =
        typeof discordWebhookUrl === 'string'
          ? requireWebhook(discordWebhookUrl)
          : (discordWebhookUrl ?? null);
      const settings = storedSchema.parse({ ...before.settings, ...withoutAbsent(fields) });
      if (webhook !== null) this.#know(webhook);
      await this.#db.transaction().execute(async (tx) => {
        const set = async (name: 'community' | 'discord-webhook', value: string): Promise<void> => {
          await tx
            .insertInto('settings')
            .values({ name, value })
            .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
            .execute();
        };
        await set('community', JSON.stringify(settings));
        if (webhook !== null)
          await set(
            'discord-webhook',
            JSON.stringify(Buffer.from(this.#box.seal(webhook.url, WEBHOOK_OWNER)).toString('base64')),
          );
        else if (discordWebhookUrl === null)
          await tx.deleteFrom('settings').where('name', '=', 'discord-webhook').execute();
        await recordAudit(
          tx,
          {
            actor,
            action: 'community-settings-changed',
            target: 'community',
            targetName: 'Community',
            note: Object.keys(withoutAbsent(patch)).join(', '),
          },
          this.#now(),
        );
      });
      this.#loaded = Promise.resolve({
        settings,
        webhook: discordWebhookUrl === undefined ? before.webhook : webhook,
      });
    });
  }

  async #load(): Promise<Loaded> {
    this.#loaded ??= this.#readStored().catch((thrown: unknown) => {
      this.#loaded = null;
      throw thrown;
    });
    return await this.#loaded;
  }

  async #readStored(): Promise<Loaded> {
    const rows = await this.#db
      .selectFrom('settings')
      .selectAll()
      .where('name', 'in', ['community', 'discord-webhook'])
      .execute();
    const value = (name: string): string | undefined => rows.find((row) => row.name === name)?.value;
    const stored = value('community');
    const sealed = readStoredJson(value('discord-webhook') ?? 'null');
    const url =
      typeof sealed === 'string' ? this.#box.open(Buffer.from(sealed, 'base64'), WEBHOOK_OWNER) : null;
    const webhook = url === null ? null : parseWebhookAddress(url);
    if (webhook !== null) this.#know(webhook);
    return {
      settings:
        stored === undefined ? DEFAULTS : (storedSchema.safeParse(readStoredJson(stored)).data ?? CLOSED),
      webhook,
    };
  }

  /**
   * The token is what is secret of the address. The address itself must not be known as a secret: it begins like every
   * other one of Discord, the invitation's too, and those would be taken out of answers.
   */
  #know(webhook: WebhookAddress): void {
    this.#secrets.add(webhook.token);
  }
}

function requireWebhook(text: string): WebhookAddress {
  const address = parseWebhookAddress(text);
  if (address !== null) return address;
  const message = 'is not the address of a Discord webhook';
  throw new DioramaError('invalid-request', `discordWebhookUrl: ${message}.`, {
    hint: 'In Discord: Server settings, Integrations, Webhooks, Copy Webhook URL. It begins with https://discord.com/api/webhooks/.',
    details: { issues: [{ field: 'discordWebhookUrl', message }] },
  });
}

function withoutAbsent<T extends object>(patch: T): Partial<T> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** What the settings let somebody do. Null is somebody who is not known. */
export function permissionsOf(
  settings: StoredCommunitySettings,
  viewer: Viewer | null,
  hasWebhook: boolean,
): CommunitySettings['may'] {
  const isOwner = viewer?.role === 'owner';
  const mayTakePart = viewer !== null && !viewer.communityBanned;
  return {
    publish: mayTakePart && settings.publishing !== 'off' && (isOwner || settings.publishing !== 'owner'),
    comment: mayTakePart && settings.comments,
    shareToDiscord: mayTakePart && hasWebhook && (isOwner || settings.discordForMembers),
    moderate: isOwner,
  };
}
