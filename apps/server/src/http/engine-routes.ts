import { DioramaError } from '@diorama/contracts';
import type { EngineDirectory } from '../engines/engine-directory.ts';
import type { EngineSettingsService } from '../engines/engine-settings.ts';
import type { LedgerRepository } from '../storage/ledger.ts';
import type { Handlers } from './register-routes.ts';

export interface EngineRouteDependencies {
  readonly directory: EngineDirectory;
  readonly engineSettings: EngineSettingsService;
  readonly ledger: LedgerRepository;
}

type Routes =
  | 'listEngines'
  | 'getEngineSettings'
  | 'updateEngineSettings'
  | 'addEngineConnection'
  | 'updateEngineConnection'
  | 'deleteEngineConnection'
  | 'testEngineConnection'
  | 'updatePrice'
  | 'readLedger';

/** Engines, what the owner sets up for them, and what they have cost. */
export function engineHandlers({
  directory,
  engineSettings,
  ledger,
}: EngineRouteDependencies): Pick<Handlers, Routes> {
  const read = async () => await engineSettings.read((await directory.list()).defaultId);
  return {
    listEngines: async () => {
      const { engines, defaultId } = await directory.list();
      return { engines: engines.map(({ description }) => description), default: defaultId };
    },
    getEngineSettings: read,
    updateEngineSettings: async ({ body }) => {
      const { defaultEngine } = body;
      if (defaultEngine !== undefined) {
        const { engines } = await directory.list();
        if (!engines.some(({ description }) => description.id === defaultEngine))
          throw new DioramaError('unknown-engine', 'There is no such engine, or it is switched off.', {
            details: { engines: engines.map(({ description }) => description.id) },
          });
      }
      await engineSettings.update(body);
      return await read();
    },
    addEngineConnection: async ({ body }) => await engineSettings.add(body),
    updateEngineConnection: async ({ params, body }) => await engineSettings.change(params.id, body),
    deleteEngineConnection: async ({ params }) => {
      await engineSettings.remove(params.id);
      return undefined;
    },
    testEngineConnection: async ({ params }) => await engineSettings.test(params.id),
    updatePrice: async ({ body }) => {
      await engineSettings.setPrice(body.kind, body.model, body.price);
      return await read();
    },
    readLedger: async ({ query }) => await ledger.page(query),
  };
}
