import { ASPECT_RATIOS, ratioOf } from '@diorama/contracts';
import { foldText } from '../fold-text.ts';
import { uuidV7 } from '../uuid-v7.ts';
import type { Migration } from './migration.ts';

/** Characters of a prompt that a card shows. */
const CARD_PROMPT_CHARACTERS = 240;

/** Of the request; damaged JSON counts as empty, so that one row cannot stop the statement. */
const requestOf = (row: string) => `CASE WHEN json_valid(${row}.request) THEN ${row}.request ELSE '{}' END`;
const fractionOf = (row: string) =>
  `CASE WHEN ${row}.status = 'succeeded' THEN 1.0
        WHEN json_valid(${row}.progress) THEN coalesce(CAST(${row}.progress ->> '$.fraction' AS REAL), 0.0)
        ELSE 0.0 END`;
const costOf = (row: string) =>
  `CASE WHEN ${row}.cost IS NOT NULL AND json_valid(${row}.cost) AND ${row}.cost <> 'null' THEN ${row}.cost END`;
const durationOf = (row: string) =>
  `coalesce(CAST(max(0, round((julianday(${row}.finished_at) - julianday(${row}.started_at)) * 86400000)) AS INTEGER), 0)`;
const amountOf = (row: string) => `coalesce(CAST(${costOf(row)} ->> '$.amount' AS REAL), 0.0)`;

const ratioCases = ASPECT_RATIOS.filter((ratio) => ratio !== 'canvas')
  .map((ratio) => `WHEN '${ratio}' THEN ${ratioOf(ratio).toFixed(12)}`)
  .join(' ');

/** The columns that follow from the row of `generations` alone, in the order of `ENTRY_COLUMNS`. */
const entryOf = (row: string, source: string) => `
  SELECT seq, id, owner_id, status, prompt, engine, model, seed, capture, 0,
    CASE WHEN ratio >= 1 THEN size ELSE max(1, CAST(round(size * ratio) AS INTEGER)) END,
    CASE WHEN ratio >= 1 THEN max(1, CAST(round(size / ratio) AS INTEGER)) ELSE size END,
    aspect_ratio, error_code, cost, amount, duration_ms, fraction, created_at
  FROM (
    SELECT *, CASE aspect_ratio ${ratioCases} ELSE min(10.0, max(0.1, viewport_ratio)) END AS ratio
    FROM (
      SELECT seq, id, owner_id, status, engine, seed, error_code, cost, amount, duration_ms, fraction, created_at,
        substr(coalesce(request ->> '$.prompt', prompt_folded), 1, ${CARD_PROMPT_CHARACTERS}) AS prompt,
        coalesce(model_used, CAST(request ->> '$.model' AS TEXT)) AS model,
        -- Only what is the owner's: an imported request may name the file of somebody else.
        (SELECT asset_id FROM asset_owners
          WHERE asset_id = request ->> '$.canvas.capture' AND user_id = owner_id) AS capture,
        coalesce(CAST(request ->> '$.aspectRatio' AS TEXT), '16:9') AS aspect_ratio,
        max(1, coalesce(CAST(request ->> '$.size' AS INTEGER), 1024)) AS size,
        coalesce(CAST(request ->> '$.canvas.viewportRatio' AS REAL), 16.0 / 9) AS viewport_ratio
      FROM (
        SELECT ${row}.seq, ${row}.id, ${row}.owner_id, ${row}.status, ${row}.engine, ${row}.seed, ${row}.error_code,
          ${row}.prompt_folded, ${row}.model_used, ${row}.created_at, ${requestOf(row)} AS request,
          ${costOf(row)} AS cost, ${amountOf(row)} AS amount, ${durationOf(row)} AS duration_ms,
          ${fractionOf(row)} AS fraction
        ${source})))`;

const ENTRY_COLUMNS = `seq, id, owner_id, status, prompt, engine, model, seed, cover_asset, cover_is_output, width,
  height, aspect_ratio, error_code, cost, cost_amount, duration_ms, fraction, created_at`;

/** Lists generations that are not listed, `g` of them; for `mend` as well. */
export function insertEntriesSql(where = ''): string {
  return `INSERT INTO entries (${ENTRY_COLUMNS}) ${entryOf('g', `FROM generations g ${where}`)}`;
}

