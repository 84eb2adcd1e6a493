import type { AdapterModule } from '../../kit/remote/adapter.ts';
import { ReplicateAdapter } from './replicate-adapter.ts';

export const replicateAdapter: AdapterModule = {
  info: {
    kind: 'replicate',
    name: 'Replicate',
    summary: 'Thousands of models by name; running jobs can be canceled.',
    location: 'cloud',
    key: 'required',
    keyLabel: 'API token',
    keyUrl: 'https://replicate.com/account/api-tokens',
    address: 'fixed',
    defaultAddress: 'https://api.replicate.com/v1',
    isUsuallyPrivate: false,
    environment: ['REPLICATE_API_TOKEN', 'REPLICATE_BASE_URL'],
  },
  create: (connection) => new ReplicateAdapter(connection),
};
