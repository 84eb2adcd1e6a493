import type { Random } from '../random.ts';
import { curveThrough, tube } from './loft.ts';
import { sheet } from './sheet.ts';
import { addTriangle, addVertex, emptySurface, merged, type Surface } from './surface.ts';
import {
  add,
  addScaled,
  cross,
  degrees,
  mix,
  normalize,
  perpendicular,
  scaleBy,
  type Vec3,
} from './vector.ts';

export interface LeafShape {
  readonly length: number;
  readonly width: number;
  /** Where the leaf is widest, 0 (stalk) to 1 (tip). */
  readonly widestAt: number;
  /** How much the halves fold up along the midrib, radians. */
  readonly fold: number;
  /** How far the tip hangs, in parts of the length. */
  readonly droop: number;
  /** Amplitude of the waves of the rim, in parts of the width. */
  readonly wave: number;
}

/** A single leaf as a sheet: stalk at the origin, tip towards +Z, upper side +Y. uv in 0 to 1. */
export function leaf(shape: LeafShape, alongSteps: number, acrossSteps: number, phase = 0): Surface {
  return sheet(
    acrossSteps,
    alongSteps,
    (u, v) => {
      const t = 1 - v; // v runs up = away from the viewer = towards -Z in `sheet`; the tip lies at v = 0.
      const profile = leafProfile(t, shape.widestAt);
      const side = (u - 0.5) * 2;
      const half = (shape.width / 2) * profile;
      const x = side * half * Math.cos(shape.fold);
      const wave = shape.wave * shape.width * side * side * Math.sin(t * 9 + phase + side * 0.8) * profile;
      const y = Math.abs(side) * half * Math.sin(shape.fold) - shape.droop * shape.length * t * t + wave;
      const z = shape.length * t * (1 - 0.25 * Math.abs(shape.droop) * t);
      return [x, y, z];
    },
    { creaseDegrees: 80 },
  );
}

function leafProfile(t: number, widestAt: number): number {
  const k = Math.log(0.5) / Math.log(widestAt);
  const bent = t ** k;
  return Math.max(0, Math.sin(Math.PI * bent)) ** 0.8;
}

export interface PetalShape {
  readonly length: number;
  readonly width: number;
  /** How deep the cup is, in parts of the length. */
  readonly cup: number;
  /** How far the rim curls back, in parts of the length. */
  readonly curl: number;
  readonly phase: number;
}

/** A fallen rose petal as a sheet: base at the origin, rim towards +Z, inside +Y. uv in 0 to 1, v = 0 at the base. */
export function petal(shape: PetalShape, steps = 12): Surface {
  const s = sheet(
    steps,
    steps,
    (u, v) => {
      const t = 1 - v;
      const side = (u - 0.5) * 2;
      // Heart-like outline: narrow base, broad shoulders, a slight notch at the rim.
      const half = (shape.width / 2) * Math.sin(Math.PI * Math.min(1, 0.06 + 0.62 * t)) ** 0.75;
      const reach =
        shape.length * (t - 0.1 * t * t * side * side * 2.2 + 0.03 * t * Math.cos(side * 2.4 + shape.phase));
      const bowl =
        shape.cup *
        shape.length *
        (side * side * 0.9 * Math.sin(Math.PI * t * 0.75) + (t - 0.45) ** 2 * 1.6 - 0.32);
      const rim =
        -shape.curl *
        shape.length *
        Math.max(0, t - 0.72) ** 2 *
        9 *
        (0.6 + 0.4 * Math.cos(side * 3 + shape.phase));
      const ripple = 0.022 * shape.length * t * Math.sin(side * 5 + shape.phase * 3 + t * 4);
      return [side * half, bowl + rim + ripple, reach];
    },
    { creaseDegrees: 90 },
  );
  return s;
}

/**
 * A rose seen from above: petals wrapped around the Y axis, tight in the heart and open outside, calyx at the origin.
 * Vertex colours run from `heart` over `body` to `rim` (linear RGB).
 */
