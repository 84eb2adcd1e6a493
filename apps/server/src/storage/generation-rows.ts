import {
  alignmentSchema,
  costSchema,
  type Generation,
  type GenerationError,
  type GenerationRequest,
  generationErrorSchema,
  generationRequestSchema,
  generationSchema,
  isFinished,
  LIMITS,
  lookSchema,
  type Output,
  progressSchema,
} from '@diorama/contracts';
import { type Selectable, sql, type Transaction } from 'kysely';
import { assetUrl } from './assets.ts';
import type { Database } from './database.ts';
import type { DatabaseSchema, GenerationsTable } from './schema.ts';
import { readStoredJson } from './stored-json.ts';

type Row = Selectable<GenerationsTable>;
type Reader = Database | Transaction<DatabaseSchema>;

const { warnings: warningsSchema, timings: timingsSchema } = generationSchema.shape;
const errorDetailsSchema = generationErrorSchema.pick({ retryAfterMs: true, suspects: true });

/** What the history knows of a generation besides the generation itself. */
interface Marks {
  readonly favorite: boolean;
  readonly rejected: boolean;
  readonly tags: string[];
  readonly boards: string[];
  readonly project: Generation['project'];
  readonly deletedAt: string | null;
}

export async function findGeneration(db: Reader, id: string): Promise<Generation | null> {
  const row = await db.selectFrom('generations').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? (await toGenerations(db, [row]))[0]! : null;
}

export async function toGenerations(db: Reader, rows: readonly Row[]): Promise<Generation[]> {
  const finished = rows.filter((row) => row.status === 'succeeded').map((row) => row.id);
  const outputs =
    finished.length === 0
      ? []
      : await db
          .selectFrom('outputs')
          .selectAll()
          .where('generation_id', 'in', finished)
          .orderBy('generation_id')
          .orderBy('position')
          .orderBy('aov')
          .execute();
  const byGeneration = Map.groupBy(outputs, (output) => output.generation_id);
  const marks = await readMarks(
    db,
    rows.map((row) => row.seq),
  );
  return rows.map((row) =>
    toGeneration(row, toOutputs(byGeneration.get(row.id) ?? []), marks.get(row.seq) ?? NO_MARKS),
  );
}

const NO_MARKS: Marks = {
  favorite: false,
  rejected: false,
  tags: [],
  boards: [],
  project: null,
  deletedAt: null,
};

async function readMarks(db: Reader, seqs: readonly number[]): Promise<Map<number, Marks>> {
  if (seqs.length === 0) return new Map();
  const rows = await db
    .selectFrom('entries')
    .leftJoin('projects', 'projects.id', 'entries.project_id')
    .select(['seq', 'favorite', 'rejected', 'tags', 'deleted_at', 'project_id', 'projects.name as project'])
    .select(
      sql<string>`(select json_group_array(board_id) from board_entries where board_entries.seq = entries.seq)`.as(
        'boards',
      ),
    )
    .where('seq', 'in', seqs)
    .execute();
  return new Map(
    rows.map((row) => [
      row.seq,
      {
        favorite: row.favorite === 1,
        rejected: row.rejected === 1,
        tags: readStrings(row.tags),
        boards: readStrings(row.boards),
        project:
          row.project_id === null || row.project === null ? null : { id: row.project_id, name: row.project },
        deletedAt: row.deleted_at,
      },
    ]),
  );
}

/** A stored list of words; damaged, an empty one. */
function readStrings(text: string): string[] {
  const list = readStoredJson(text);
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}

/**
 * A request to be carried out; what was stored before a field existed gets its default. null when it is damaged: what is
 * left of it may be something else than was asked for.
 */
export function parseStoredRequest(text: string): GenerationRequest | null {
  return generationRequestSchema.safeParse(readStoredJson(text)).data ?? null;
}

/** An error as the table has it. */
export function errorColumns(error: GenerationError): Partial<Row> {
  const details = errorDetailsSchema.safeParse(error);
  return {
    error_code: error.code,
    error_message: error.message,
    error_hint: error.hint,
    error_details:
      details.success && Object.keys(details.data).length > 0 ? JSON.stringify(details.data) : null,
  };
}

function toOutputs(rows: readonly Selectable<DatabaseSchema['outputs']>[]): Output[] {
  const link = (asset: string) => ({ asset, url: assetUrl(asset) });
  return rows
    .filter((row) => row.aov === '')
    .map((image) => {
      const aovs = rows.filter((row) => row.aov !== '' && row.position === image.position);
      return {
        ...link(image.asset_id),
        width: image.width,
        height: image.height,
        mediaType: image.media_type,
        seed: image.seed,
        ...(aovs.length === 0
          ? {}
          : { aovs: Object.fromEntries(aovs.map((row) => [row.aov, link(row.asset_id)])) }),
        ...(image.raw_asset_id === null ? {} : { raw: link(image.raw_asset_id) }),
        ...toAlignment(image.alignment),
      };
    });
}

function toAlignment(text: string | null): Pick<Output, 'alignment'> {
  const { data } = alignmentSchema.safeParse(text === null ? undefined : readStoredJson(text));
  return data === undefined ? {} : { alignment: data };
}

function toGeneration(row: Row, outputs: Output[], marks: Marks): Generation {
  return {
    id: row.id,
    seq: row.seq,
    status: row.status,
    progress: progressSchema.safeParse(readStoredJson(row.progress)).data ?? {
      stage: isFinished(row.status) ? 'saving' : 'queued',
      fraction: row.status === 'succeeded' ? 1 : 0,
    },
    request: parseStoredRequest(row.request) ?? remainsOfRequest(row),
    outputs,
    look: row.look === null ? null : (lookSchema.safeParse(readStoredJson(row.look)).data ?? null),
    warnings: warningsSchema.safeParse(readStoredJson(row.warnings)).data ?? [],
    error: toError(row),
    attempts: row.attempts,
    timings: timingsSchema.safeParse(readStoredJson(row.timings)).data ?? {},
    cost: toCost(row.cost),
    modelUsed: row.model_used,
    ...marks,
    createdAt: row.created_at,
    finishedAt: isFinished(row.status) ? row.finished_at : null,
  };
}

/** null for none, and for a damaged one. */
function toCost(text: string | null): Generation['cost'] {
  return text === null ? null : (costSchema.safeParse(readStoredJson(text)).data ?? null);
}

/** Of a damaged request the fields that are sound, and what other columns tell of the rest. Only to be looked at. */
function remainsOfRequest(row: Row): GenerationRequest {
  const known = generationRequestSchema.parse({
    prompt: row.prompt_folded.slice(0, LIMITS.promptCharacters),
    engine: row.engine,
    seed: row.seed,
  });
  const stored = readStoredJson(row.request);
  if (stored === null || typeof stored !== 'object') return known;
  const sound = Object.entries(generationRequestSchema.shape).flatMap(([name, schema]) => {
    const { success, data } = schema.safeParse((stored as Record<string, unknown>)[name]);
    return success && name in stored ? [[name, data]] : [];
  });
  return { ...known, ...Object.fromEntries(sound) };
}

function toError(row: Row): GenerationError | null {
  if (row.error_code === null) return null;
  return {
    code: row.error_code,
    message: row.error_message ?? '',
    hint: row.error_hint ?? '',
    ...(row.error_details === null
      ? {}
      : errorDetailsSchema.safeParse(readStoredJson(row.error_details)).data),
  };
}
