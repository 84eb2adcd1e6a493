import type { GuideSection } from './guide-section.ts';
import { INPUTS } from './inputs.ts';
import { PRACTICE } from './practice.ts';
import { PROMPTS } from './prompts.ts';

/** The guide to good pictures, in reading order. The same chapters stand in the app and in `docs/guide/`. */
export const GUIDE: readonly GuideSection[] = [...PROMPTS, ...INPUTS, ...PRACTICE];
