/**
 * Light of a clear atmosphere: Rayleigh and Mie scattering with ozone, single scattering marched along the ray and
 * higher orders from a small table (Sébastien Hillaire, "A scalable and production ready sky and atmosphere
 * rendering technique", 2020; coefficients from there). Radiance for a sun of irradiance 1 above the air.
 */

const GROUND_KM = 6360;
const TOP_KM = 6460;
/** Per km at sea level. */
const RAYLEIGH = [5.802e-3, 13.558e-3, 33.1e-3] as const;
const MIE_SCATTERING = 3.996e-3;
const MIE_EXTINCTION = 4.44e-3;
const OZONE = [0.65e-3, 1.881e-3, 0.085e-3] as const;
const GROUND_ALBEDO = 0.25;
/** The observer stands this high, km; exactly on the ground the horizon is numerically awkward. */
const EYE_KM = 0.05;

const SUN_STEPS = 40;
const VIEW_STEPS = 32;
const MULTI_SIZE = 16;
const TRANSMITTANCE_HEIGHTS = 48;
const TRANSMITTANCE_ANGLES = 128;

export interface Atmosphere {
  /** Radiance from a direction. `towardsSun` is the cosine between both. Writes to `out`. */
  sky(directionY: number, towardsSun: number, out: Float32Array): void;
  /** Share of the sun's light that reaches the ground, per channel. */
  readonly sunTransmittance: readonly [number, number, number];
}

/**
 * @param sunElevationDegrees -18 to 90.
 * @param turbidity 1.7 = the clearest air, 10 = haze.
 */
export function createAtmosphere(sunElevationDegrees: number, turbidity: number): Atmosphere {
  const mieScale = Math.max(0.35, (turbidity - 1.4) * 0.9);
  const sunY = Math.sin((sunElevationDegrees * Math.PI) / 180);
  const sunX = Math.cos((sunElevationDegrees * Math.PI) / 180);
  const transmittance = transmittanceTable(mieScale);
  const multiple = multipleScatteringTable(mieScale, transmittance);
  const sunAtEye = [0, 0, 0] as [number, number, number];
  transmittance(GROUND_KM + EYE_KM, sunY, sunAtEye);

  return {
    sunTransmittance: sunAtEye,
    sky(directionY, towardsSun, out) {
      // Only the angle to the sun and the height matter, so the ray is marched in a plane of its own.
      const dy = Math.max(-0.999, Math.min(0.999, directionY));
      const dx = Math.sqrt(1 - dy * dy);
      const from = GROUND_KM + EYE_KM;
      const reach = distanceOut(from, dy);
      const phaseR = rayleighPhase(towardsSun);
      const phaseM = miePhase(towardsSun);
      const through = [1, 1, 1];
      const sun = [0, 0, 0];
      const scattered = [0, 0, 0];
      out.fill(0);
      // The direction's horizontal component along the sun's.
      const horizontal = dx > 1e-6 && sunX > 1e-6 ? (towardsSun - dy * sunY) / (dx * sunX) : 0;
      let previous = 0;
      for (let step = 0; step < VIEW_STEPS; step++) {
        // Steps grow with the distance: the air near the eye is the densest.
        const next = reach * ((step + 1) / VIEW_STEPS) ** 2;
        const length = next - previous;
        const t = previous + length * 0.5;
        previous = next;
        const x = dx * t;
        const y = from + dy * t;
        const radius = Math.hypot(x, y);
        const height = radius - GROUND_KM;
        const density = densities(height, mieScale);
        const sunCosine = (y * sunY + x * sunX * horizontal) / radius;
        transmittance(radius, sunCosine, sun);
        multiple(height, sunCosine, scattered);
        for (let c = 0; c < 3; c++) {
          const rayleigh = RAYLEIGH[c]! * density.rayleigh;
          const mie = MIE_SCATTERING * density.mie;
          const extinction = rayleigh + MIE_EXTINCTION * density.mie + OZONE[c]! * density.ozone;
          const source = sun[c]! * (rayleigh * phaseR + mie * phaseM) + scattered[c]! * (rayleigh + mie);
          const passes = Math.exp(-extinction * length);
          out[c]! += through[c]! * source * (extinction > 1e-9 ? (1 - passes) / extinction : length);
          through[c]! *= passes;
        }
      }
    },
  };
}

