import { type SdApiFlavour, startFakeSdApi } from '@diorama/testkit/fake-engines';
import { describeRemoteEngine } from '../../kit/testing/remote-engine-suite.ts';
import { asFakeService } from '../diffusion/testing/fake-service.ts';
import { sdapiAdapter } from './index.ts';

const USER = { user: 'diorama', password: 'fake-password-71c4' };

for (const flavour of ['a1111', 'forge', 'sdnext'] satisfies SdApiFlavour[]) {
  describeRemoteEngine({
    name: flavour,
    adapter: sdapiAdapter,
    start: async () => asFakeService(await startFakeSdApi({ flavour, behaviour: { steps: 2, auth: USER } })),
    connection: () => ({ key: `${USER.user}:${USER.password}` }),
    routes: { submit: flavour === 'sdnext' ? 'control' : 'img2img' },
    isFree: true,
    hasKey: true,
    hasRateLimit: false,
    isVariant: flavour !== 'a1111',
    refusals: [
      {
        name: 'too little memory',
        arrange: (behaviour) => {
          behaviour.outOfMemory = true;
        },
        code: flavour === 'forge' ? 'engine-failed' : 'out-of-memory',
      },
    ],
  });
}
