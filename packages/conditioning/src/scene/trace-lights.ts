import type { ResolvedLight } from '@diorama/gltf';
import type { TraceLight } from '@diorama/tracer';

/** Candela of a file's lamps to radiant intensity beside the daylight of our skies. */
const RADIANCE_PER_CANDELA = 1 / 150;
const RADIANCE_PER_LUX = 1 / 9_000;
/** Lamps of a file are points; a bulb this share of the scene's radius softens their shadows. */
const BULB_SHARE = 0.012;

export function toTraceLight({ light, position, direction }: ResolvedLight, sceneRadius: number): TraceLight {
  const scaled = (by: number) =>
    light.colorLinear.map((c) => c * light.intensity * by) as [number, number, number];
  if (light.kind === 'directional')
    return {
      kind: 'directional',
      direction,
      irradiance: scaled(RADIANCE_PER_LUX),
      angularDiameterDegrees: 0.8,
    };
  const lamp = { position, intensity: scaled(RADIANCE_PER_CANDELA), radiusM: sceneRadius * BULB_SHARE };
  if (light.kind === 'point') return { kind: 'point', ...lamp };
  const { innerConeDegrees, outerConeDegrees } = light;
  return { kind: 'spot', direction, innerConeDegrees, outerConeDegrees, ...lamp };
}
