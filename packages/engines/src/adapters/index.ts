import type { AdapterModule } from '../kit/remote/adapter.ts';
import type { ConnectionConfig } from '../kit/remote/connection.ts';
import { bflAdapter } from './bfl/index.ts';
import { comfyuiAdapter } from './comfyui/index.ts';
import { falAdapter } from './fal/index.ts';
import { gatewayAdapter } from './gateway/index.ts';
import { googleAdapter } from './google/index.ts';
import { openaiAdapter } from './openai/index.ts';
import { openaiCompatibleAdapter } from './openai-compatible/index.ts';
import { replicateAdapter } from './replicate/index.ts';
import { sdServerAdapter } from './sd-server/index.ts';
import { sdapiAdapter } from './sdapi/index.ts';
import { xaiAdapter } from './xai/index.ts';

/** One adapter for each kind, in the order in which the settings page lists them. */
export const ADAPTERS: Readonly<Record<ConnectionConfig['kind'], AdapterModule>> = {
  openai: openaiAdapter,
  google: googleAdapter,
  bfl: bflAdapter,
  fal: falAdapter,
  replicate: replicateAdapter,
  xai: xaiAdapter,
  gateway: gatewayAdapter,
  comfyui: comfyuiAdapter,
  sdapi: sdapiAdapter,
  'sd-server': sdServerAdapter,
  'openai-compatible': openaiCompatibleAdapter,
};
