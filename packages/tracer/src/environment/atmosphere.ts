// Light in the air: single scattering along the view ray plus an isotropic estimate of all further orders.
// Constants and the multiple-scattering estimate follow Hillaire, "A Scalable and Production Ready Sky and Atmosphere
// Rendering Technique" (EGSR 2020); ozone is what keeps the sky blue after sunset. Lengths in kilometres.
import type { Vec3 } from '../trace-scene-types.ts';

const GROUND_RADIUS = 6360;
const TOP_RADIUS = 6460;
// Taken at the dominant wavelengths of the Rec. 709 primaries rather than at 680, 550 and 440 nm: ozone absorbs most
// near 600 nm, and with the spectral ends dusk would turn purple.
const RAYLEIGH = [7.2e-3, 13.4e-3, 30e-3] as const;
const MIE_SCATTERING = 3.996e-3;
const MIE_EXTINCTION = 8.396e-3;
const OZONE = [2.1e-3, 1.88e-3, 0.1e-3] as const;
const RAYLEIGH_HEIGHT = 8;
const MIE_HEIGHT = 1.2;
const MIE_G = 0.8;
const OBSERVER_HEIGHT = 0.2;

type Rgb = [number, number, number];

/** Distance to a sphere round the planet's centre from radius `r` along zenith cosine `mu`, or -1. */
function distanceToSphere(r: number, mu: number, radius: number): number {
  const d = r * r * (mu * mu - 1) + radius * radius;
  if (d < 0) return -1;
  const root = Math.sqrt(d);
  if (r > radius) {
    const near = -r * mu - root;
    return near >= 0 ? near : -1;
  }
  return -r * mu + root;
}

/** Air over one observer for one haziness; answers radiance and transmittance questions. */
export interface Atmosphere {
  /** Share of sunlight that reaches the observer from elevation `sine` (negative below the horizon). */
  sunTransmittance(sine: number, heightKm?: number): Rgb;
  /** Radiance towards a view direction for a sun of irradiance 1 above the air. */
  radiance(viewSine: number, sunSine: number, cosViewSun: number): Rgb;
}

/**
 * Prepares the tables of an atmosphere.
 *
 * @param turbidity Haziness: 2 is clear mountain air, 3 a fine day, 6 hazy, 10 murky.
 * @param groundAlbedo Colour of the ground, which lights the lower air.
 */
