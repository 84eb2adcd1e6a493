import { DioramaError } from '@diorama/contracts';
import { z } from 'zod';
import type { Http } from '../../kit/http/http.ts';

/** The programs that speak `/sdapi/v1`, which differ in how they take control maps and references. */
export type SdapiFlavour = 'a1111' | 'forge' | 'sdnext';

export const FLAVOUR_NAMES: Readonly<Record<SdapiFlavour, string>> = {
  a1111: 'AUTOMATIC1111',
  forge: 'Forge',
  sdnext: 'SD.Next',
};

/** What a server has, asked before a test and, once in a while, before a job. */
export interface SdapiServer {
  readonly flavour: SdapiFlavour;
  /** Checkpoints as they are named in requests: without the hash, which appears only after the first use. */
  readonly checkpoints: readonly { readonly id: string; readonly name: string }[];
  readonly loadedCheckpoint: string | null;
  readonly controlModels: readonly string[];
  readonly controlModules: readonly string[];
  /** IP-Adapters of SD.Next; the others have them among the control models. */
  readonly ipAdapters: readonly string[];
  readonly samplers: readonly string[];
  readonly schedulers: readonly string[];
}

const namedSchema = z.array(z.object({ name: z.string() }));

/** Asks a server what it is and what it has. Free of cost, and nothing is changed. */
export async function readServer(http: Http): Promise<SdapiServer> {
  const models = await ask(
    http,
    '/sdapi/v1/sd-models',
    z.array(z.object({ title: z.string(), model_name: z.string().nullish() })),
  );
  if (models === null) {
    throw new DioramaError('request-rejected', 'The server answered, but its API is switched off.', {
      hint: 'Start A1111 or Forge with --api, or check the address.',
    });
  }
  const options = await ask(
    http,
    '/sdapi/v1/options',
    z.object({ sd_model_checkpoint: z.string().nullish() }),
  );
  const flavour = await flavourOf(http);
  const samplers = (await ask(http, '/sdapi/v1/samplers', namedSchema)) ?? [];
  const schedulers = (await ask(http, '/sdapi/v1/schedulers', namedSchema)) ?? [];
  const control = flavour === 'sdnext' ? await controlOfSdNext(http) : await controlOfExtension(http);
  const loaded = options?.sd_model_checkpoint;
  return {
    flavour,
    checkpoints: models.map(({ title, model_name: name }) => ({
      id: withoutHash(title),
      name: name ?? withoutHash(title),
    })),
    loadedCheckpoint: loaded === null || loaded === undefined || loaded === '' ? null : withoutHash(loaded),
    ...control,
    samplers: samplers.map(({ name }) => name),
    schedulers: schedulers.map(({ name }) => name),
  };
}

/** `model.safetensors` of `model.safetensors [6ce0161689]`. */
export function withoutHash(title: string): string {
  return title.replace(/ \[[0-9a-f]+\]$/i, '');
}

type ControlLists = Pick<SdapiServer, 'controlModels' | 'controlModules' | 'ipAdapters'>;

async function controlOfExtension(http: Http): Promise<ControlLists> {
  const models = await ask(http, '/controlnet/model_list', z.object({ model_list: z.array(z.string()) }));
  const modules = await ask(http, '/controlnet/module_list', z.object({ module_list: z.array(z.string()) }));
  return {
    controlModels: (models?.model_list ?? []).filter((name) => name.toLowerCase() !== 'none'),
    controlModules: modules?.module_list ?? [],
    ipAdapters: [],
  };
}

async function controlOfSdNext(http: Http): Promise<ControlLists> {
  const names = z.array(z.string()).catch([]);
  return {
    controlModels: (await ask(http, '/sdapi/v1/control-models', names)) ?? [],
    controlModules: [],
    ipAdapters: ((await ask(http, '/sdapi/v1/ip-adapters', names)) ?? []).filter((name) => name !== 'None'),
  };
}

/** By the routes that only one of them has. */
async function flavourOf(http: Http): Promise<SdapiFlavour> {
  const version = await ask(
    http,
    '/sdapi/v1/version',
    z.object({ app: z.string().nullish() }).loose().catch({}),
  );
  if (/sd\.?next/i.test(version?.app ?? '')) return 'sdnext';
  if ((await ask(http, '/controlnet/version', z.unknown())) !== null) return 'a1111';
  return (await ask(http, '/sdapi/v1/sd-modules', z.unknown())) === null ? 'a1111' : 'forge';
}

/** Null when the server has no such route. */
async function ask<T>(http: Http, url: string, schema: z.ZodType<T>): Promise<T | null> {
  const { status, body } = await http.json(z.unknown(), { url, accept: [404, 405] });
  if (status !== 200 || body === undefined) return null;
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new DioramaError('invalid-output', 'The server answered with something that was not expected.', {
    hint: 'Check the address and the version of the server, then try again.',
    details: { route: url },
    cause: parsed.error,
  });
}