const flag = (column: string): string => `json(iif(${column}, 'true', 'false'))`;
/** What is damaged counts as `otherwise`: asked for as it is, it would take the whole page with it. */
const stored = (column: string, otherwise: string): string =>
  `iif(json_valid(${column}), json(${column}), ${otherwise})`;

/** `HistoryCard` without its project, as JSON: all that follows from the row of `entries` alone. */
export function cardSql(row: string): string {
  return `json_object(
    'id', ${row}.id, 'seq', ${row}.seq, 'status', ${row}.status, 'prompt', ${row}.prompt, 'engine', ${row}.engine,
    'model', ${row}.model, 'seed', ${row}.seed,
    'cover', iif(${row}.cover_asset IS NULL, NULL,
      json_object('asset', ${row}.cover_asset, 'isOutput', ${flag(`${row}.cover_is_output`)})),
    'width', ${row}.width, 'height', ${row}.height, 'images', ${row}.images, 'favorite', ${flag(`${row}.favorite`)},
    'rejected', ${flag(`${row}.rejected`)}, 'tags', ${stored(`${row}.tags`, 'json_array()')},
    'errorCode', ${row}.error_code, 'cost', ${stored(`${row}.cost`, 'NULL')}, 'fraction', ${row}.fraction,
    'createdAt', ${row}.created_at, 'deletedAt', ${row}.deleted_at)`;
}

