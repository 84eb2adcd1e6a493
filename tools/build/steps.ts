import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface BuildStep {
  readonly name: string;
  /** Command line after the Node executable, relative to `cwd`. */
  readonly args: readonly string[];
  /** Relative to the repository root. */
  readonly cwd: string;
  /** What the output depends on, relative to the repository root: files or folders. */
  readonly inputs: readonly string[];
  /** A folder that exists exactly when the step has run. */
  readonly output: string;
  /** Names of the steps that must be done before. */
  readonly after: readonly string[];
}

function packageStep(name: string, inputs: readonly string[], after: readonly string[] = []): BuildStep {
  return {
    name,
    args: ['tools/build.ts'],
    cwd: `packages/${name}`,
    inputs: [
      `packages/${name}/tools`,
      `packages/${name}/package.json`,
      ...inputs.map((input) => `packages/${name}/${input}`),
    ],
    output: `packages/${name}/dist`,
    after,
  };
}

/** Everything that is built. TypeScript itself is not: Node runs it as it stands, Vite bundles it for the browser. */
export const BUILD_STEPS: readonly BuildStep[] = [
  packageStep('tracer', ['native']),
  packageStep('denoiser', ['native']),
  packageStep('samples', ['src', 'thumbnails']),
  packageStep('engines', []),
  {
    name: 'studio',
    args: ['../../node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'],
    cwd: 'apps/studio',
    inputs: [
      'apps/studio/src',
      'apps/studio/public',
      'apps/studio/index.html',
      'apps/studio/vite.config.ts',
      'apps/studio/package.json',
      'packages/contracts/src',
      'packages/scene/src',
      'packages/gltf/src',
      'packages/client/src',
      'package-lock.json',
    ],
    output: 'apps/studio/dist',
    after: [],
  },
].filter((step) => step.name === 'studio' || existsSync(`${ROOT}/${step.cwd}/tools/build.ts`));
