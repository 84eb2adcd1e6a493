import { startFakeSdServer } from '@diorama/testkit/fake-engines';
import { describeRemoteEngine } from '../../kit/testing/remote-engine-suite.ts';
import { asFakeService } from '../diffusion/testing/fake-service.ts';
import { sdServerAdapter } from './index.ts';

describeRemoteEngine({
  name: 'sd-server',
  adapter: sdServerAdapter,
  start: async () => asFakeService(await startFakeSdServer()),
  connection: () => ({ key: null }),
  routes: { submit: 'img-gen', poll: 'job', cancel: 'cancel' },
  isFree: true,
  isResumable: true,
  hasKey: false,
  refusals: [
    {
      name: 'a job that fails',
      arrange: (behaviour) => {
        behaviour.failWith = 'generate_image returned no results';
      },
      code: 'engine-failed',
    },
    {
      name: 'too little memory',
      arrange: (behaviour) => {
        behaviour.failWith = 'failed to allocate buffer';
      },
      code: 'out-of-memory',
    },
  ],
});
