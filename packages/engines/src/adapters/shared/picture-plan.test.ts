import { describe, expect, it } from 'vitest';
import { connectionTo } from '../../kit/testing/remote-engine-suite.ts';
import { bflAdapter } from '../bfl/index.ts';
import { falAdapter } from '../fal/index.ts';
import { googleAdapter } from '../google/index.ts';
import { openaiAdapter } from '../openai/index.ts';
import { replicateAdapter } from '../replicate/index.ts';
import { xaiAdapter } from '../xai/index.ts';
import { PICTURE_MAPS } from './picture-plan.ts';

describe('engines that are told in words what each picture is', () => {
  it.each([openaiAdapter, googleAdapter, xaiAdapter, bflAdapter, falAdapter, replicateAdapter])(
    '$info.name sends just the maps that its models say they take',
    (module) => {
      const adapter = module.create(connectionTo(module, module.info.defaultAddress));
      for (const model of adapter.models())
        for (const map of PICTURE_MAPS) {
          const { inputs, warnings } = adapter.plan({
            model,
            size: { width: 1024, height: 1024 },
            count: 1,
            hasCanvas: true,
            hasScene: true,
            references: [],
            geometryStrength: null,
            negativePrompt: '',
            options: { controlMap: map },
          });
          const isSent = inputs.some((input) => input.kind === 'map' && input.map === map);
          expect(isSent, `${model.id}: ${map}`).toBe(model.capabilities.controlMaps.includes(map));
          // Never dropped without a word.
          if (!isSent) expect(warnings.map(({ code }) => code)).toContain('option-ignored');
        }
    },
  );
});
