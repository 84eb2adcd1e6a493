import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

interface Benchmark {
  run(options: { json: boolean }): Promise<Record<string, unknown>>;
}

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folder = new URL('.', import.meta.url);
const all = (await readdir(folder, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/index.ts`, folder)))
  .map((entry) => entry.name)
  .sort();

const unknown = positionals.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`error: no benchmark named ${unknown.join(', ')}.`);
  console.error(`hint: there are ${all.join(', ')}.`);
  process.exit(2);
}

const results: Record<string, unknown> = {
  machine: { node: process.versions.node, cpu: cpus()[0]?.model, cores: cpus().length },
};
for (const name of positionals.length > 0 ? positionals : all) {
  if (!values.json) console.log(`\n${name}`);
  const benchmark = (await import(new URL(`${name}/index.ts`, folder).href)) as Benchmark;
  results[name] = await benchmark.run({ json: values.json });
}
if (values.json) console.log(JSON.stringify(results, null, 2));
