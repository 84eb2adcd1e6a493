import type { Look } from '@diorama/contracts';
import { luminance, mix } from '../finish/colour.ts';
import type { Backplate } from './compose-scene.ts';
import type { LightRig } from './lighting.ts';

/** How much of a photograph's colour cast its light takes over. */
const CAST_SHARE = 0.65;

/** Mean colour of a picture at luminance 1, brighter parts counting more: they light what stands in it. */
function castOf({ rgb }: Extract<Backplate, { kind: 'picture' }>): readonly number[] {
  const sum = [0, 0, 0];
  for (let i = 0; i + 2 < rgb.length; i += 3) {
    const light = luminance(rgb[i]!, rgb[i + 1]!, rgb[i + 2]!);
    for (let c = 0; c < 3; c++) sum[c]! += rgb[i + c]! * light;
  }
  const mean = luminance(sum[0]!, sum[1]!, sum[2]!);
  return mean > 0 ? sum.map((value) => value / mean) : [1, 1, 1];
}

/** Whether words chose a light that is to stay as it is. */
const hasOwnLight = (look: Look): boolean =>
  look.directives.some(
    ({ category, span }) =>
      span !== null && (category === 'lighting' || category === 'time-of-day' || category === 'weather'),
  );

/** Gives the light the colour of the photograph behind the subject, so that the two belong together. */
export function lightFromPlate(rig: LightRig, backplate: Backplate, look: Look): LightRig {
  if (backplate.kind !== 'picture' || hasOwnLight(look)) return rig;
  const tint = castOf(backplate).map((c) => mix(1, c, CAST_SHARE)) as [number, number, number];
  const { environment } = rig;
  return {
    ...rig,
    environment: { ...environment, rgb: environment.rgb.map((value, i) => value * tint[i % 3]!) },
    lights: rig.lights.map((light) =>
      light.kind === 'directional'
        ? { ...light, irradiance: light.irradiance.map((c, i) => c * tint[i]!) as [number, number, number] }
        : light,
    ),
  };
}
