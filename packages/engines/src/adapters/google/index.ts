import type { AdapterModule } from '../../kit/remote/adapter.ts';
import { GoogleAdapter } from './google-adapter.ts';

export const googleAdapter: AdapterModule = {
  info: {
    kind: 'google',
    name: 'Google Gemini',
    summary: 'The Gemini image models ("Nano Banana"): edit by instruction, cheap and quick.',
    location: 'cloud',
    key: 'required',
    keyLabel: 'API key',
    keyUrl: 'https://aistudio.google.com/apikey',
    address: 'fixed',
    defaultAddress: 'https://generativelanguage.googleapis.com/v1beta',
    isUsuallyPrivate: false,
    environment: ['GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
  },
  create: (connection) => new GoogleAdapter(connection),
};
