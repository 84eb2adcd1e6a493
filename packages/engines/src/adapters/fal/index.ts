import type { AdapterModule } from '../../kit/remote/adapter.ts';
import { FalAdapter } from './fal-adapter.ts';

export const falAdapter: AdapterModule = {
  info: {
    kind: 'fal',
    name: 'fal',
    summary: 'Many models behind one key: FLUX.2, Nano Banana, GPT Image, Qwen.',
    location: 'cloud',
    key: 'required',
    keyLabel: 'API key',
    keyUrl: 'https://fal.ai/dashboard/keys',
    address: 'fixed',
    defaultAddress: 'https://queue.fal.run',
    isUsuallyPrivate: false,
    environment: ['FAL_KEY', 'FAL_API_KEY', 'FAL_BASE_URL'],
  },
  create: (connection) => new FalAdapter(connection),
};
