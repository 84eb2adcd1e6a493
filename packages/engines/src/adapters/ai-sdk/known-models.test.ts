import { engineKindInfoSchema, engineModelSchema, estimateCost } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { connectionTo } from '../../kit/testing/remote-engine-suite.ts';
import { gatewayAdapter } from '../gateway/index.ts';
import { googleAdapter } from '../google/index.ts';
import { openaiAdapter } from '../openai/index.ts';
import { openaiCompatibleAdapter } from '../openai-compatible/index.ts';
import { xaiAdapter } from '../xai/index.ts';

const ALL = [openaiAdapter, googleAdapter, xaiAdapter, gatewayAdapter, openaiCompatibleAdapter];
const PRICED = [openaiAdapter, googleAdapter, xaiAdapter];
const create = (adapter: (typeof ALL)[number]) =>
  adapter.create(connectionTo(adapter, adapter.info.defaultAddress));
const QUESTION = {
  size: { width: 1024, height: 1024 },
  count: 1,
  inputImages: 3,
  inputMegapixels: 3,
};

describe('the models that come with Diorama', () => {
  it.each(ALL.map((adapter) => [adapter.info.kind, adapter] as const))(
    'are described as the settings page expects it: %s',
    (_, adapter) => {
      expect(engineKindInfoSchema.parse(adapter.info)).toEqual(adapter.info);
      for (const model of [...create(adapter).models(), create(adapter).unlistedModel('some-new-model')])
        expect(engineModelSchema.parse(model)).toEqual(model);
    },
  );

  it.each(PRICED.map((adapter) => [adapter.info.kind, adapter] as const))(
    'have a price with a day and a source, between a tenth of a cent and a dollar an image: %s',
    (_, adapter) => {
      for (const { id, price } of create(adapter).models()) {
        expect(price, id).not.toBeNull();
        expect(price!.source.length, id).toBeGreaterThan(10);
        const dollars = estimateCost(price!, QUESTION);
        expect(dollars, id).toBeGreaterThan(0.001);
        expect(dollars, id).toBeLessThan(1);
      }
      expect(create(adapter).unlistedModel('some-new-model').price).toBeNull();
    },
  );
});
