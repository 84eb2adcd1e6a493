export { defaultLook } from './default-look.ts';
export { describeLook } from './describe-look.ts';
export { type LookInput, readLook } from './read-look.ts';
export type { ReferenceInput } from './references/apply-references.ts';
export { type ReferenceStats, referenceStats } from './references/reference-stats.ts';
