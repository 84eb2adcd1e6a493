import type { EngineRegistry } from '@diorama/engines';

/**
 * What the render process loads its engines from. A module of its own, so that a test gives another one and the
 * renderer's code is loaded nowhere but there.
 */
export interface EngineModule {
  createRegistry(): Promise<EngineRegistry>;
}

/** The engines that come with Diorama. */
export const PRODUCT_ENGINES: string = new URL('./product-engines.ts', import.meta.url).href;
