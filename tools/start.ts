import { build } from './build/build.ts';

// The server starts in this process: one Node start-up less, and Ctrl+C reaches it directly.
const ran = await build().catch((error: unknown) => {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
if (ran.length > 0) console.error(`Built ${ran.join(', ')}.`);
await import('../apps/server/src/main.ts');
