import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { GUIDE, type GuidePicture, type GuideSection } from '@diorama/recipes';

/**
 * Writes `docs/guide/README.md` from the guide that the studio shows, so that there is one source for both.
 *
 * node tools/guide.ts [--check]   with --check nothing is written, and a page that is out of date is an error
 */
const FILE = new URL('../docs/guide/README.md', import.meta.url);
const PICTURES = '../../packages/recipes/pictures';
const PICTURE_WIDTH_PX = 400;

function picturesOf(pictures: readonly GuidePicture[]): string {
  if (pictures.length === 0) return '';
  // GitHub breaks a row that is too wide: two pictures fit, and the captions stay below their own.
  const rows: string[] = [];
  for (let at = 0; at < pictures.length; at += 2) {
    const row = pictures.slice(at, at + 2);
    rows.push(`| ${row.map(imageOf).join(' | ')} |`);
    if (at === 0) rows.push(`| ${row.map(() => '---').join(' | ')} |`);
    rows.push(`| ${row.map(({ caption }) => caption).join(' | ')} |`);
  }
  return rows.join('\n');
}

function imageOf({ fileName, caption }: GuidePicture): string {
  const alt = caption.replaceAll('`', '').replaceAll('"', '&quot;');
  return `<img src="${PICTURES}/${fileName}" width="${PICTURE_WIDTH_PX}" alt="${alt}">`;
}

function tableOf({ table }: GuideSection): string {
  if (!table) return '';
  return [table.head, table.head.map(() => '---'), ...table.rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}

function sectionOf(section: GuideSection): string {
  const { title, paragraphs, tips, pairs, pictures } = section;
  const pairRows = pairs.map((pair) => `| \`${bare(pair.do)}\` | \`${bare(pair.dont)}\` | ${pair.why} |`);
  return [
    `## ${title}`,
    ...paragraphs,
    tableOf(section),
    picturesOf(pictures),
    tips.map((tip) => `- ${tip}`).join('\n'),
    pairRows.length > 0
      ? ['| do | rather than | because |', '| --- | --- | --- |', ...pairRows].join('\n')
      : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const bare = (text: string): string => text.replaceAll('`', '');

const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');

const page = [
  '# How to get good pictures',
  'The same guide stands in the studio. It is written in `packages/recipes/src/guide/`; this page is made from it by `node tools/guide.ts`. All pictures are by the built-in engine, of the scenes that come with Diorama.',
  GUIDE.map(({ title }) => `- [${title}](#${anchorOf(title)})`).join('\n'),
  ...GUIDE.map(sectionOf),
].join('\n\n');

const wanted = `${page}\n`;
const before = await readFile(FILE, 'utf8').catch(() => '');
if (wanted === before) process.stdout.write('docs/guide/README.md is up to date.\n');
else if (process.argv.includes('--check')) {
  process.stderr.write('docs/guide/README.md is out of date: run `node tools/guide.ts`.\n');
  process.exitCode = 1;
} else {
  await mkdir(new URL('.', FILE), { recursive: true });
  await writeFile(FILE, wanted);
}