export const history: Migration = {
  version: 4,
  name: 'history',
  functions: { fold_text: (text) => foldText(String(text)), new_uuid: () => uuidV7(Date.now()) },
  sql: `
    CREATE TABLE projects (
      id TEXT PRIMARY KEY,
      owner_id TEXT NOT NULL,
      name TEXT NOT NULL,
      name_folded TEXT NOT NULL,
      scene_asset TEXT REFERENCES assets (id),
      camera TEXT,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL,
      UNIQUE (owner_id, name)
    ) STRICT;
    CREATE INDEX projects_scene ON projects (scene_asset) WHERE scene_asset IS NOT NULL;

    INSERT INTO projects (id, owner_id, name, name_folded, created_at, updated_at)
      SELECT new_uuid(), owner_id, name, fold_text(name), min(created_at), max(created_at)
      FROM (SELECT owner_id, trim(project) AS name, created_at FROM generations WHERE trim(project) <> '')
      GROUP BY owner_id, name;

    -- What the history shows of each generation, narrow enough to walk through all of them: requests and looks would
    -- make each step a page of the file. Kept by the triggers below, except for what people decide: favorite,
    -- rejected, project, trash; and the parent, which is known once, when it is made.
    CREATE TABLE entries (
      seq INTEGER PRIMARY KEY REFERENCES generations (seq) ON DELETE CASCADE,
      id TEXT NOT NULL UNIQUE,
      owner_id TEXT NOT NULL,
      status TEXT NOT NULL,
      -- The beginning of it.
      prompt TEXT NOT NULL,
      engine TEXT NOT NULL,
      model TEXT,
      seed INTEGER NOT NULL,
      project_id TEXT REFERENCES projects (id) ON DELETE SET NULL,
      parent_seq INTEGER REFERENCES entries (seq) ON DELETE SET NULL,
      parent_how TEXT,
      -- The first output, else the capture.
      cover_asset TEXT REFERENCES assets (id),
      cover_is_output INTEGER NOT NULL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      images INTEGER NOT NULL DEFAULT 0,
      aspect_ratio TEXT NOT NULL,
      error_code TEXT,
      cost TEXT,
      cost_amount REAL NOT NULL,
      duration_ms INTEGER NOT NULL,
      fraction REAL NOT NULL,
      favorite INTEGER NOT NULL DEFAULT 0,
      rejected INTEGER NOT NULL DEFAULT 0,
      -- Of entry_tags, as JSON.
      tags TEXT NOT NULL DEFAULT '[]',
      created_at TEXT NOT NULL,
      deleted_at TEXT,
      CHECK (favorite = 0 OR rejected = 0)
    ) STRICT;
    ${insertEntriesSql()};
    UPDATE entries SET favorite = 1 WHERE seq IN (SELECT seq FROM generations WHERE favorite = 1);
    UPDATE entries SET (cover_asset, cover_is_output, width, height, images) = (o.asset_id, 1, o.width, o.height,
        (SELECT count(*) FROM outputs WHERE generation_id = entries.id AND aov = ''))
      FROM outputs o
      WHERE o.generation_id = entries.id AND o.position = 0 AND o.aov = '' AND entries.status = 'succeeded';
    UPDATE entries SET project_id = p.id
      FROM generations g JOIN projects p ON p.owner_id = g.owner_id AND p.name = trim(g.project)
      WHERE g.seq = entries.seq;
    UPDATE entries SET (parent_seq, parent_how) = (parent.seq, g.request ->> '$.lineage.how')
      FROM generations g JOIN entries parent
        ON parent.id = g.request ->> '$.lineage.generation' AND parent.owner_id = g.owner_id AND parent.seq < g.seq
      WHERE g.seq = entries.seq AND json_valid(g.request);
    UPDATE projects SET (scene_asset, camera) = (
      SELECT asset.id, g.request ->> '$.canvas.camera'
      FROM generations g JOIN entries e ON e.seq = g.seq JOIN assets asset ON asset.id = g.request ->> '$.canvas.scene'
      WHERE e.project_id = projects.id AND json_valid(g.request)
      ORDER BY g.seq DESC LIMIT 1);

    -- One index for each filter, in the order of the list, so that a page is read from where it begins. Those of the
    -- sorts hold all that the index of the whole history needs.
    CREATE INDEX entries_live ON entries (owner_id, seq, created_at, width, height) WHERE deleted_at IS NULL;
    CREATE INDEX entries_trash ON entries (owner_id, seq) WHERE deleted_at IS NOT NULL;
    CREATE INDEX entries_favorite ON entries (owner_id, seq) WHERE favorite = 1;
    CREATE INDEX entries_rejected ON entries (owner_id, seq) WHERE rejected = 1;
    CREATE INDEX entries_status ON entries (owner_id, status, seq) WHERE deleted_at IS NULL;
    CREATE INDEX entries_project ON entries (project_id, seq) WHERE project_id IS NOT NULL;
    CREATE INDEX entries_engine ON entries (owner_id, engine, seq) WHERE deleted_at IS NULL;
    CREATE INDEX entries_ratio ON entries (owner_id, aspect_ratio, seq) WHERE deleted_at IS NULL;
    CREATE INDEX entries_cost ON entries (owner_id, cost_amount, seq, created_at, width, height) WHERE deleted_at IS NULL;
    CREATE INDEX entries_duration ON entries (owner_id, duration_ms, seq, created_at, width, height) WHERE deleted_at IS NULL;
    CREATE INDEX entries_parent ON entries (parent_seq) WHERE parent_seq IS NOT NULL;
    CREATE INDEX entries_cover ON entries (cover_asset) WHERE cover_asset IS NOT NULL;

    -- Cards as they are sent: written once for each change, and read for every page.
    CREATE TABLE entry_cards (
      seq INTEGER PRIMARY KEY,
      card TEXT NOT NULL
    ) STRICT;
    INSERT INTO entry_cards SELECT seq, ${cardSql('entries')} FROM entries;
    CREATE TRIGGER entries_carded AFTER INSERT ON entries BEGIN
      INSERT OR REPLACE INTO entry_cards VALUES (new.seq, ${cardSql('new')});
    END;
    CREATE TRIGGER entries_recarded AFTER UPDATE OF status, prompt, engine, model, seed, cover_asset, cover_is_output,
      width, height, images, favorite, rejected, tags, error_code, cost, fraction, deleted_at ON entries BEGIN
      UPDATE entry_cards SET card = ${cardSql('new')} WHERE seq = new.seq;
    END;

    CREATE TABLE entry_tags (
      owner_id TEXT NOT NULL,
      tag TEXT NOT NULL,
      seq INTEGER NOT NULL REFERENCES entries (seq) ON DELETE CASCADE,
      PRIMARY KEY (owner_id, tag, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX entry_tags_entry ON entry_tags (seq);

    CREATE TABLE boards (
      id TEXT PRIMARY KEY,
      owner_id TEXT NOT NULL,
      name TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX boards_owner ON boards (owner_id, name);
    CREATE TABLE board_entries (
      board_id TEXT NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
      seq INTEGER NOT NULL REFERENCES entries (seq) ON DELETE CASCADE,
      PRIMARY KEY (board_id, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX board_entries_entry ON board_entries (seq);

    -- The folded prompt and the tags. Any three letters are found by the index; the text itself decides, and serves
    -- alone for shorter words. Names of projects are few, and looked for where they are.
    CREATE TABLE entry_texts (
      seq INTEGER PRIMARY KEY,
      text TEXT NOT NULL
    ) STRICT;
    INSERT INTO entry_texts SELECT seq, prompt_folded FROM generations;
    CREATE VIRTUAL TABLE entry_search
      USING fts5(text, content = 'entry_texts', content_rowid = 'seq', tokenize = 'trigram case_sensitive 1',
        detail = none, columnsize = 0);
    INSERT INTO entry_search (entry_search) VALUES ('rebuild');
    CREATE TRIGGER entry_texts_added AFTER INSERT ON entry_texts BEGIN
      INSERT INTO entry_search (rowid, text) VALUES (new.seq, new.text);
    END;
    CREATE TRIGGER entry_texts_removed AFTER DELETE ON entry_texts BEGIN
      INSERT INTO entry_search (entry_search, rowid, text) VALUES ('delete', old.seq, old.text);
    END;
    CREATE TRIGGER entry_texts_changed AFTER UPDATE ON entry_texts BEGIN
      INSERT INTO entry_search (entry_search, rowid, text) VALUES ('delete', old.seq, old.text);
      INSERT INTO entry_search (rowid, text) VALUES (new.seq, new.text);
    END;

    CREATE TRIGGER generations_added AFTER INSERT ON generations BEGIN
      INSERT INTO entries (${ENTRY_COLUMNS}) ${entryOf('new', '')};
      INSERT INTO entry_texts VALUES (new.seq, new.prompt_folded);
    END;
    CREATE TRIGGER generations_changed
      AFTER UPDATE OF status, progress, error_code, cost, model_used, started_at, finished_at ON generations BEGIN
      UPDATE entries SET status = new.status, error_code = new.error_code, model = coalesce(new.model_used, model),
        cost = ${costOf('new')}, cost_amount = ${amountOf('new')}, duration_ms = ${durationOf('new')},
        fraction = ${fractionOf('new')}
        WHERE seq = new.seq;
    END;
    CREATE TRIGGER outputs_added AFTER INSERT ON outputs WHEN new.aov = '' BEGIN
      UPDATE entries SET images = images + 1 WHERE id = new.generation_id;
      UPDATE entries SET cover_asset = new.asset_id, cover_is_output = 1, width = new.width, height = new.height
        WHERE id = new.generation_id AND new.position = 0;
    END;
    CREATE TRIGGER entries_removed AFTER DELETE ON entries BEGIN
      DELETE FROM entry_texts WHERE seq = old.seq;
      DELETE FROM entry_cards WHERE seq = old.seq;
    END;
    CREATE TRIGGER entry_tags_added AFTER INSERT ON entry_tags BEGIN ${retag('new.seq')} END;
    CREATE TRIGGER entry_tags_removed AFTER DELETE ON entry_tags BEGIN ${retag('old.seq')} END;

    -- Both stand in entries now.
    DROP INDEX generations_favorite;
    ALTER TABLE generations DROP COLUMN favorite;
    ALTER TABLE generations DROP COLUMN project;
  `,
};

function retag(seq: string): string {
  return `
    UPDATE entries SET tags = (
      SELECT json_group_array(tag) FROM (SELECT tag FROM entry_tags WHERE entry_tags.seq = ${seq} ORDER BY tag))
      WHERE entries.seq = ${seq};
    UPDATE entry_texts SET text = (SELECT prompt_folded FROM generations WHERE generations.seq = ${seq})
      || coalesce((SELECT char(10) || group_concat(tag, char(10)) FROM entry_tags WHERE entry_tags.seq = ${seq}), '')
      WHERE entry_texts.seq = ${seq} AND EXISTS (SELECT 1 FROM generations WHERE generations.seq = ${seq});
  `;
}
