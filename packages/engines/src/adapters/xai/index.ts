import type { AdapterModule } from '../../kit/remote/adapter.ts';
import { XaiAdapter } from './xai-adapter.ts';

export const xaiAdapter: AdapterModule = {
  info: {
    kind: 'xai',
    name: 'xAI',
    summary: 'Grok Imagine: quick edits by instruction.',
    location: 'cloud',
    key: 'required',
    keyLabel: 'API key',
    keyUrl: 'https://console.x.ai',
    address: 'fixed',
    defaultAddress: 'https://api.x.ai/v1',
    isUsuallyPrivate: false,
    environment: ['XAI_API_KEY'],
  },
  create: (connection) => new XaiAdapter(connection),
};
