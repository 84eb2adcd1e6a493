import {
  costSchema,
  type Generation,
  type GenerationError,
  type GenerationRequest,
  generationErrorSchema,
  generationSchema,
  isFinished,
  type Output,
} from '@diorama/contracts';
import type { Selectable, Transaction } from 'kysely';
import { assetUrl } from './assets.ts';
import type { Database } from './database.ts';
import type { DatabaseSchema, GenerationsTable } from './schema.ts';
import { readStoredJson } from './stored-json.ts';

type Row = Selectable<GenerationsTable>;
type Reader = Database | Transaction<DatabaseSchema>;

/** What requests lack that were stored before these fields existed. */
const LATER_FIELDS = { negativePrompt: '', geometryStrength: null, project: null, lineage: null };

const { warnings: warningsSchema, timings: timingsSchema } = generationSchema.shape;
const errorDetailsSchema = generationErrorSchema.pick({ retryAfterMs: true, suspects: true });

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
  return rows.map((row) => toGeneration(row, toOutputs(byGeneration.get(row.id) ?? [])));
}

export function parseStoredRequest(text: string): GenerationRequest {
  return { ...LATER_FIELDS, ...JSON.parse(text) };
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
        ...(image.alignment === null ? {} : { alignment: JSON.parse(image.alignment) }),
      };
    });
}

function toGeneration(row: Row, outputs: Output[]): Generation {
  return {
    id: row.id,
    seq: row.seq,
    status: row.status,
    progress: JSON.parse(row.progress),
    request: parseStoredRequest(row.request),
    outputs,
    look: row.look === null ? null : JSON.parse(row.look),
    warnings: warningsSchema.safeParse(readStoredJson(row.warnings)).data ?? [],
    error: toError(row),
    attempts: row.attempts,
    timings: timingsSchema.safeParse(readStoredJson(row.timings)).data ?? {},
    cost: row.cost === null ? null : (costSchema.safeParse(readStoredJson(row.cost)).data ?? null),
    modelUsed: row.model_used,
    favorite: row.favorite === 1,
    rejected: false,
    tags: [],
    boards: [],
    project: null,
    deletedAt: null,
    createdAt: row.created_at,
    finishedAt: isFinished(row.status) ? row.finished_at : null,
  };
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

/** As the search compares texts. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
