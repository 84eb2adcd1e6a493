import { readLook } from '@diorama/look';
import { describe, expect, it } from 'vitest';
import { createLightRig } from './lighting.ts';
import { lightFromPlate } from './plate-light.ts';

const axes = { back: [0, 0, 1], right: [1, 0, 0] } as const;
const golden = { kind: 'picture', width: 1, height: 1, rgb: Float32Array.of(0.9, 0.5, 0.2) } as const;
const warmth = (rgb: Float32Array) =>
  rgb.reduce((sum, value, i) => sum + (i % 3 === 0 ? value : 0), 0) /
  rgb.reduce((sum, value, i) => sum + (i % 3 === 2 ? value : 0), 0);

describe('the light of a background picture', () => {
  it('colours what stands before it', async () => {
    const look = readLook({ prompt: '', scene: null, references: [] });
    const rig = await createLightRig(look, axes, 0);
    const tinted = lightFromPlate(rig, golden, look);
    expect(warmth(tinted.environment.rgb)).toBeGreaterThan(1.5 * warmth(rig.environment.rgb));
  });

  it('leaves a light alone that was asked for in words', async () => {
    const look = readLook({ prompt: 'softbox', scene: null, references: [] });
    const rig = await createLightRig(look, axes, 0);
    expect(lightFromPlate(rig, golden, look)).toBe(rig);
  });
});