export function rose(
  radiusM: number,
  petals: number,
  random: Random,
  tints: { heart: Vec3; body: Vec3; rim: Vec3 },
): Surface {
  const parts: Surface[] = [];
  for (let i = 0; i < petals; i++) {
    const open = i / (petals - 1);
    const around = degrees(i * 137.5 + random.centred() * 14);
    const spread = mix(1.5, 0.78, open) * random.between(0.92, 1.1);
    const height = radiusM * mix(1.18, 0.86, open) * random.between(0.94, 1.05);
    const inner = radiusM * mix(0.07, 0.3, open);
    const flare = radiusM * mix(0.05, 0.72, open ** 1.35);
    const curl = mix(0.02, 0.34, open ** 1.5) * radiusM * random.between(0.8, 1.25);
    const phase = random.between(0, 6.3);
    const s = sheet(
      12,
      9,
      (u, v) => {
        const t = 1 - v;
        const side = (u - 0.5) * 2;
        const width = Math.sin(Math.PI * Math.min(1, 0.1 + 0.52 * t)) ** 0.7;
        const angle = around - side * spread * width;
        const lip = Math.max(0, t - 0.7) / 0.3;
        const belly = Math.sin(Math.PI * Math.min(0.62, t * 0.62)) * flare;
        const closing = open < 0.45 ? -0.55 * inner * t * (1 - open) : 0;
        const r =
          inner * (0.35 + 0.65 * Math.min(1, t * 2.2)) +
          belly +
          closing +
          curl * lip * lip +
          0.012 * radiusM * Math.sin(side * 6 + phase) * t;
        const y =
          height * (t - 0.1 * side * side * t) * mix(1, 0.82, open) -
          0.75 * curl * lip * lip * lip +
          0.02 * radiusM * Math.sin(side * 4 + phase * 2) * t;
        return [Math.sin(angle) * r, y, Math.cos(angle) * r];
      },
      { creaseDegrees: 90 },
    );
    const tone = random.between(0.86, 1.1);
    const colors: number[] = [];
    for (let k = 0; k < s.positions.length / 3; k++) {
      const t = s.uvs[k * 2 + 1]!;
      const c = t < 0.55 ? t / 0.55 : (t - 0.55) / 0.45;
      const [a, b] = t < 0.55 ? [tints.heart, tints.body] : [tints.body, tints.rim];
      for (let j = 0; j < 3; j++) colors.push(mix(a[j]!, b[j]!, c) * tone);
    }
    parts.push({ ...s, colors });
  }
  return merged(...parts);
}

export interface TreeOptions {
  readonly heightM: number;
  /** Where the crown begins, metres above the ground. */
  readonly crownBaseM: number;
  readonly crownRadiusM: number;
  readonly trunkRadiusM: number;
  readonly stems: number;
  /** How far the trunk reaches into the ground, default 0.1. */
  readonly rootM?: number;
  readonly leaves: number;
  readonly leafLengthM: number;
  /** Linear RGB factors of shaded, middle and sunlit leaves. */
  readonly leafTints: readonly Vec3[];
}

