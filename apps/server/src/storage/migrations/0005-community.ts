import type { Migration } from './migration.ts';

export const community: Migration = {
  version: 5,
  name: 'community',
  sql: `
    CREATE TABLE community_posts (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      author_id TEXT NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('published', 'pending', 'hidden')),
      title TEXT NOT NULL,
      description TEXT NOT NULL,
      tags TEXT NOT NULL,
      licence TEXT NOT NULL,
      -- Random: neither the hash of the bytes nor anything of the original leads to the published picture.
      media_id TEXT NOT NULL UNIQUE,
      media_key TEXT NOT NULL,
      media_bytes INTEGER NOT NULL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      -- What the author shares, and nothing else: null is not shared.
      prompt TEXT,
      negative_prompt TEXT,
      look TEXT,
      settings TEXT,
      canvas TEXT,
      scene_notes TEXT,
      reference_images TEXT,
      -- What there was and is not shared, by name only.
      withheld TEXT NOT NULL,
      -- No reference to generations: deleting one does not unpublish.
      generation_id TEXT NOT NULL,
      remix_of TEXT REFERENCES community_posts (id) ON DELETE SET NULL,
      likes INTEGER NOT NULL DEFAULT 0,
      comments INTEGER NOT NULL DEFAULT 0,
      search_text TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX community_posts_new ON community_posts (status, seq);
    CREATE INDEX community_posts_liked ON community_posts (status, likes, seq);
    CREATE INDEX community_posts_author ON community_posts (author_id, seq);
    CREATE INDEX community_posts_remixes ON community_posts (remix_of) WHERE remix_of IS NOT NULL;
    CREATE INDEX community_posts_media ON community_posts (media_key);

    -- Three letters and more; shorter words are looked for in search_text itself.
    CREATE VIRTUAL TABLE community_search USING fts5 (
      search_text, content = 'community_posts', content_rowid = 'seq', tokenize = 'trigram case_sensitive 1'
    );
    CREATE TRIGGER community_search_insert AFTER INSERT ON community_posts BEGIN
      INSERT INTO community_search (rowid, search_text) VALUES (NEW.seq, NEW.search_text);
    END;
    CREATE TRIGGER community_search_update AFTER UPDATE OF search_text ON community_posts BEGIN
      INSERT INTO community_search (community_search, rowid, search_text)
        VALUES ('delete', OLD.seq, OLD.search_text);
      INSERT INTO community_search (rowid, search_text) VALUES (NEW.seq, NEW.search_text);
    END;
    CREATE TRIGGER community_search_delete AFTER DELETE ON community_posts BEGIN
      INSERT INTO community_search (community_search, rowid, search_text)
        VALUES ('delete', OLD.seq, OLD.search_text);
    END;

    CREATE TABLE community_post_tags (
      tag TEXT NOT NULL,
      post_seq INTEGER NOT NULL REFERENCES community_posts (seq) ON DELETE CASCADE,
      PRIMARY KEY (tag, post_seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX community_post_tags_post ON community_post_tags (post_seq);

    -- Files that a remix of the post is given: scene, models, references.
    CREATE TABLE community_post_files (
      post_id TEXT NOT NULL REFERENCES community_posts (id) ON DELETE CASCADE,
      asset_id TEXT NOT NULL REFERENCES assets (id),
      PRIMARY KEY (post_id, asset_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX community_post_files_asset ON community_post_files (asset_id);

    CREATE TABLE community_likes (
      post_id TEXT NOT NULL REFERENCES community_posts (id) ON DELETE CASCADE,
      user_id TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      PRIMARY KEY (post_id, user_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX community_likes_time ON community_likes (created_at_ms, post_id);

    CREATE TABLE community_comments (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      post_id TEXT NOT NULL REFERENCES community_posts (id) ON DELETE CASCADE,
      author_id TEXT NOT NULL,
      text TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX community_comments_post ON community_comments (post_id, seq);

    CREATE TABLE community_reports (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      post_id TEXT NOT NULL REFERENCES community_posts (id) ON DELETE CASCADE,
      comment_id TEXT REFERENCES community_comments (id) ON DELETE CASCADE,
      reporter_id TEXT NOT NULL,
      reason TEXT NOT NULL,
      text TEXT NOT NULL,
      created_at TEXT NOT NULL,
      -- null while it is open.
      closed_at TEXT
    ) STRICT;
    CREATE UNIQUE INDEX community_reports_open ON community_reports (post_id, reporter_id, ifnull(comment_id, ''))
      WHERE closed_at IS NULL;
    CREATE INDEX community_reports_comment ON community_reports (comment_id) WHERE comment_id IS NOT NULL;

    -- Idempotency-Keys of what is published and shared. result is null while, or because nobody knows whether, it was
    -- done. No reference: a key stays known after what it made is gone.
    CREATE TABLE community_keys (
      user_id TEXT NOT NULL,
      action TEXT NOT NULL,
      key TEXT NOT NULL,
      request_hash TEXT NOT NULL,
      result TEXT,
      created_at_ms INTEGER NOT NULL,
      PRIMARY KEY (user_id, action, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX community_keys_age ON community_keys (created_at_ms);

    CREATE TABLE recipes (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      owner_id TEXT NOT NULL,
      content TEXT NOT NULL,
      search_text TEXT NOT NULL,
      shared INTEGER NOT NULL,
      picture_key TEXT,
      picture_bytes INTEGER NOT NULL DEFAULT 0,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX recipes_owner ON recipes (owner_id, seq);
    CREATE INDEX recipes_shared ON recipes (seq) WHERE shared = 1;
    CREATE INDEX recipes_picture ON recipes (picture_key) WHERE picture_key IS NOT NULL;
  `,
};
