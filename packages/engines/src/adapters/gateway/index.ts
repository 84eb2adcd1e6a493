import type { AdapterModule } from '../../kit/remote/adapter.ts';
import { GatewayAdapter } from './gateway-adapter.ts';

export const gatewayAdapter: AdapterModule = {
  info: {
    kind: 'gateway',
    name: 'AI Gateway',
    summary: 'Image models of many makers with one key, through the Vercel AI Gateway.',
    location: 'cloud',
    key: 'required',
    keyLabel: 'API key',
    keyUrl: 'https://vercel.com/d?to=%2F%5Bteam%5D%2F%7E%2Fai%2Fapi-keys',
    address: 'fixed',
    defaultAddress: 'https://ai-gateway.vercel.sh/v4/ai',
    isUsuallyPrivate: false,
    environment: ['AI_GATEWAY_API_KEY'],
  },
  create: (connection) => new GatewayAdapter(connection),
};
