import type { DatabaseSync } from 'node:sqlite';
import { bad, type DoctorCheck, good } from './doctor-check.ts';
import { countBrokenLinks } from './doctor-links.ts';
import { insertEntriesSql } from './migrations/0004-history.ts';

export const MEND = 'Stop the server and run `npx diorama doctor --mend`.';

/** Files that neither an account has nor anything names. */
const NOBODYS = `
  NOT EXISTS (SELECT 1 FROM asset_owners WHERE asset_owners.asset_id = assets.id)
  AND NOT EXISTS (SELECT 1 FROM outputs WHERE outputs.asset_id = assets.id)
  AND NOT EXISTS (SELECT 1 FROM outputs WHERE outputs.raw_asset_id = assets.id)
  AND NOT EXISTS (SELECT 1 FROM generation_inputs WHERE generation_inputs.asset_id = assets.id)
  AND NOT EXISTS (SELECT 1 FROM projects WHERE projects.scene_asset = assets.id)
  AND NOT EXISTS (SELECT 1 FROM community_post_files WHERE community_post_files.asset_id = assets.id)`;

/** Files of somebody's history that the same account may not see. */
const WITHHELD = `
  SELECT DISTINCT asset_id, owner_id FROM (
    SELECT o.asset_id, e.owner_id FROM outputs o JOIN entries e ON e.id = o.generation_id
    UNION ALL
    SELECT o.raw_asset_id, e.owner_id FROM outputs o JOIN entries e ON e.id = o.generation_id
      WHERE o.raw_asset_id IS NOT NULL
    UNION ALL
    SELECT i.asset_id, e.owner_id FROM generation_inputs i JOIN entries e ON e.id = i.generation_id
    UNION ALL
    SELECT scene_asset, owner_id FROM projects WHERE scene_asset IS NOT NULL) named
  WHERE EXISTS (SELECT 1 FROM assets WHERE assets.id = named.asset_id)
    AND NOT EXISTS (SELECT 1 FROM asset_owners a WHERE a.asset_id = named.asset_id AND a.user_id = named.owner_id)`;

const WITHOUT_ENTRY = 'SELECT seq FROM generations WHERE seq NOT IN (SELECT seq FROM entries)';
const WITHOUT_TEXT = 'SELECT seq FROM entries WHERE seq NOT IN (SELECT seq FROM entry_texts)';

const count = (database: DatabaseSync, query: string): number =>
  Number(database.prepare(`SELECT count(*) AS n FROM (${query})`).get()?.n ?? 0);

/** Whether the records fit each other. Everything that is found here can be mended. */
export function checkRecords(database: DatabaseSync): DoctorCheck[] {
  const links = [...countBrokenLinks(database)];
  const nobodys = count(database, `SELECT id FROM assets WHERE ${NOBODYS}`);
  const withheld = count(database, WITHHELD);
  const unlisted = count(database, `${WITHOUT_ENTRY} UNION ALL ${WITHOUT_TEXT}`);
  return [
    links.length === 0
      ? good('links', 'Every record finds what it names.')
      : bad(
          'links',
          `Records that point to nothing: ${links.map(([table, n]) => `${n} in ${table}`).join(', ')}.`,
          MEND,
        ),
    unlisted === 0
      ? good('history', 'Every image that was made is listed.')
      : bad('history', `${unlisted} entries cannot be listed or found.`, MEND),
    withheld === 0
      ? good('access', 'Everyone can see the files of their history.')
      : bad('access', `${withheld} files cannot be seen by whose history they belong to.`, MEND),
    nobodys === 0
      ? good('files in use', 'Every recorded file belongs to somebody.')
      : bad('files in use', `${nobodys} recorded files are nobody's.`, MEND),
  ];
}

/** Lists what is not listed. @returns How many entries. */
export function mendEntries(database: DatabaseSync): number {
  const missing = count(database, `${WITHOUT_ENTRY} UNION ALL ${WITHOUT_TEXT}`);
  if (missing === 0) return 0;
  database.exec(`
    ${insertEntriesSql('WHERE g.seq NOT IN (SELECT seq FROM entries)')};
    UPDATE entries SET (cover_asset, cover_is_output, width, height, images) = (o.asset_id, 1, o.width, o.height,
        (SELECT count(*) FROM outputs WHERE generation_id = entries.id AND aov = ''))
      FROM outputs o
      WHERE o.generation_id = entries.id AND o.position = 0 AND o.aov = '' AND entries.images = 0;
    INSERT INTO entry_texts SELECT seq, prompt_folded FROM generations
      WHERE seq NOT IN (SELECT seq FROM entry_texts);
    INSERT INTO entry_search (entry_search) VALUES ('rebuild');
  `);
  return missing;
}

/** @returns How many files can be seen again. */
export function mendAccess(database: DatabaseSync): number {
  return Number(
    database
      .prepare(`INSERT INTO asset_owners (asset_id, user_id, uploaded) SELECT *, 0 FROM (${WITHHELD})`)
      .run().changes,
  );
}

/** Their bytes, where there are any, are dealt with as all that have no record. @returns How many records went. */
export function forgetNobodys(database: DatabaseSync): number {
  return Number(database.prepare(`DELETE FROM assets WHERE ${NOBODYS}`).run().changes);
}
