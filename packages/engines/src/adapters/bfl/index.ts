import type { AdapterModule } from '../../kit/remote/adapter.ts';
import { BflAdapter } from './bfl-adapter.ts';

export const bflAdapter: AdapterModule = {
  info: {
    kind: 'bfl',
    name: 'Black Forest Labs',
    summary:
      'FLUX.2 and Kontext: follow the scene closely, take references, honour the seed, say what they cost.',
    location: 'cloud',
    key: 'required',
    keyLabel: 'API key',
    keyUrl: 'https://dashboard.bfl.ai',
    address: 'fixed',
    defaultAddress: 'https://api.bfl.ai',
    isUsuallyPrivate: false,
    environment: ['BFL_API_KEY', 'BFL_BASE_URL'],
  },
  create: (connection) => new BflAdapter(connection),
};
