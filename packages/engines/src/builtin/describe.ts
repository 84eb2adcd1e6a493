import { access } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import {
  ASPECT_RATIOS,
  type EngineDescription,
  HDRI_NAMES,
  LIMITS,
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
    name: 'Diorama',
    summary: 'Path-traces the scene on this machine: no account, no key, no network.',
    available: built,
    reason: built ? null : 'Its data is not built. Run `npm run build`.',
    models: [],
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
      strength: false,
      mask: false,
      countMax: LIMITS.count,
      progress: true,
      previews: true,
      cancel: true,
      deterministic: true,
    },
    typicalMs: Math.round(TYPICAL_CORE_MS / availableParallelism()),
    price: null,
  };
}
