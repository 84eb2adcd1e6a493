import { build } from './build/build.ts';

const started = performance.now();
try {
  const ran = await build();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.error(ran.length > 0 ? `Built ${ran.join(', ')} in ${seconds} s.` : 'Everything is built.');
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