function densities(height: number, mieScale: number): { rayleigh: number; mie: number; ozone: number } {
  const h = Math.max(0, height);
  return {
    rayleigh: Math.exp(-h / 8),
    mie: Math.exp(-h / 1.2) * mieScale,
    ozone: Math.max(0, 1 - Math.abs(h - 25) / 15),
  };
}

function distanceOut(radius: number, cosine: number): number {
  const b = radius * cosine;
  const ground = b * b - (radius * radius - GROUND_KM * GROUND_KM);
  if (cosine < 0 && ground >= 0) return Math.max(0, -b - Math.sqrt(ground));
  return -b + Math.sqrt(Math.max(0, b * b - radius * radius + TOP_KM * TOP_KM));
}

function rayleighPhase(cosine: number): number {
  return (3 / (16 * Math.PI)) * (1 + cosine * cosine);
}

/** Cornette and Shanks. */
function miePhase(cosine: number): number {
  const g = 0.78;
  return (
    ((3 / (8 * Math.PI)) * ((1 - g * g) * (1 + cosine * cosine))) /
    ((2 + g * g) * Math.max(1e-4, 1 + g * g - 2 * g * cosine) ** 1.5)
  );
}

type Lookup = (radiusOrHeight: number, cosine: number, out: number[]) => void;

function transmittanceTable(mieScale: number): Lookup {
  const table = new Float32Array(TRANSMITTANCE_HEIGHTS * TRANSMITTANCE_ANGLES * 3);
  for (let i = 0; i < TRANSMITTANCE_HEIGHTS; i++) {
    const height = (i / (TRANSMITTANCE_HEIGHTS - 1)) ** 2 * (TOP_KM - GROUND_KM);
    for (let j = 0; j < TRANSMITTANCE_ANGLES; j++) {
      const cosine = angleOf(j / (TRANSMITTANCE_ANGLES - 1));
      const radius = GROUND_KM + height;
      const b = radius * cosine;
      // A disc of half a degree does not vanish at once: rays that graze the ground keep what the air leaves.
      const blocked = cosine < 0 && b * b - (radius * radius - GROUND_KM * GROUND_KM) > 0;
      const reach = -b + Math.sqrt(Math.max(0, b * b - radius * radius + TOP_KM * TOP_KM));
      const depth = [0, 0, 0];
      for (let step = 0; step < SUN_STEPS; step++) {
        const t = ((step + 0.5) / SUN_STEPS) * reach;
        const here =
          Math.hypot(radius + cosine * t, Math.sqrt(Math.max(0, 1 - cosine * cosine)) * t) - GROUND_KM;
        const density = densities(here, mieScale);
        for (let c = 0; c < 3; c++)
          depth[c]! +=
            (RAYLEIGH[c]! * density.rayleigh + MIE_EXTINCTION * density.mie + OZONE[c]! * density.ozone) *
            (reach / SUN_STEPS);
      }
      for (let c = 0; c < 3; c++)
        table[(i * TRANSMITTANCE_ANGLES + j) * 3 + c] = blocked ? 0 : Math.exp(-depth[c]!);
    }
  }
  return (radius, cosine, out) => {
    const y =
      Math.sqrt(Math.max(0, Math.min(1, (radius - GROUND_KM) / (TOP_KM - GROUND_KM)))) *
      (TRANSMITTANCE_HEIGHTS - 1);
    const x = placeOfAngle(cosine) * (TRANSMITTANCE_ANGLES - 1);
    bilinear(table, TRANSMITTANCE_ANGLES, TRANSMITTANCE_HEIGHTS, x, y, out);
  };
}

/** Table places crowd around the horizon, where transmittance changes fastest. */
function angleOf(u: number): number {
  const t = u * 2 - 1;
  return Math.sign(t) * t * t;
}

function placeOfAngle(cosine: number): number {
  return (Math.sign(cosine) * Math.sqrt(Math.min(1, Math.abs(cosine))) + 1) / 2;
}

