import type { AdapterModule } from '../../kit/remote/adapter.ts';
import { ComfyuiAdapter } from './comfyui-adapter.ts';

/** A ComfyUI server of the owner's own (HTTP and WebSocket API of ComfyUI 0.3 and later). */
export const comfyuiAdapter: AdapterModule = {
  info: {
    kind: 'comfyui',
    name: 'ComfyUI',
    summary: 'A ComfyUI server on your own machine or network, with its models and your workflows.',
    location: 'own-server',
    key: 'optional',
    keyLabel: 'Token, or user:password, of a proxy before it',
    keyUrl: null,
    address: 'required',
    defaultAddress: 'http://127.0.0.1:8188',
    isUsuallyPrivate: true,
    environment: ['DIORAMA_COMFYUI_KEY', 'DIORAMA_COMFYUI_URL'],
  },
  create: (connection) => new ComfyuiAdapter(connection),
};
