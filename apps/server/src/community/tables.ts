import type { Licence } from '@diorama/contracts';
import type { Generated } from 'kysely';
import type { BlobKey } from '../storage/blob-store.ts';

/** The tables of community and recipes. Times are ISO 8601 in UTC unless the name says milliseconds. */
export interface CommunityTables {
  community_posts: CommunityPostsTable;
  community_post_tags: { tag: string; post_seq: number };
  /** Files that a remix is given; they stay for as long as the post does, whoever deletes what it was made of. */
  community_post_files: { post_id: string; asset_id: string };
  community_likes: { post_id: string; user_id: string; created_at_ms: number };
  community_comments: CommunityCommentsTable;
  community_reports: CommunityReportsTable;
  community_keys: CommunityKeysTable;
  recipes: RecipesTable;
}

/** A copy of what its author shares. */
export interface CommunityPostsTable {
  /** Order of publication. */
  seq: Generated<number>;
  id: string;
  author_id: string;
  status: 'published' | 'pending' | 'hidden';
  title: string;
  description: string;
  /** JSON list; also in community_post_tags. */
  tags: string;
  licence: Licence;
  /** Random; the address of the picture. */
  media_id: string;
  media_key: BlobKey;
  media_bytes: number;
  width: number;
  height: number;
  /** This and the next ones are null when they are not shared. */
  prompt: string | null;
  negative_prompt: string | null;
  /** Look as JSON. */
  look: string | null;
  /** PostSettings as JSON. */
  settings: string | null;
  /** `SharedCanvas` as JSON. */
  canvas: string | null;
  scene_notes: string | null;
  /** List of Reference as JSON. */
  reference_images: string | null;
  /** JSON list of what there was and is not shared: `the prompt`. */
  withheld: string;
  generation_id: string;
  remix_of: string | null;
  likes: Generated<number>;
  comments: Generated<number>;
  /** Title, description, tags and shared prompt, folded. */
  search_text: string;
  created_at: string;
}

interface CommunityCommentsTable {
  seq: Generated<number>;
  id: string;
  post_id: string;
  author_id: string;
  text: string;
  created_at: string;
}

interface CommunityReportsTable {
  seq: Generated<number>;
  id: string;
  post_id: string;
  comment_id: string | null;
  reporter_id: string;
  reason: string;
  text: string;
  created_at: string;
  /** null while it is open. */
  closed_at: string | null;
}

interface CommunityKeysTable {
  user_id: string;
  action: 'publish' | 'discord';
  key: string;
  /** SHA-256 of the validated request. */
  request_hash: string;
  /** Id of what was made; null while that is under way or not known. */
  result: string | null;
  created_at_ms: number;
}

/** Recipes that people keep; the starters come with the program. */
export interface RecipesTable {
  seq: Generated<number>;
  id: string;
  owner_id: string;
  /** RecipeContent as JSON. */
  content: string;
  /** Title, description, prompt, tags and author, folded. */
  search_text: string;
  shared: 0 | 1;
  picture_key: BlobKey | null;
  picture_bytes: Generated<number>;
  created_at: string;
  updated_at: string;
}
