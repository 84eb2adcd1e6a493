import type { Thumbnails } from '../http/thumbnails.ts';
import type { KnownSecrets } from '../security/known-secrets.ts';
import type { Logger } from '../security/logger.ts';
import type { SecretBox } from '../security/secret-box.ts';
import type { AssetRepository } from '../storage/assets.ts';
import type { Database } from '../storage/database.ts';
import type { FileBlobStore } from '../storage/file-blob-store.ts';
import type { GenerationRepository } from '../storage/generations.ts';
import { RateLimits } from '../storage/rate-limits.ts';
import { CommunitySettingsService } from './community-settings.ts';
import { DiscordSender, type DiscordSenderOptions } from './discord-sender.ts';
import { Posts } from './posts.ts';
import { Recipes } from './recipes.ts';
import { dropOldKeys } from './repeat-guard.ts';
import { DiscordShares } from './share-to-discord.ts';
import type { StarterRecipes } from './starter-recipes.ts';

export interface CommunityDependencies {
  readonly db: Database;
  readonly blobs: FileBlobStore;
  readonly thumbnails: Thumbnails;
  readonly assets: AssetRepository;
  readonly generations: GenerationRepository;
  readonly box: SecretBox;
  readonly secrets: KnownSecrets;
  readonly logger: Logger;
  readonly starters: StarterRecipes;
  /** Under which people open the server, for links in messages; null when it does not know. */
  readonly publicOrigin: string | null;
  readonly discord?: DiscordSenderOptions;
  readonly now?: () => number;
}

/** Everything that people of one server show each other. */
export interface Community {
  readonly db: Database;
  readonly settings: CommunitySettingsService;
  readonly posts: Posts;
  readonly recipes: Recipes;
  readonly sender: DiscordSender;
  readonly discord: DiscordShares;
  readonly limits: RateLimits;
  readonly publicOrigin: string | null;
  readonly now: () => number;
  /** Forgets Idempotency-Keys past their life. */
  dropOldKeys(): Promise<void>;
}

export function createCommunity(deps: CommunityDependencies): Community {
  const now = deps.now ?? Date.now;
  const { db, publicOrigin } = deps;
  const sender = new DiscordSender(deps.discord);
  return {
    db,
    settings: new CommunitySettingsService({ ...deps, now }),
    posts: new Posts({ ...deps, now }),
    recipes: new Recipes({ ...deps, now }),
    sender,
    discord: new DiscordShares({ ...deps, sender, now }),
    limits: new RateLimits(db, now),
    publicOrigin,
    now,
    dropOldKeys: () => dropOldKeys(db, now()),
  };
}
