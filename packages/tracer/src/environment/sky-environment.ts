import type { TraceEnvironment, TraceLight, Vec3 } from '../trace-scene-types.ts';
import { TracerError } from '../tracer-error.ts';
import { type Atmosphere, createAtmosphere } from './atmosphere.ts';
import { cloudAt } from './clouds.ts';

/** Sun irradiance above the air, in the tracer's units: a white surface at clear noon comes out near radiance 1.6. */
const SUN_ABOVE_AIR = 6.4;
/** The light meter's reading at that noon, to which other hours are compared. */
const METERED_NOON = 4;
const SUN_DIAMETER_DEGREES = 0.53;
/** Radians below the horizon over which the ground fades into the haze. */
const HORIZON_HAZE = 0.05;
const MAX_GAIN = 20_000;
/** The sky that a level camera sees: up to 25 degrees. */
const LOW_SKY_SINE = 0.42;

export interface SkyOptions {
  /** Towards the sun, world space, any length. `y` below 0 is a sun below the horizon. */
  readonly sunDirection: Vec3;
  /** Haziness: 2 clear, 3 a fine day (default), 6 hazy, 10 murky. */
  readonly turbidity?: number;
  /** 0 (default) no cloud to 1 overcast; takes the sun away as it grows. */
  readonly cloudCover?: number;
  /** Default 0: which clouds. */
  readonly cloudSeed?: number;
  /** Linear colour of the ground below the horizon, default a warm grey of 0.25. */
  readonly groundAlbedo?: Vec3;
  /**
   * How far a photographer's exposure follows the failing light: 0 keeps physical ratios (dusk is 1,000 times darker
   * than noon), 1 evens all hours out. Default 0.8: evenings look like evenings and still show at 0 EV.
   */
  readonly adaptation?: number;
  /**
   * Columns of the picture (rows are half), default 512, or 1024 with clouds. That is enough to light with; clouds that a
   * long lens sees as the background need 4096, which takes a few seconds.
   */
  readonly width?: number;
}

export interface Sky {
  readonly environment: TraceEnvironment;
  /** Not painted into the environment: sampled as a light it gives clean shadows. Irradiance 0 when below the horizon. */
  readonly sun: TraceLight & { readonly kind: 'directional' };
  /** EV that `adaptation` added to the physical radiances. */
  readonly adaptationEv: number;
}

type Rgb = [number, number, number];
const CHANNELS = [0, 1, 2] as const;

function luminance(c: readonly number[]): number {
  return 0.2126 * (c[0] as number) + 0.7152 * (c[1] as number) + 0.0722 * (c[2] as number);
}
function smooth(lo: number, hi: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - lo) / (hi - lo)));
  return t * t * (3 - 2 * t);
}

/** Sky radiance on a coarse grid (half of the azimuths: the clear sky is symmetric about the sun), read bilinearly. */
function bakeDome(air: Atmosphere, sunSine: number): (sine: number, azimuthFromSun: number) => Rgb {
  const rows = 48;
  const columns = 40;
  const sunCosine = Math.sqrt(Math.max(0, 1 - sunSine * sunSine));
  const dome = new Float64Array(rows * columns * 3);
  for (let row = 0; row < rows; row++) {
    // Rows crowd at the horizon, columns at the sun, where the sky changes most.
    const sine = Math.sin((Math.PI / 2) * (row / (rows - 1)) ** 2);
    const cosine = Math.sqrt(1 - sine * sine);
    for (let column = 0; column < columns; column++) {
      const azimuth = Math.PI * (column / (columns - 1)) ** 1.5;
      const cosViewSun = sine * sunSine + cosine * sunCosine * Math.cos(azimuth);
      dome.set(air.radiance(sine, sunSine, cosViewSun), (row * columns + column) * 3);
    }
  }
  return (sine, azimuth) => {
    const y = Math.min(
      rows - 1.001,
      Math.sqrt(Math.asin(Math.min(1, Math.max(0, sine))) / (Math.PI / 2)) * (rows - 1),
    );
    const x = Math.min(columns - 1.001, (Math.abs(azimuth) / Math.PI) ** (2 / 3) * (columns - 1));
    const yi = Math.floor(y);
    const xi = Math.floor(x);
    const fx = x - xi;
    const fy = y - yi;
    const at = (r: number, k: number, c: number) => dome[(r * columns + k) * 3 + c] as number;
    const channel = (c: number) =>
      (at(yi, xi, c) * (1 - fx) + at(yi, xi + 1, c) * fx) * (1 - fy) +
      (at(yi + 1, xi, c) * (1 - fx) + at(yi + 1, xi + 1, c) * fx) * fy;
    return [channel(0), channel(1), channel(2)];
  };
}

function checkRange(name: string, value: number, min: number, max: number): number {
  if (!(value >= min && value <= max))
    throw new TracerError('invalid-environment', `${name} must be between ${min} and ${max}, is ${value}.`);
  return value;
}

/**
 * Analytic daylight from high noon to dusk: an environment picture and the sun as a light of its own.
 *
 * Put both into the scene. Values suit an exposure of 0 EV at any hour (see `adaptation`).
 *
 * @throws {TracerError} `invalid-environment` for settings out of range.
 * @example
 * const { environment, sun } = skyEnvironment({ sunDirection: [1, 0.12, -0.4], turbidity: 3.5 });
 */
