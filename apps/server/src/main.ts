/** Starts the server with the configuration of the environment. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
// Imported after the cache is on, so that their compiled code is kept.
const { isReachableByName, readConfig, startServer, StartError } = await import('./index.ts');

try {
  const { logLevel, ...config } = readConfig(process.env);
  const server = await startServer({ ...config, logLevel });
  process.stdout.write(`Diorama is at ${config.publicUrl ?? server.url}\n`);
  if (!isReachableByName(config))
    process.stdout.write(
      'Others are turned away until DIORAMA_PUBLIC_URL says under which address they open it.\n',
    );
  if (server.setupUrl !== null)
    process.stdout.write(`Choose the password of the first owner at ${server.setupUrl}\n`);
  if (server.launchUrl !== null) process.stdout.write(`Let your browser in by opening ${server.launchUrl}\n`);
  let isStopping = false;
  const stop = (): void => {
    // A second signal means now.
    if (isStopping) process.exit(130);
    isStopping = true;
    void server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
    setTimeout(() => process.exit(1), 5_000).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
} catch (thrown) {
  if (!(thrown instanceof StartError)) throw thrown;
  process.stderr.write(`${thrown.message}\n${thrown.hint}\n`);
  process.exit(thrown.exitCode);
}
