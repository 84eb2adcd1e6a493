import { type GenerationRequest, LINEAGE_KINDS, type LineageTree } from '@diorama/contracts';
import { sql, type Transaction } from 'kysely';
import type { Database } from './database.ts';
import { readCards } from './history-cards.ts';
import type { DatabaseSchema } from './schema.ts';

/** More cannot be taken in as a drawing. */
const MOST_NODES = 200;

type Edge = LineageTree['edges'][number];

/** The columns of an entry that say what it came from. What is not the owner's links nothing. */
export async function parentOf(
  tx: Transaction<DatabaseSchema>,
  ownerId: string,
  { lineage }: GenerationRequest,
): Promise<{ parent_seq: number; parent_how: string } | Record<string, never>> {
  if (!lineage?.generation) return {};
  const parent = await tx
    .selectFrom('entries')
    .select('seq')
    .where('id', '=', lineage.generation)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst();
  return parent ? { parent_seq: parent.seq, parent_how: lineage.how } : {};
}

interface Link {
  readonly from: number;
  readonly to: number;
  readonly how: string;
}

/** What an entry came from and what came of it, the nearest first; null when the account has no such entry. */
export async function readLineage(db: Database, ownerId: string, id: string): Promise<LineageTree | null> {
  const start = await db
    .selectFrom('entries')
    .select('seq')
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst();
  if (!start) return null;
  const seqs = new Set([start.seq]);
  const links = new Map<string, Link>();
  let truncated = false;
  for (let ring = [start.seq]; ring.length > 0; ) {
    const next: number[] = [];
    for (const link of await linksOf(db, ownerId, ring)) {
      for (const seq of [link.from, link.to]) {
        if (seqs.has(seq)) continue;
        if (seqs.size >= MOST_NODES) {
          truncated = true;
          continue;
        }
        seqs.add(seq);
        next.push(seq);
      }
      links.set(`${link.from} ${link.to} ${link.how}`, link);
    }
    ring = next;
  }
  const nodes = await readCards(db, ownerId, [...seqs]);
  const idOf = new Map(nodes.map((card) => [card.seq, card.id]));
  const edges = [...links.values()].flatMap(({ from, to, how }): Edge[] => {
    const [fromId, toId] = [idOf.get(from), idOf.get(to)];
    return fromId === undefined || toId === undefined || !isHow(how) ? [] : [{ from: fromId, to: toId, how }];
  });
  return { nodes, edges, truncated };
}

/** Parents and children of some entries, and what used their pictures or what they used. */
async function linksOf(db: Database, ownerId: string, ring: readonly number[]): Promise<Link[]> {
  const those = sql`(select value from json_each(${JSON.stringify(ring)}))`;
  const limit = sql`limit ${2 * MOST_NODES}`;
  const used = (which: 'maker' | 'user') => sql<Link>`
    select distinct maker.seq as "from", user.seq as "to", 'input' as how
    from ${
      which === 'maker'
        ? sql`entries maker
            cross join outputs on outputs.generation_id = maker.id
            cross join generation_inputs on generation_inputs.asset_id = outputs.asset_id
            cross join entries user on user.id = generation_inputs.generation_id`
        : sql`entries user
            cross join generation_inputs on generation_inputs.generation_id = user.id
            cross join outputs on outputs.asset_id = generation_inputs.asset_id
            cross join entries maker on maker.id = outputs.generation_id`
    }
    where ${sql.ref(which)}.seq in ${those} and maker.owner_id = ${ownerId} and user.owner_id = ${ownerId}
      and maker.seq < user.seq
    order by maker.seq, user.seq ${limit}`;
  const found = await Promise.all([
    sql<Link>`select parent_seq as "from", seq as "to", parent_how as how from entries
      where seq in ${those} and parent_seq is not null`.execute(db),
    sql<Link>`select parent_seq as "from", seq as "to", parent_how as how from entries
      where parent_seq in ${those} order by seq ${limit}`.execute(db),
    used('maker').execute(db),
    used('user').execute(db),
  ]);
  return found.flatMap(({ rows }) => rows);
}

function isHow(how: string): how is Edge['how'] {
  return how === 'input' || LINEAGE_KINDS.some((kind) => kind === how);
}