function multipleScatteringTable(mieScale: number, transmittance: Lookup): Lookup {
  const table = new Float32Array(MULTI_SIZE * MULTI_SIZE * 3);
  const directions = 32;
  const sun = [0, 0, 0];
  for (let i = 0; i < MULTI_SIZE; i++) {
    const height = 0.01 + (i / (MULTI_SIZE - 1)) ** 2 * 60;
    for (let j = 0; j < MULTI_SIZE; j++) {
      const sunCosine = angleOf(j / (MULTI_SIZE - 1));
      const sunSine = Math.sqrt(Math.max(0, 1 - sunCosine * sunCosine));
      const second = [0, 0, 0];
      const again = [0, 0, 0];
      for (let d = 0; d < directions; d++) {
        // Spread evenly over the sphere.
        const dy = 1 - (2 * (d + 0.5)) / directions;
        const phi = d * 2.399963229728653;
        const dx = Math.sqrt(1 - dy * dy);
        const along = dx * Math.cos(phi);
        const radius = GROUND_KM + height;
        const b = radius * dy;
        const groundRoot = b * b - (radius * radius - GROUND_KM * GROUND_KM);
        const hitsGround = dy < 0 && groundRoot >= 0;
        const reach = distanceOut(radius, dy);
        const through = [1, 1, 1];
        const steps = 12;
        let previous = 0;
        for (let step = 0; step < steps; step++) {
          const next = reach * ((step + 1) / steps) ** 1.6;
          const length = next - previous;
          const t = previous + length / 2;
          previous = next;
          const x = dx * t;
          const y = radius + dy * t;
          const here = Math.hypot(x, y);
          const density = densities(here - GROUND_KM, mieScale);
          transmittance(here, (y * sunCosine + along * t * sunSine) / here, sun);
          for (let c = 0; c < 3; c++) {
            const scattering = RAYLEIGH[c]! * density.rayleigh + MIE_SCATTERING * density.mie;
            const extinction =
              RAYLEIGH[c]! * density.rayleigh + MIE_EXTINCTION * density.mie + OZONE[c]! * density.ozone;
            const passes = Math.exp(-extinction * length);
            const integral = extinction > 1e-9 ? (1 - passes) / extinction : length;
            second[c]! += (through[c]! * scattering * sun[c]! * integral) / (4 * Math.PI);
            again[c]! += through[c]! * scattering * integral;
            through[c]! *= passes;
          }
        }
        if (hitsGround) {
          transmittance(GROUND_KM, sunCosine, sun);
          for (let c = 0; c < 3; c++)
            second[c]! += (through[c]! * sun[c]! * Math.max(0, sunCosine) * GROUND_ALBEDO) / Math.PI;
        }
      }
      for (let c = 0; c < 3; c++) {
        // The series of all further orders is geometric.
        table[(i * MULTI_SIZE + j) * 3 + c] =
          second[c]! / directions / Math.max(0.05, 1 - again[c]! / directions);
      }
    }
  }
  return (height, cosine, out) => {
    const y = Math.sqrt(Math.max(0, Math.min(1, (height - 0.01) / 60))) * (MULTI_SIZE - 1);
    bilinear(table, MULTI_SIZE, MULTI_SIZE, placeOfAngle(cosine) * (MULTI_SIZE - 1), y, out);
  };
}

function bilinear(
  table: Float32Array,
  width: number,
  height: number,
  x: number,
  y: number,
  out: number[],
): void {
  const x0 = Math.min(width - 2, Math.max(0, Math.floor(x)));
  const y0 = Math.min(height - 2, Math.max(0, Math.floor(y)));
  const fx = x - x0;
  const fy = y - y0;
  const a = (y0 * width + x0) * 3;
  const b = a + width * 3;
  for (let c = 0; c < 3; c++) {
    const top = table[a + c]! + (table[a + 3 + c]! - table[a + c]!) * fx;
    const bottom = table[b + c]! + (table[b + 3 + c]! - table[b + c]!) * fx;
    out[c] = top + (bottom - top) * fy;
  }
}
