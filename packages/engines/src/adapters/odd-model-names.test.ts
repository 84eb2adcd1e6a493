import { describe, expect, it } from 'vitest';
import { connectionTo } from '../kit/testing/remote-engine-suite.ts';
import { ADAPTERS } from './index.ts';

describe('models that no list names', () => {
  it.each(Object.values(ADAPTERS).map((module) => [module.info.kind, module] as const))(
    'are described by %s whatever they are called',
    (_, module) => {
      const adapter = module.create(connectionTo(module, 'http://127.0.0.1:1'));
      for (const id of ['__proto__', 'constructor', 'toString', 'a/b:c', 'x'.repeat(200), 'ä ü'])
        expect(adapter.unlistedModel(id)).toMatchObject({
          id: expect.stringContaining(id),
          capabilities: { countMax: expect.any(Number) },
        });
    },
  );
});
