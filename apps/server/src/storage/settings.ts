import { type Budget, budgetSchema, type EngineKind, type Price, priceSchema } from '@diorama/contracts';
import type { Transaction } from 'kysely';
import type { Database } from './database.ts';
import type { DatabaseSchema, SettingsTable } from './schema.ts';
import { readStoredJson } from './stored-json.ts';

type Reader = Database | Transaction<DatabaseSchema>;

const NO_BUDGET: Budget = { monthlyTotal: null, monthlyPerProject: null };
/** For one that cannot be read: there was a limit, and nobody knows which. */
const NOTHING_ALLOWED: Budget = { monthlyTotal: 0, monthlyPerProject: 0 };

export interface EditedPrice {
  readonly kind: EngineKind;
  readonly model: string;
  readonly price: Price;
}

/** Default engine, budget and the prices that the owner entered. */
export class SettingsRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** null while the owner has chosen none. */
  async defaultEngine(): Promise<string | null> {
    const value = (await readSetting(this.#db, 'default-engine'))?.value;
    return typeof value === 'string' ? value : null;
  }

  async budget(): Promise<Budget> {
    return await readBudget(this.#db);
  }

  async update(patch: {
    readonly defaultEngine?: string | undefined;
    readonly budget?: Budget | undefined;
  }): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const set = async (name: SettingsTable['name'], value: unknown): Promise<void> => {
        await tx
          .insertInto('settings')
          .values({ name, value: JSON.stringify(value) })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: JSON.stringify(value) }))
          .execute();
      };
      if (patch.defaultEngine !== undefined) await set('default-engine', patch.defaultEngine);
      if (patch.budget !== undefined) await set('budget', patch.budget);
    });
  }

  async prices(): Promise<EditedPrice[]> {
    const rows = await this.#db.selectFrom('prices').selectAll().orderBy('kind').orderBy('model').execute();
    return rows.flatMap(({ kind, model, price }) => {
      const read = priceSchema.safeParse(readStoredJson(price));
      return read.success ? [{ kind, model, price: read.data }] : [];
    });
  }

  /** @param price null: back to the one that comes with Diorama. */
  async setPrice(kind: EngineKind, model: string, price: Price | null): Promise<void> {
    if (price === null) {
      await this.#db.deleteFrom('prices').where('kind', '=', kind).where('model', '=', model).execute();
      return;
    }
    const text = JSON.stringify(price);
    await this.#db
      .insertInto('prices')
      .values({ kind, model, price: text })
      .onConflict((conflict) => conflict.columns(['kind', 'model']).doUpdateSet({ price: text }))
      .execute();
  }
}

export async function readBudget(db: Reader): Promise<Budget> {
  const row = await readSetting(db, 'budget');
  if (!row) return NO_BUDGET;
  const stored = budgetSchema.safeParse(row.value);
  return stored.success ? stored.data : NOTHING_ALLOWED;
}

async function readSetting(db: Reader, name: SettingsTable['name']): Promise<{ value: unknown } | null> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst();
  return row ? { value: readStoredJson(row.value) } : null;
}
