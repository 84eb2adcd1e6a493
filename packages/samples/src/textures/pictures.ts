import { clamp, mix, smoothstep } from '../geometry/vector.ts';
import { fractalNoise, noise3 } from '../random.ts';
import { encodeRgbPng } from './png.ts';
import { type Srgb8, srgbOf, type TextureImage } from './texture-image.ts';

function paint(
  name: string,
  width: number,
  height: number,
  at: (x: number, y: number) => Srgb8,
): TextureImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rgb.set(at((x + 0.5) / width, (y + 0.5) / height), (y * width + x) * 3);
  return { name, png: encodeRgbPng(width, height, rgb) };
}

const blend = (a: Srgb8, b: Srgb8, t: number): Srgb8 => [
  Math.round(mix(a[0], b[0], t)),
  Math.round(mix(a[1], b[1], t)),
  Math.round(mix(a[2], b[2], t)),
];

/** An abstract print in the colours of the room: a low sun, hills, an arch. 4:5. */
export function abstractPrint(name: string): TextureImage {
  const [paper, ochre, rust, sage, ink, sand] = [
    '#efe6d6',
    '#d69a3c',
    '#a8492a',
    '#7f8c6c',
    '#2f3a3d',
    '#d9bf98',
  ].map(srgbOf);
  const soft = 0.004;
  return paint(name, 384, 480, (x, y) => {
    const cover = (distance: number): number => 1 - smoothstep(-soft, soft, distance);
    let color = paper!;
    const wobble = 0.006 * noise3(x * 18, y * 18, 3);
    const yy = y * 1.25;
    color = blend(color, ochre!, cover(Math.hypot(x - 0.62, yy - 0.42) - 0.2 + wobble));
    for (let i = 0; i < 4; i++) {
      const band = Math.abs(Math.hypot(x - 0.3, yy - 0.95) - (0.2 + i * 0.075)) - 0.024 + wobble;
      if (yy < 0.95) color = blend(color, i % 2 === 0 ? rust! : sand!, cover(band));
    }
    const hill = 0.88 + 0.1 * Math.sin(x * 4.2 + 0.6) - yy;
    color = blend(color, sage!, cover(hill + wobble));
    const near = 1.03 - 0.09 * Math.sin(x * 3.1 + 2.4) - yy;
    color = blend(color, ink!, cover(near + wobble));
    // Paper border and grain.
    const border = Math.max(Math.abs(x - 0.5) - 0.44, Math.abs(yy - 0.625) - 0.565);
    color = blend(color, paper!, smoothstep(-soft, soft, border));
    const grain = 1 + 0.03 * fractalNoise(x * 120, y * 150, 8, 2);
    return [
      clamp(Math.round(color[0] * grain), 0, 255),
      clamp(Math.round(color[1] * grain), 0, 255),
      clamp(Math.round(color[2] * grain), 0, 255),
    ];
  });
}

/** A woven rug, whole: wool ground, two borders, a lattice of lozenges. 2:3, long side along u. */
export function lozengeRug(name: string): TextureImage {
  const [wool, rust, ink, ochre] = ['#e6dcc8', '#a9583a', '#3f4a4c', '#c99a52'].map(srgbOf);
  const [width, height] = [512, 340];
  return paint(name, width, height, (x, y) => {
    const [mx, my] = [x * 2.4, y * 1.6];
    // Snapped to knots, so that slanted lines step like weaving.
    const knot = 0.0125;
    const [kx, ky] = [Math.floor(mx / knot) * knot, Math.floor(my / knot) * knot];
    const edge = Math.min(kx, 2.4 - kx, ky, 1.6 - ky);
    const cellX = kx / 0.4 - Math.floor(kx / 0.4) - 0.5;
    const cellY = (ky - 0.2) / 0.4 - Math.floor((ky - 0.2) / 0.4) - 0.5;
    const lozenge = Math.abs(cellX) + Math.abs(cellY);
    let color = wool!;
    if (edge > 0.16) {
      if (lozenge > 0.465 && lozenge < 0.535) color = ink!;
      else if (lozenge < 0.13) color = rust!;
      else if (lozenge > 0.2 && lozenge < 0.245) color = ochre!;
    } else if (edge > 0.125) color = ink!;
    else if (edge > 0.06) color = (Math.floor(kx / 0.05) + Math.floor(ky / 0.05)) % 2 === 0 ? rust! : wool!;
    else if (edge > 0.04) color = ink!;
    const yarn = 1 + 0.1 * noise3(x * 400, y * 60, 2) + 0.07 * fractalNoise(x * 12, y * 8, 5, 3);
    return [
      clamp(Math.round(color[0] * yarn), 0, 255),
      clamp(Math.round(color[1] * yarn), 0, 255),
      clamp(Math.round(color[2] * yarn), 0, 255),
    ];
  });
}