/** A tree in two surfaces. Branches end where leaves are, so nothing hangs in the air. */
export function tree(options: TreeOptions, random: Random): { wood: Surface; leaves: Surface } {
  const root = options.rootM ?? 0.1;
  const wood: Surface[] = [];
  const twigs: { from: Vec3; to: Vec3 }[] = [];
  const crownHeight = options.heightM - options.crownBaseM;
  const middle: Vec3 = [0, options.crownBaseM + crownHeight * 0.48, 0];
  // 1 at the crown's skin, below 1 inside.
  const reach = (p: Vec3): number =>
    Math.hypot(
      (p[0] - middle[0]) / options.crownRadiusM,
      (p[1] - middle[1]) / (crownHeight * (p[1] > middle[1] ? 0.52 : 0.48)),
      (p[2] - middle[2]) / options.crownRadiusM,
    );
  const grow = (from: Vec3, direction: Vec3, lengthM: number, radius: number, level: number): void => {
    const bend: Vec3 = [random.centred() * 0.25, 0.12 + random.centred() * 0.08, random.centred() * 0.25];
    const points: Vec3[] = [from];
    let heading = direction;
    const pieces = level < 2 ? 4 : 3;
    for (let i = 0; i < pieces; i++) {
      heading = normalize(addScaled(heading, bend, 0.6));
      points.push(addScaled(points[points.length - 1]!, heading, lengthM / pieces));
    }
    const taper = 0.62;
    wood.push(
      tube(
        curveThrough(points, level === 0 ? 3 : level === 1 ? 2 : 1),
        (t) => radius * mix(1, taper, t),
        level === 0 ? 12 : level === 1 ? 7 : 4,
        {
          caps: false,
        },
      ),
    );
    if (level >= 1)
      for (let i = 1; i < points.length; i++)
        if (level >= 2 || i > 1) twigs.push({ from: points[i - 1]!, to: points[i]! });
    if (level >= 3) return;
    const children = level === 0 ? 5 : level === 1 ? 4 : 3;
    const turn = random.between(0, 360);
    for (let i = 0; i < children; i++) {
      const along =
        level === 0 ? mix(0.55, 1, i / (children - 1)) : mix(0.4, 1, (i + random.next() * 0.5) / children);
      const start = pointAlong(points, Math.min(1, along));
      const side = perpendicular(heading);
      const other = cross(heading, side);
      const angle = degrees(turn + i * 137.5 + random.centred() * 20);
      const spread = degrees(level === 0 ? mix(62, 28, i / (children - 1)) : random.between(30, 58));
      const outward = add(scaleBy(side, Math.cos(angle)), scaleBy(other, Math.sin(angle)));
      const next = normalize(add(scaleBy(heading, Math.cos(spread)), scaleBy(outward, Math.sin(spread))));
      let childLength =
        (level === 0 ? options.crownRadiusM * 0.75 : lengthM * random.between(0.55, 0.75)) *
        (1 - 0.12 * random.next());
      for (let shrink = 0; shrink < 4 && reach(addScaled(start, next, childLength)) > 1.02; shrink++)
        childLength *= 0.75;
      if (childLength > options.leafLengthM)
        grow(
          start,
          next,
          childLength,
          radius * mix(taper, 0.42, random.next()) * (level === 0 ? 0.7 : 0.75),
          level + 1,
        );
    }
  };
  for (let stem = 0; stem < options.stems; stem++) {
    const angle = (stem / options.stems) * Math.PI * 2 + random.next();
    const lean = options.stems > 1 ? 0.22 : 0.04;
    const foot: Vec3 =
      options.stems > 1 ? [Math.cos(angle) * 0.16, -root, Math.sin(angle) * 0.16] : [0, -root, 0];
    grow(
      foot,
      normalize([Math.cos(angle) * lean, 1, Math.sin(angle) * lean]),
      options.crownBaseM + crownHeight * random.between(0.38, 0.5),
      options.trunkRadiusM * (options.stems > 1 ? 0.75 : 1),
      0,
    );
  }
  const leaves = emptySurface();
  for (let i = 0; i < options.leaves; i++) {
    const twig = twigs[Math.floor(random.next() * twigs.length)]!;
    const at = add(
      addScaled(
        twig.from,
        [twig.to[0] - twig.from[0], twig.to[1] - twig.from[1], twig.to[2] - twig.from[2]],
        random.next(),
      ),
      scaleBy([random.centred(), random.centred(), random.centred()], options.leafLengthM * 1.3),
    );
    const outward = normalize([at[0] - middle[0], (at[1] - middle[1]) * 0.6, at[2] - middle[2]]);
    const heading = normalize(
      add(outward, [random.centred() * 0.9, random.centred() * 0.7 - 0.25, random.centred() * 0.9]),
    );
    const up = normalize(
      add(addScaled(outward, [0, 1, 0], 0.9), [random.centred() * 0.6, 0.2, random.centred() * 0.6]),
    );
    const depth = Math.min(1, reach(at));
    const tints = options.leafTints;
    const tone = Math.min(
      tints.length - 1,
      Math.max(0, Math.round(depth * (tints.length - 1) + random.centred() * 0.9)),
    );
    const brightness = random.between(0.82, 1.14);
    addFoldedLeaf(
      leaves,
      at,
      heading,
      up,
      options.leafLengthM * random.between(0.7, 1.15),
      scaleBy(tints[tone]!, brightness),
    );
  }
  return { wood: merged(...wood), leaves };
}

