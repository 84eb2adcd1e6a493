import type { AdapterModule } from '../../kit/remote/adapter.ts';
import { SdServerAdapter } from './sd-server-adapter.ts';

/** The server of stable-diffusion.cpp, by its native `/sdcpp/v1` routes. */
export const sdServerAdapter: AdapterModule = {
  info: {
    kind: 'sd-server',
    name: 'stable-diffusion.cpp',
    summary: 'The sd-server of stable-diffusion.cpp, with the one model that it was started with.',
    location: 'own-server',
    key: 'optional',
    keyLabel: 'Token, or user:password, of a proxy before it',
    keyUrl: null,
    address: 'required',
    defaultAddress: 'http://127.0.0.1:1234',
    isUsuallyPrivate: true,
    environment: ['DIORAMA_SD_SERVER_KEY', 'DIORAMA_SD_SERVER_URL'],
  },
  create: (connection) => new SdServerAdapter(connection),
};
