import { createBuiltinEngine, type Engine } from '@diorama/engines';

export async function createEngines(): Promise<readonly Engine[]> {
  return [createBuiltinEngine()];
}