export function createAtmosphere(turbidity: number, groundAlbedo: Vec3): Atmosphere {
  const haze = Math.max(0.1, turbidity - 1.2);
  const mieScattering = MIE_SCATTERING * haze;
  const mieExtinction = MIE_EXTINCTION * haze;

  const densities = (height: number): [number, number, number] => [
    Math.exp(-height / RAYLEIGH_HEIGHT),
    Math.exp(-height / MIE_HEIGHT),
    Math.max(0, 1 - Math.abs(height - 25) / 15),
  ];

  const integrateTransmittance = (r: number, mu: number): Rgb => {
    if (distanceToSphere(r, mu, GROUND_RADIUS) > 0 && mu < 0) return [0, 0, 0];
    const length = distanceToSphere(r, mu, TOP_RADIUS);
    const steps = 40;
    const depth: Rgb = [0, 0, 0];
    let before = 0;
    for (let i = 1; i <= steps; i++) {
      // Steps grow with height: most of the air lies low.
      const t = length * (i / steps) ** 2;
      const middle = (before + t) / 2;
      const height = Math.sqrt(r * r + middle * middle + 2 * r * middle * mu) - GROUND_RADIUS;
      const [rayleigh, mie, ozone] = densities(height);
      for (const c of [0, 1, 2] as const) {
        depth[c] += (RAYLEIGH[c] * rayleigh + mieExtinction * mie + OZONE[c] * ozone) * (t - before);
      }
      before = t;
    }
    return [Math.exp(-depth[0]), Math.exp(-depth[1]), Math.exp(-depth[2])];
  };

  // Transmittance to the sun by height and elevation; the scale packs rows towards the horizon, where it changes fast.
  const HEIGHTS = 24;
  const SINES = 128;
  const heightOf = (i: number) => 100 * (i / (HEIGHTS - 1)) ** 2;
  const sineOf = (i: number) => {
    const x = (i / (SINES - 1)) * 2 - 1;
    return Math.sign(x) * x * x;
  };
  const table = new Float64Array(HEIGHTS * SINES * 3);
  for (let h = 0; h < HEIGHTS; h++) {
    for (let s = 0; s < SINES; s++)
      table.set(integrateTransmittance(GROUND_RADIUS + heightOf(h) + 1e-3, sineOf(s)), (h * SINES + s) * 3);
  }
  const sunTransmittance = (sine: number, height: number): Rgb => {
    const y = Math.min(HEIGHTS - 1.001, Math.sqrt(Math.max(0, height) / 100) * (HEIGHTS - 1));
    const x = Math.min(SINES - 1.001, ((Math.sign(sine) * Math.sqrt(Math.abs(sine)) + 1) / 2) * (SINES - 1));
    const xi = Math.floor(x);
    const yi = Math.floor(y);
    const fx = x - xi;
    const fy = y - yi;
    const at = (h: number, s: number, c: number) => table[(h * SINES + s) * 3 + c] as number;
    const channel = (c: number) =>
      (at(yi, xi, c) * (1 - fx) + at(yi, xi + 1, c) * fx) * (1 - fy) +
      (at(yi + 1, xi, c) * (1 - fx) + at(yi + 1, xi + 1, c) * fx) * fy;
    return [channel(0), channel(1), channel(2)];
  };

  /** Marches a ray and adds up scattered light; also what share of isotropic light the ray's air would scatter on. */
  const march = (
    r0: number,
    mu: number,
    sunSine: number,
    cosViewSun: number,
    steps: number,
    isotropic: boolean,
    ms: ((height: number, sine: number) => Rgb) | null,
  ) => {
    const ground = mu < 0 ? distanceToSphere(r0, mu, GROUND_RADIUS) : -1;
    const length = ground > 0 ? ground : distanceToSphere(r0, mu, TOP_RADIUS);
    const light: Rgb = [0, 0, 0];
    const scattered: Rgb = [0, 0, 0];
    const through: Rgb = [1, 1, 1];
    const phaseRayleigh = isotropic
      ? 1 / (4 * Math.PI)
      : (3 / (16 * Math.PI)) * (1 + cosViewSun * cosViewSun);
    const g2 = MIE_G * MIE_G;
    const phaseMie = isotropic
      ? 1 / (4 * Math.PI)
      : ((3 / (8 * Math.PI)) * (1 - g2) * (1 + cosViewSun * cosViewSun)) /
        ((2 + g2) * (1 + g2 - 2 * MIE_G * cosViewSun) ** 1.5);
    // Zenith cosine of the sun changes along the ray; the horizontal part follows from the two given cosines.
    let before = 0;
    for (let i = 1; i <= steps; i++) {
      const t = length * (i / steps) ** 1.7;
      const middle = before + (t - before) * 0.4;
      const dt = t - before;
      before = t;
      const r = Math.sqrt(r0 * r0 + middle * middle + 2 * r0 * middle * mu);
      const height = Math.max(0, r - GROUND_RADIUS);
      const sine = (r0 * sunSine + middle * cosViewSun) / r;
      const [rayleigh, mie, ozone] = densities(height);
      const sun = sunTransmittance(sine, height);
      const more = ms?.(height, sine) ?? [0, 0, 0];
      for (const c of [0, 1, 2] as const) {
        const sr = RAYLEIGH[c] * rayleigh;
        const sm = mieScattering * mie;
        const extinction = sr + mieExtinction * mie + OZONE[c] * ozone;
        const step = Math.exp(-extinction * dt);
        const share = extinction > 0 ? (1 - step) / extinction : dt;
        light[c] +=
          through[c] * share * (sun[c] * (sr * phaseRayleigh + sm * phaseMie) + more[c] * (sr + sm));
        scattered[c] += through[c] * share * (sr + sm);
        through[c] *= step;
      }
    }
    if (ground > 0) {
      const r = GROUND_RADIUS;
      const sine = (r0 * sunSine + ground * cosViewSun) / r;
      const sun = sunTransmittance(sine, 0);
      for (const c of [0, 1, 2] as const)
        light[c] += (through[c] * sun[c] * Math.max(0, sine) * groundAlbedo[c]) / Math.PI;
    }
    return { light, scattered };
  };

  // All orders beyond the first, as if light came evenly from everywhere: a geometric series of one more bounce each.
  const MS_HEIGHTS = 8;
  const MS_SINES = 33;
  const msTable = new Float64Array(MS_HEIGHTS * MS_SINES * 3);
  const msHeight = (i: number) => 60 * (i / (MS_HEIGHTS - 1)) ** 2;
  const msSine = (i: number) => {
    const x = (i / (MS_SINES - 1)) * 2 - 1;
    return Math.sign(x) * x * x;
  };
  for (let h = 0; h < MS_HEIGHTS; h++) {
    for (let s = 0; s < MS_SINES; s++) {
      const sunSine = msSine(s);
      const second: Rgb = [0, 0, 0];
      const factor: Rgb = [0, 0, 0];
      const directions = 8;
      for (let a = 0; a < directions; a++) {
        for (let b = 0; b < directions; b++) {
          const mu = ((a + 0.5) / directions) * 2 - 1;
          const azimuth = (Math.PI * (b + 0.5)) / directions;
          const cosViewSun =
            mu * sunSine + Math.sqrt((1 - mu * mu) * (1 - sunSine * sunSine)) * Math.cos(azimuth);
          const { light, scattered } = march(
            GROUND_RADIUS + msHeight(h) + 1e-3,
            mu,
            sunSine,
            cosViewSun,
            14,
            true,
            null,
          );
          for (const c of [0, 1, 2] as const) {
            second[c] += light[c] / directions ** 2;
            factor[c] += scattered[c] / directions ** 2;
          }
        }
      }
      for (const c of [0, 1, 2] as const)
        msTable[(h * MS_SINES + s) * 3 + c] = second[c] / (1 - Math.min(0.95, factor[c]));
    }
  }
  const multiple = (height: number, sine: number): Rgb => {
    const y = Math.min(MS_HEIGHTS - 1.001, Math.sqrt(height / 60) * (MS_HEIGHTS - 1));
    const x = Math.min(
      MS_SINES - 1.001,
      ((Math.sign(sine) * Math.sqrt(Math.abs(sine)) + 1) / 2) * (MS_SINES - 1),
    );
    const xi = Math.floor(x);
    const yi = Math.floor(y);
    const fx = x - xi;
    const fy = y - yi;
    const at = (h: number, s: number, c: number) => msTable[(h * MS_SINES + s) * 3 + c] as number;
    const channel = (c: number) =>
      (at(yi, xi, c) * (1 - fx) + at(yi, xi + 1, c) * fx) * (1 - fy) +
      (at(yi + 1, xi, c) * (1 - fx) + at(yi + 1, xi + 1, c) * fx) * fy;
    return [channel(0), channel(1), channel(2)];
  };

  return {
    sunTransmittance: (sine, heightKm = OBSERVER_HEIGHT) => sunTransmittance(sine, heightKm),
    radiance: (viewSine, sunSine, cosViewSun) =>
      march(
        GROUND_RADIUS + OBSERVER_HEIGHT,
        Math.max(1e-3, viewSine),
        sunSine,
        cosViewSun,
        40,
        false,
        multiple,
      ).light,
  };
}
