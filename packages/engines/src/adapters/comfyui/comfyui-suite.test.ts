import { startFakeComfyUi } from '@diorama/testkit/fake-engines';
import { describeRemoteEngine } from '../../kit/testing/remote-engine-suite.ts';
import { asFakeService } from '../diffusion/testing/fake-service.ts';
import { comfyuiAdapter } from './index.ts';

describeRemoteEngine({
  name: 'ComfyUI',
  adapter: comfyuiAdapter,
  start: async () => asFakeService(await startFakeComfyUi()),
  connection: () => ({ key: null }),
  routes: { submit: 'prompt', poll: 'history', download: 'view', cancel: 'change-queue' },
  isFree: true,
  isResumable: true,
  hasOwnJobIds: true,
  hasKey: false,
  hasRateLimit: false,
  refusals: [
    {
      name: 'a node that fails',
      arrange: (behaviour) => {
        behaviour.failAtNode = 'VAEDecode';
      },
      code: 'engine-failed',
    },
    {
      name: 'too little memory',
      arrange: (behaviour) => {
        behaviour.failAtNode = 'SamplerCustomAdvanced';
        behaviour.failure = 'out-of-memory';
      },
      code: 'out-of-memory',
    },
  ],
});
