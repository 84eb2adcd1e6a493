import { readFile, writeFile } from 'node:fs/promises';
import {
  costQuestionOf,
  type EngineDescription,
  type EngineKindInfo,
  type EngineModel,
  estimateCost,
} from '@diorama/contracts';
import { createConnectedEngine, ENGINE_KIND_INFOS } from '@diorama/engines/connect';

/**
 * Writes the tables of `docs/engines.md` from what the adapters say of themselves, between `<!-- name -->` and
 * `<!-- /name -->`.
 *
 * node tools/engine-tables.ts [--check]   with --check nothing is written, and a table that is out of date is an error
 */
const FILE = new URL('../docs/engines.md', import.meta.url);

/** What the estimates of the table are for: one image with the canvas and no reference. */
const QUESTION = costQuestionOf({
  size: { width: 1024, height: 1024 },
  count: 1,
  hasCanvas: true,
  references: 0,
});

async function describeAll(): Promise<{ info: EngineKindInfo; description: EngineDescription }[]> {
  return await Promise.all(
    ENGINE_KIND_INFOS.map(async (info) => {
      if (info.kind === 'builtin') throw new Error('The built-in engine is no connection.');
      const engine = createConnectedEngine({
        id: info.kind,
        kind: info.kind,
        name: info.name,
        address: info.defaultAddress,
        // Nothing is called: the key only has to be there.
        key: info.key === 'required' ? 'none' : null,
        allowPrivate: true,
        enabled: true,
        defaultModel: null,
        extraModels: [],
        options: {},
        probe: null,
        prices: [],
      });
      return { info, description: await engine.describe() };
    }),
  );
}

function connectionRow({
  name,
  key,
  keyLabel,
  address,
  defaultAddress,
  environment,
}: EngineKindInfo): string[] {
  const needs = [
    ...(address === 'required' ? [`address, usually \`${defaultAddress}\``] : []),
    ...(key === 'none' ? [] : [`${keyLabel}${key === 'optional' ? ' (optional)' : ''}`]),
  ];
  return [name, needs.join('; '), environment.map((variable) => `\`${variable}\``).join(', ')];
}

function capabilityRow(name: string, models: readonly EngineModel[]): string[] {
  const all = models.map(({ capabilities }) => capabilities);
  const some = (has: (one: EngineModel['capabilities']) => boolean): string =>
    all.every(has) ? 'yes' : all.some(has) ? 'some models' : 'no';
  return [
    name,
    range(all.map(({ referencesMax }) => referencesMax)),
    some(({ controlMaps }) => controlMaps.length > 0),
    some(({ seed }) => seed),
    some(({ negativePrompt }) => negativePrompt),
    some(({ progress }) => progress),
    some(({ previews }) => previews),
    some(({ cancel }) => cancel),
    range(all.map(({ longEdgeMax }) => longEdgeMax)),
    priceRange(models),
  ];
}

function range(values: readonly number[]): string {
  const least = Math.min(...values);
  const most = Math.max(...values);
  return least === most ? String(most) : `${least}–${most}`;
}

function priceRange(models: readonly EngineModel[]): string {
  const dollars = models.flatMap(({ price }) => (price ? [estimateCost(price, QUESTION)] : []));
  if (dollars.length === 0) return 'as the service lists it';
  const text = (amount: number): string => `$${amount.toFixed(amount < 0.1 ? 3 : 2)}`;
  const least = text(Math.min(...dollars));
  const most = text(Math.max(...dollars));
  return least === most ? least : `${least}–${most}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function replaceTable(text: string, name: string, content: string): string {
  const [from, to] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = text.indexOf(from);
  const end = text.indexOf(to);
  if (start < 0 || end < start) throw new Error(`docs/engines.md has no place for "${name}".`);
  return `${text.slice(0, start + from.length)}\n${content}\n${text.slice(end)}`;
}

const found = await describeAll();
const before = await readFile(FILE, 'utf8');
let after = replaceTable(
  before,
  'connections',
  table(
    ['engine', 'needs', 'environment'],
    found.map(({ info }) => connectionRow(info)),
  ),
);
after = replaceTable(
  after,
  'capabilities',
  table(
    [
      'service',
      'references',
      'maps as pictures',
      'seed',
      'negative prompt',
      'progress',
      'previews',
      'cancel stops the work',
      'long edge up to, px',
      'estimate for 1024 × 1024',
    ],
    found
      .filter(({ info, description }) => info.location === 'cloud' && description.models.length > 0)
      .map(({ info, description }) => capabilityRow(info.name, description.models)),
  ),
);
if (after === before) process.stdout.write('docs/engines.md is up to date.\n');
else if (process.argv.includes('--check')) {
  process.stderr.write('docs/engines.md is out of date: run `node tools/engine-tables.ts`.\n');
  process.exitCode = 1;
} else await writeFile(FILE, after);
