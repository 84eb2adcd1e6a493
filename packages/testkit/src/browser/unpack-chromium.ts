import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';

const require = createRequire(import.meta.url);

export interface UnpackedChromium {
  readonly executablePath: string;
  /** Folder with NSS, NSPR and expat for machines that lack them. */
  readonly libraryPath: string;
  readonly fontsPath: string;
}

/**
 * Unpacks the Chromium that comes as an npm package into the project's cache, once per version.
 *
 * The package's own unpacking goes to fixed names in the shared temp folder, where two checkouts clash, and leaves
 * out the NSS libraries unless it believes it runs in a cloud function.
 *
 * @returns null where the package is not installed or has no binary for this platform (it is Linux x86-64 only).
 */
export async function unpackChromium(cacheFolder: string): Promise<UnpackedChromium | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const packageFolder = findPackage();
  if (!packageFolder) return null;
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const target = join(cacheFolder, `chromium-${version}-2`);
  if (!existsSync(join(target, 'complete'))) {
    await mkdir(cacheFolder, { recursive: true });
    // Unpacked beside the target and renamed, so that a killed run or a parallel one never leaves half a browser.
    const staging = await mkdtemp(join(cacheFolder, 'unpacking-'));
    try {
      const bin = join(packageFolder, 'bin');
      await pipeline(
        createReadStream(join(bin, 'chromium.br')),
        createBrotliDecompress(),
        createWriteStream(join(staging, 'chromium')),
      );
      await chmod(join(staging, 'chromium'), 0o755);
      await untarBrotli(join(bin, 'swiftshader.tar.br'), staging);
      await untarBrotli(join(bin, 'fonts.tar.br'), join(staging, 'fonts'));
      await untarBrotli(join(bin, 'al2023.tar.br'), join(staging, 'al2023'));
      await writeFile(join(staging, 'fonts', 'fonts.conf'), fontsConfiguration(join(target, 'fonts')));
      await mkdir(join(staging, 'complete'));
      await rename(staging, target).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      });
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }
  return {
    executablePath: join(target, 'chromium'),
    libraryPath: join(target, 'al2023', 'lib'),
    fontsPath: join(target, 'fonts'),
  };
}

/** The package's own file names folders of a cloud function; without any font Chromium ends at the first text. */
function fontsConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/cache</cachedir>
</fontconfig>
`;
}

function findPackage(): string | null {
  try {
    return dirname(dirname(require.resolve('@sparticuz/chromium')));
  } catch {
    return null;
  }
}

async function untarBrotli(archive: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // By way of a file: tar stops reading at the archive's end mark, which breaks a pipe that still has padding to write.
  const tarFile = join(folder, 'unpacking.tar');
  await pipeline(createReadStream(archive), createBrotliDecompress(), createWriteStream(tarFile));
  const tar = spawn('tar', ['-x', '-f', tarFile, '-C', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(tar, 'close')) as [number | null];
  if (code !== 0) throw new Error(`tar ended with ${code} while unpacking the test browser.`);
  await rm(tarFile);
}
