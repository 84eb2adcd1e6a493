import type { AdapterModule } from '../../kit/remote/adapter.ts';
import { OpenAiAdapter } from './openai-adapter.ts';

export const openaiAdapter: AdapterModule = {
  info: {
    kind: 'openai',
    name: 'OpenAI',
    summary: 'The gpt-image models: strong at keeping to a scene, with previews on the way.',
    location: 'cloud',
    key: 'required',
    keyLabel: 'API key',
    keyUrl: 'https://platform.openai.com/api-keys',
    address: 'fixed',
    defaultAddress: 'https://api.openai.com/v1',
    isUsuallyPrivate: false,
    environment: ['OPENAI_API_KEY', 'OPENAI_BASE_URL'],
  },
  create: (connection) => new OpenAiAdapter(connection),
};
