// Runs a TypeScript tool on Node 24. Plain CommonJS, so that an older Node can still read it and say what is wrong.
const { pathToFileURL } = require('node:url');

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(`error: Diorama needs Node 24; this is Node ${process.versions.node}.`);
  console.error(
    'hint: `npm ci` brings Node 24 along on Linux and Windows. Elsewhere install it from nodejs.org.',
  );
  process.exit(1);
}
const [, , script, ...rest] = process.argv;
process.argv.splice(1, process.argv.length - 1, require('node:path').resolve(script), ...rest);
import(pathToFileURL(process.argv[1]).href);
