import type { AdapterModule } from '../../kit/remote/adapter.ts';
import { SdapiAdapter } from './sdapi-adapter.ts';

/** AUTOMATIC1111, Forge and SD.Next by the `/sdapi/v1` routes that they share. */
export const sdapiAdapter: AdapterModule = {
  info: {
    kind: 'sdapi',
    name: 'A1111 / Forge / SD.Next',
    summary: 'Stable Diffusion web UI, Forge or SD.Next on your own machine or network.',
    location: 'own-server',
    key: 'optional',
    keyLabel: 'user:password of --api-auth',
    keyUrl: null,
    address: 'required',
    defaultAddress: 'http://127.0.0.1:7860',
    isUsuallyPrivate: true,
    environment: ['DIORAMA_SDAPI_AUTH', 'DIORAMA_SDAPI_URL'],
  },
  create: (connection) => new SdapiAdapter(connection),
};