function pointAlong(points: readonly Vec3[], t: number): Vec3 {
  const x = t * (points.length - 1);
  const i = Math.min(points.length - 2, Math.floor(x));
  const [a, b] = [points[i]!, points[i + 1]!];
  const f = x - i;
  return [mix(a[0], b[0], f), mix(a[1], b[1], f), mix(a[2], b[2], f)];
}

/** Two triangles folded along the midrib; the cheapest thing that still catches light like a leaf. */
export function addFoldedLeaf(
  s: Surface,
  at: Vec3,
  heading: Vec3,
  up: Vec3,
  lengthM: number,
  tint: Vec3,
  widthRatio = 0.5,
): void {
  const side = normalize(cross(up, heading));
  const top = normalize(cross(heading, side));
  const tip = addScaled(addScaled(at, heading, lengthM), top, -lengthM * 0.08);
  const belly = addScaled(at, heading, lengthM * 0.42);
  const half = (lengthM * widthRatio) / 2;
  for (const sign of [1, -1]) {
    const flank = addScaled(addScaled(belly, side, sign * half), top, half * 0.4);
    const normal = normalize(addScaled(top, side, -sign * 0.3));
    const a = addVertex(s, at, 0.5, 0, normal);
    const b = addVertex(s, flank, sign > 0 ? 1 : 0, 0.5, normal);
    const c = addVertex(s, tip, 0.5, 1, normal);
    for (let i = 0; i < 3; i++) s.colors.push(tint[0], tint[1], tint[2]);
    if (sign > 0) addTriangle(s, a, c, b);
    else addTriangle(s, a, b, c);
  }
}

export interface BladeOptions {
  readonly heightM: number;
  readonly widthM: number;
  /** How far the tip leans out, in parts of the height. */
  readonly lean: number;
  /** Pieces along the blade, default 3. */
  readonly steps?: number;
}

/** A blade of grass: three quads and a tip, bending over in the direction of `heading`. */
export function addBlade(
  s: Surface,
  at: Vec3,
  headingRadians: number,
  options: BladeOptions,
  tint: Vec3,
): void {
  const forward: Vec3 = [Math.cos(headingRadians), 0, Math.sin(headingRadians)];
  const side: Vec3 = [-forward[2], 0, forward[0]];
  const steps = options.steps ?? 3;
  let previous: [number, number] | null = null;
  for (let i = 0; i <= steps; i++) {
    const t = i / steps;
    const bend = options.lean * options.heightM * t * t;
    const centre: Vec3 = [
      at[0] + forward[0] * bend,
      at[1] + options.heightM * t * (1 - 0.25 * options.lean * t),
      at[2] + forward[2] * bend,
    ];
    const normal = normalize([forward[0] * -0.7, 0.5 + 0.5 * t * options.lean, forward[2] * -0.7]);
    const half = (options.widthM / 2) * (1 - t * 0.98);
    const shade = mix(0.55, 1.1, t);
    const pair: [number, number] = [
      addVertex(s, addScaled(centre, side, half), 0, t, normal),
      addVertex(s, addScaled(centre, side, -half), 1, t, normal),
    ];
    for (let k = 0; k < 2; k++) s.colors.push(tint[0] * shade, tint[1] * shade, tint[2] * shade);
    if (previous) {
      addTriangle(s, previous[0], pair[1], previous[1]);
      addTriangle(s, previous[0], pair[0], pair[1]);
    }
    previous = pair;
  }
}
