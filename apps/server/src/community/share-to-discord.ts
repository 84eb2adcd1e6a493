import { DioramaError, type newDiscordShareSchema } from '@diorama/contracts';
import type { z } from 'zod';
import type { Viewer } from '../accounts/viewer.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Database } from '../storage/database.ts';
import type { GenerationRepository } from '../storage/generations.ts';
import { POST_PICTURE } from './derivative.ts';
import { discordForm } from './discord-message.ts';
import type { DiscordSender } from './discord-sender.ts';
import { derivativeOf, ownOutput } from './own-output.ts';
import { forgetKey, type KeyUse, noteKey, readKey } from './repeat-guard.ts';
import type { WebhookAddress } from './webhook-address.ts';

/** Channels without boosts take 8 MiB; what is around the file needs some of it. */
const PICTURE_BYTES = 8 * 1024 * 1024 - 64 * 1024;

export interface DiscordShareDependencies {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly generations: GenerationRepository;
  readonly sender: DiscordSender;
  readonly now: () => number;
}

/** Sends images to the channel. */
export class DiscordShares {
  readonly #deps: DiscordShareDependencies;
  readonly #underWay = new Map<string, Promise<string>>();

  constructor(deps: DiscordShareDependencies) {
    this.#deps = deps;
  }

  /**
   * Shares an image of one's own. With an Idempotency-Key the same request is sent once, however often it comes.
   *
   * @param options.recipe What is linked below; its address is null where the server does not know its own.
   * @returns The id of the message.
   * @throws {DioramaError} As `DiscordSender.send`, and what can be wrong with the image.
   */
  async share(
    wanted: z.output<typeof newDiscordShareSchema>,
    options: {
      readonly viewer: Viewer;
      readonly webhook: WebhookAddress;
      readonly recipe: { readonly title: string; readonly url: string | null } | null;
      readonly key: string | null;
      readonly signal: AbortSignal;
    },
  ): Promise<string> {
    const { viewer, key } = options;
    if (key === null) return await this.#send(wanted, options, null);
    const use: KeyUse = { userId: viewer.userId, action: 'discord', key, request: wanted };
    const name = JSON.stringify([viewer.userId, key]);
    const known = await readKey(this.#deps.db, use, this.#deps.now());
    if (typeof known === 'object') return known.result;
    const running = this.#underWay.get(name);
    if (running) return await running;
    if (known === 'open')
      throw new DioramaError('timed-out', 'It is not known whether this message has arrived.', {
        hint: 'Look into the channel before you share it again.',
      });
    const sending = this.#send(wanted, options, use).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, sending);
    return await sending;
  }

  async #send(
    wanted: z.output<typeof newDiscordShareSchema>,
    { viewer, webhook, recipe, signal }: Parameters<DiscordShares['share']>[1],
    use: KeyUse | null,
  ): Promise<string> {
    const { db, blobs, generations, sender, now } = this.#deps;
    const own = await ownOutput(generations, viewer.userId, wanted);
    const picture = await derivativeOf(own, blobs, { ...POST_PICTURE, maxBytes: PICTURE_BYTES });
    const share = {
      message: wanted.message,
      prompt: wanted.sharePrompt ? own.generation.request.prompt : null,
      // While there are no accounts it says nothing.
      authorName: viewer.via === 'built-in' ? null : viewer.name,
      recipe,
    };
    const message = await sender.send(webhook, () => discordForm(share, picture.bytes), {
      signal,
      onSending: async () => {
        if (use) await noteKey(db, use, null, now());
      },
      onNotTaken: async () => {
        if (use) await forgetKey(db, use);
      },
    });
    if (use) await noteKey(db, use, message, now());
    return message;
  }
}