export function skyEnvironment(options: SkyOptions): Sky {
  const [sx, sy, sz] = options.sunDirection;
  const length = Math.hypot(sx, sy, sz);
  if (!(length > 1e-9 && length < Infinity))
    throw new TracerError('invalid-environment', 'sunDirection must be a finite vector and not zero.');
  const sun: Vec3 = [sx / length, sy / length, sz / length];
  const turbidity = checkRange('turbidity', options.turbidity ?? 3, 1, 20);
  const cover = checkRange('cloudCover', options.cloudCover ?? 0, 0, 1);
  const adaptation = checkRange('adaptation', options.adaptation ?? 0.8, 0, 1);
  const albedo = options.groundAlbedo ?? [0.27, 0.25, 0.22];
  for (const channel of albedo) checkRange('groundAlbedo', channel, 0, 1);
  const width = checkRange('width', options.width ?? (cover > 0 ? 1024 : 512), 16, 8192) & ~1;
  const height = width / 2;

  const air = createAtmosphere(turbidity, albedo);
  const dome = bakeDome(air, sun[1]);
  const sunAzimuth = Math.atan2(sun[0], -sun[2]);
  // The disc sinks within about half a degree.
  const visible = smooth(-0.006, 0.006, sun[1]);
  const sunThrough = air.sunTransmittance(Math.max(0, sun[1]));
  const sunlight = sunThrough.map((c) => c * visible) as Rgb;
  // Clouds stand higher than the ground and catch the last light a little longer.
  const cloudSun = air.sunTransmittance(sun[1] + 0.015, 1.5);
  const zenith = dome(0.95, Math.PI / 2);
  const zenithGrey = luminance(zenith);

  const rgb = new Float32Array(width * height * 3);
  const skyIrradiance: Rgb = [0, 0, 0];
  let lowSkyMean = 0;
  let lowSkyTexels = 0;
  for (let row = 0; row < height / 2; row++) {
    const theta = (Math.PI * (row + 0.5)) / height;
    const sine = Math.cos(theta);
    const cosine = Math.sin(theta);
    const weight = ((2 * Math.PI * Math.PI) / (width * height)) * cosine * sine;
    for (let column = 0; column < width; column++) {
      const azimuth = 2 * Math.PI * ((column + 0.5) / width - 0.5);
      let fromSun = Math.abs(azimuth - sunAzimuth) % (2 * Math.PI);
      if (fromSun > Math.PI) fromSun = 2 * Math.PI - fromSun;
      const color = dome(sine, fromSun);
      if (cover > 0) {
        const view: Vec3 = [cosine * Math.sin(azimuth), sine, -cosine * Math.cos(azimuth)];
        const cosViewSun = view[0] * sun[0] + view[1] * sun[1] + view[2] * sun[2];
        const cloud = cloudAt(view, sun, cover, options.cloudSeed ?? 0);
        // Forward scattering: thin edges before the sun shine.
        const silver = 0.16 + 0.9 * Math.max(0, cosViewSun) ** 8 * (1 - cloud.thickness);
        for (const c of CHANNELS) {
          const lit =
            (cloudSun[c] as number) * (0.1 + 0.16 * cloud.light + silver * 0.22) * (1 - 0.35 * cover);
          const ambient = (0.6 * (zenith[c] as number) + 0.7 * zenithGrey) * (1.35 - 0.75 * cloud.thickness);
          color[c] =
            color[c] * (1 - cloud.opacity) +
            (lit * (1 - 0.55 * cloud.thickness * cover) + ambient) * cloud.opacity;
        }
      }
      if (sine < LOW_SKY_SINE) {
        lowSkyMean += luminance(color);
        lowSkyTexels++;
      }
      const i = (row * width + column) * 3;
      for (const c of CHANNELS) {
        rgb[i + c] = color[c];
        skyIrradiance[c] += color[c] * weight;
      }
    }
  }
  lowSkyMean /= Math.max(1, lowSkyTexels);
  // The sun finds gaps until the cover closes.
  const clearShare = (1 - smooth(0.25, 0.95, cover)) * 0.97 + 0.03 * (1 - cover);
  for (const c of CHANNELS) sunlight[c] *= clearShare;

  const illuminance = CHANNELS.map(
    (c) => SUN_ABOVE_AIR * (sunlight[c] * Math.max(0, sun[1]) + skyIrradiance[c]),
  );
  const facingSun = SUN_ABOVE_AIR * (luminance(sunlight) + 0.5 * luminance(skyIrradiance));
  const lowSky = SUN_ABOVE_AIR * Math.PI * lowSkyMean;
  // What a light meter would weigh: level ground, whatever faces the sun, and the sky behind the subject.
  const metered = 0.4 * luminance(illuminance) + 0.3 * facingSun + 0.3 * lowSky;
  const gain = Math.min(MAX_GAIN, (METERED_NOON / Math.max(1e-9, metered)) ** adaptation);
  const scale = SUN_ABOVE_AIR * gain;
  const ground = CHANNELS.map((c) => ((albedo[c] * (illuminance[c] as number)) / Math.PI) * gain);
  for (let i = 0; i < (height / 2) * width * 3; i++) rgb[i] = (rgb[i] as number) * scale;
  const horizonRow = (height / 2 - 1) * width * 3;
  for (let row = height / 2; row < height; row++) {
    const below = (Math.PI * (row + 0.5)) / height - Math.PI / 2;
    const haze = Math.exp(-below / HORIZON_HAZE);
    for (let column = 0; column < width; column++) {
      const i = (row * width + column) * 3;
      for (const c of CHANNELS)
        rgb[i + c] = (rgb[horizonRow + column * 3 + c] as number) * haze + (ground[c] as number) * (1 - haze);
    }
  }
  return {
    environment: { width, height, rgb, rotationDegrees: 0, intensity: 1 },
    sun: {
      kind: 'directional',
      direction: [-sun[0], -sun[1], -sun[2]],
      irradiance: [sunlight[0] * scale, sunlight[1] * scale, sunlight[2] * scale],
      angularDiameterDegrees: SUN_DIAMETER_DEGREES,
    },
    adaptationEv: Math.log2(gain),
  };
}
