import type { AdapterModule } from '../../kit/remote/adapter.ts';
import { OpenAiCompatibleAdapter } from './compatible-adapter.ts';

export const openaiCompatibleAdapter: AdapterModule = {
  info: {
    kind: 'openai-compatible',
    name: 'OpenAI-compatible server',
    summary: 'Any server with the image routes of the OpenAI API, at home or hosted.',
    location: 'own-server',
    key: 'optional',
    keyLabel: 'API key',
    keyUrl: null,
    address: 'required',
    defaultAddress: 'http://127.0.0.1:8080/v1',
    isUsuallyPrivate: true,
    environment: ['DIORAMA_OPENAI_COMPATIBLE_KEY', 'DIORAMA_OPENAI_COMPATIBLE_URL'],
  },
  create: (connection) => new OpenAiCompatibleAdapter(connection),
};
