import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { unpackChromium } from './unpack-chromium.ts';

const CACHE_FOLDER = fileURLToPath(new URL('../../../../node_modules/.cache/diorama', import.meta.url));

const SYSTEM_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** WebGL through SwiftShader; no traffic of the browser's own; its sandbox needs rights that containers lack. */
const BROWSER_FLAGS = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
];

interface BrowserBinary {
  readonly executablePath: string;
  readonly environment: Record<string, string>;
}

/**
 * Starts a real, headless Chromium for tests.
 *
 * Looked for in this order: `CHROME_PATH`, the browser from the npm package, a browser of the system.
 *
 * @throws {Error} when there is none: a browser test that cannot run is a failure, never a silent skip.
 */
export async function launchBrowser(): Promise<Browser> {
  const binary = await findBrowser();
  return chromium.launch({
    executablePath: binary.executablePath,
    headless: true,
    args: BROWSER_FLAGS,
    env: { ...definedEnvironment(), ...binary.environment },
  });
}

async function findBrowser(): Promise<BrowserBinary> {
  const named = process.env['CHROME_PATH'];
  if (named) return { executablePath: named, environment: {} };
  const unpacked = await unpackChromium(CACHE_FOLDER);
  if (unpacked) {
    const libraries = [unpacked.libraryPath, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
    return {
      executablePath: unpacked.executablePath,
      // The package's own NSS comes last in the loader's search only where the system has none.
      environment: {
        ...(hasSystemNss() ? {} : { LD_LIBRARY_PATH: libraries }),
        FONTCONFIG_PATH: unpacked.fontsPath,
      },
    };
  }
  const system = SYSTEM_BROWSERS.find((path) => existsSync(path));
  if (system) return { executablePath: system, environment: {} };
  throw new Error(
    'No Chromium for browser tests. Install Chrome or Chromium, or set CHROME_PATH to its program file.',
  );
}

function hasSystemNss(): boolean {
  return ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib'].some((folder) =>
    existsSync(join(folder, 'libnss3.so')),
  );
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
