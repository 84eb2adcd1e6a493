import { DioramaError, toDioramaError } from '@diorama/contracts';
import type { ConnectionConfig } from '@diorama/engines';
import { checkpointText } from '../jobs/checkpoint-mail.ts';
import { ConnectedEngines } from '../jobs/connected-engines.ts';
import type { ConnectionHost } from '../jobs/connected-host.ts';
import { fromRenderError, toRenderError } from '../jobs/render-error.ts';
import { renderJob } from '../jobs/render-job.ts';
import type { Answers, LoadedConnections, Question } from '../jobs/render-messages.ts';
import type { KnownSecrets } from '../security/known-secrets.ts';
import type { FileBlobStore } from '../storage/file-blob-store.ts';
import * as testConnections from './test-connections.ts';

/** The connected engines of the tests on this thread, with the code that their process runs. */
export function inProcessConnectionHost(
  blobs: FileBlobStore,
  secrets: KnownSecrets,
  environment: NodeJS.ProcessEnv,
  connections: (loaded: LoadedConnections) => Promise<readonly ConnectionConfig[]>,
): ConnectionHost {
  const engines = new ConnectedEngines(testConnections);
  const loaded: LoadedConnections = {
    kinds: testConnections.kinds,
    environment: testConnections.connectionsFromEnvironment(environment),
  };
  let configured: Promise<void> | null = null;
  const configure = async (): Promise<void> => engines.configure(await connections(loaded));
  return {
    loaded: async () => loaded,
    engines: async () => {
      configured ??= configure();
      await configured;
      return { engines: await engines.list(), defaultId: null };
    },
    reconfigure: async () => {
      configured = configure();
      await configured;
    },
    ask: async <Q extends Question>({ about, connection }: Q): Promise<Answers[Q['about']]> => {
      const found = about === 'test' ? await engines.test(connection) : await engines.describe(connection);
      return secrets.redactDeep(found) as Answers[Q['about']];
    },
    render: async (claim, options) => {
      try {
        return await renderJob(claim, {
          blobs,
          engines,
          secrets,
          ...options,
          checkpoint: (state) => options.onCheckpoint(checkpointText(state)),
          log: () => {},
        });
      } catch (thrown) {
        if (options.signal.aborted) throw new DioramaError('canceled', undefined, { cause: thrown });
        // As it would come out of the other process.
        throw fromRenderError(secrets.redactDeep(toRenderError(toDioramaError(thrown, 'render-failed'))));
      }
    },
    close: async () => {},
  };
}
