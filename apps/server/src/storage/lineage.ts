import {
  type GenerationRequest,
  type HistoryCard,
  LINEAGE_KINDS,
  type LineageTree,
} from '@diorama/contracts';
import type { Transaction } from 'kysely';
import type { Reads } from './database.ts';
import { cardListJson, type FractionOf, readCards } from './history-cards.ts';
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
export function readLineage(
  reads: Reads,
  ownerId: string,
  id: string,
  fractionOf: FractionOf,
): LineageTree | null {
  const start = reads.get<{ seq: number }>(
    'SELECT seq FROM entries WHERE id = ? AND owner_id = ?',
    id,
    ownerId,
  );
  if (!start) return null;
  const seqs = new Set([start.seq]);
  const links = new Map<string, Link>();
  let truncated = false;
  for (let ring = [start.seq]; ring.length > 0; ) {
    const next: number[] = [];
    for (const link of linksOf(reads, ownerId, ring)) {
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
  const nodes = JSON.parse(cardListJson(readCards(reads, ownerId, [...seqs]), fractionOf)) as HistoryCard[];
  const idOf = new Map(nodes.map((card) => [card.seq, card.id]));
  const edges = [...links.values()].flatMap(({ from, to, how }): Edge[] => {
    const [fromId, toId] = [idOf.get(from), idOf.get(to)];
    return fromId === undefined || toId === undefined || !isHow(how) ? [] : [{ from: fromId, to: toId, how }];
  });
  return { nodes, edges, truncated };
}

const LIMIT = `LIMIT ${2 * MOST_NODES}`;
const RING = '(SELECT value FROM json_each(?))';

/** What used the pictures of some entries, and whose pictures they used. */
const INPUTS = (from: string, which: string): string => `
  SELECT DISTINCT maker.seq AS "from", user.seq AS "to", 'input' AS how FROM ${from}
  WHERE ${which}.seq IN ${RING} AND maker.owner_id = ? AND user.owner_id = maker.owner_id AND maker.seq < user.seq
  ORDER BY maker.seq, user.seq ${LIMIT}`;

const LINKS: readonly string[] = [
  `SELECT parent_seq AS "from", seq AS "to", parent_how AS how FROM entries
    WHERE seq IN ${RING} AND owner_id = ? AND parent_seq IS NOT NULL`,
  `SELECT parent_seq AS "from", seq AS "to", parent_how AS how FROM entries
    WHERE parent_seq IN ${RING} AND owner_id = ? ORDER BY seq ${LIMIT}`,
  INPUTS(
    `entries maker CROSS JOIN outputs ON outputs.generation_id = maker.id
      CROSS JOIN generation_inputs ON generation_inputs.asset_id = outputs.asset_id
      CROSS JOIN entries user ON user.id = generation_inputs.generation_id`,
    'maker',
  ),
  INPUTS(
    `entries user CROSS JOIN generation_inputs ON generation_inputs.generation_id = user.id
      CROSS JOIN outputs ON outputs.asset_id = generation_inputs.asset_id
      CROSS JOIN entries maker ON maker.id = outputs.generation_id`,
    'user',
  ),
];

/** Parents and children of some entries, and what used their pictures or what they used. */
function linksOf(reads: Reads, ownerId: string, ring: readonly number[]): Link[] {
  const those = JSON.stringify(ring);
  return LINKS.flatMap((text) => reads.all<Link>(text, those, ownerId));
}

function isHow(how: string): how is Edge['how'] {
  return how === 'input' || LINEAGE_KINDS.some((kind) => kind === how);
}
