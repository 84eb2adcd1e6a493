import { access } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import {
  ASPECT_RATIOS,
  type EngineDescription,
  HDRI_NAMES,
  LIMITS,
  type ProbeReport,
  REFERENCE_ROLES,
} from '@diorama/contracts';

export const BUILTIN_ID = 'builtin';
/** Changes when the same request gives another picture; stands in the metadata of every image. */
export const BUILTIN_VERSION = '1';

/** Seconds of one core for a 1024-pixel standard image of a middling scene. */
const TYPICAL_CORE_MS = 22_000;

/** What `npm run build` makes and a render needs. */
const BUILT_FILES = HDRI_NAMES.map((name) => new URL(`../../dist/environments/${name}.hdr`, import.meta.url));

export async function describeBuiltin(): Promise<EngineDescription> {
  const built = await Promise.all(BUILT_FILES.map((file) => access(file))).then(
    () => true,
    () => false,
  );
  return {
    id: BUILTIN_ID,
    kind: 'builtin',
    location: 'built-in',
    name: 'Diorama',
    summary: 'Path-traces the scene on this machine: no account, no key, no network.',
    available: built,
    reason: built ? null : 'Its data is not built. Run `npm run build`.',
    models: [],
    defaultModel: null,
    capabilities: {
      textOnly: true,
      canvas: true,
      referencesMax: LIMITS.references,
      referenceRoles: REFERENCE_ROLES.filter((role) => role !== 'subject'),
      aspectRatios: [...ASPECT_RATIOS],
      longEdgeMin: LIMITS.longEdgeMin,
      longEdgeMax: LIMITS.longEdgeMax,
      seed: true,
      negativePrompt: false,
      geometryStrength: false,
      controlMaps: [],
      mask: false,
      countMax: LIMITS.count,
      progress: true,
      previews: true,
      cancel: true,
      deterministic: true,
    },
    typicalMs: Math.round(TYPICAL_CORE_MS / availableParallelism()),
    price: null,
    isFree: true,
  };
}

/** What `Engine.test` says: there is nothing to call, so it looks whether everything is in its place. */
export async function testBuiltin(): Promise<ProbeReport> {
  const began = performance.now();
  const { available, reason } = await describeBuiltin();
  return {
    ok: available,
    testedAt: new Date().toISOString(),
    ms: Math.round(performance.now() - began),
    checks: [
      {
        check: 'data',
        ok: available,
        detail: available ? 'Everything that a render needs is built.' : (reason ?? ''),
        hint: available ? '' : 'Run `npm run build`.',
      },
    ],
    models: [],
    server: `Diorama engine ${BUILTIN_VERSION}`,
  };
}
