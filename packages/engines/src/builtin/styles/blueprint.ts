import {
  blur,
  breathe,
  dot,
  drawLines,
  findLines,
  forEachRow,
  subtract,
  thinOutCrowds,
} from '@diorama/conditioning';
import type { Vec3 } from '@diorama/tracer';
import { clamp01, hexToLinear, mix, smoothstep } from '../finish/colour.ts';
import { fractalNoise } from '../finish/noise.ts';
import { findFeatureEdges } from './feature-edges.ts';
import { paperHeight } from './paper.ts';
import { StrokeCanvas } from './stroke-canvas.ts';
import { drawText, textWidth } from './stroke-font.ts';
import { type DrawStyle, type StyleInput, strokeScale } from './style-input.ts';

const BLUE = hexToLinear('#12459a');
const DEEP = hexToLinear('#0b2d6b');
const LINE = hexToLinear('#eef5ff');

/**
 * White lines on blue: contours, hidden edges dashed, a grid, and the scene's true measures along its box.
 */
export const drawBlueprint: DrawStyle = async (input) => {
  const { width, height, signal, seed, objectId } = input;
  const scale = strokeScale(input);
  const field = await findLines(input.guide, input.isSubject, signal);
  const contour = await drawLines(
    field,
    (weight) => (weight < 0.3 ? 0 : (0.18 + 0.95 * weight) * scale),
    signal,
  );
  await thinOutCrowds(contour, 7 * scale, signal);
  const hidden = new StrokeCanvas(width, height);
  await drawHiddenEdges(input, hidden, scale);
  const drafting = new StrokeCanvas(width, height);
  drawFrame(drafting, scale);
  drawMeasures(input, drafting, scale);
  await breathe(signal);

  // A breath of shade inside the subject so that it stands off the sheet.
  const shade = new Float32Array(width * height);
  for (let i = 0; i < shade.length; i++) if (input.isSubject(objectId[i]!)) shade[i] = facing(input, i);
  const glow = contour.data.slice();
  await blur(glow, width, height, 1, 3.5 * scale, signal);

  const out = new Float32Array(width * height * 3);
  const small = 16 * scale;
  const large = small * 5;
  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const dx = x / width - 0.5;
      const dy = y / height - 0.5;
      const uneven = fractalNoise(x / (220 * scale), y / (220 * scale), 3, seed + 1) - 0.5;
      const tooth = paperHeight(x, y, 2 * scale, seed + 5) - 0.5;
      const worn = clamp01(smoothstep(0.05, 0.55, dx * dx + dy * dy) + uneven * 0.35);
      const subject = input.isSubject(objectId[i]!);
      const grid = Math.max(
        rule(x, small, scale * 0.6) * 0.05,
        rule(y, small, scale * 0.6) * 0.05,
        rule(x, large, scale) * 0.11,
        rule(y, large, scale) * 0.11,
      );
      const chalk = 1 + tooth * 0.45;
      const white = clamp01(
        Math.max(
          contour.data[i]! * 0.96,
          drafting.data[i]! * 0.62,
          hidden.data[i]! * 0.34,
          subject ? grid * 0.35 : grid,
        ) *
          chalk +
          glow[i]! * 0.1 +
          shade[i]! * 0.075,
      );
      for (let c = 0; c < 3; c++) {
        const sheet = mix(BLUE[c]!, DEEP[c]!, worn) * (1 + tooth * 0.16) * (subject ? 0.86 : 1);
        out[i * 3 + c] = mix(sheet, LINE[c]!, white);
      }
    }
  });
  return out;
};

/** Coverage of a ruled line every `pitch` pixels. */
function rule(position: number, pitch: number, lineWidth: number): number {
  const offset = Math.abs(position + 0.5 - Math.round((position + 0.5) / pitch) * pitch);
  return clamp01(lineWidth / 2 + 0.5 - offset);
}

function facing({ surfaceNormal, view }: StyleInput, i: number): number {
  const n: Vec3 = [surfaceNormal[i * 3]!, surfaceNormal[i * 3 + 1]!, surfaceNormal[i * 3 + 2]!];
  return clamp01(0.5 + 0.35 * dot(n, view.up) - 0.45 * dot(n, view.right));
}

type Projected = { readonly x: number; readonly y: number; readonly depth: number };

function createProjector({ view, width, height }: StyleInput): (point: Vec3) => Projected {
  const focal = height / 2 / Math.tan((view.fovYDegrees * Math.PI) / 360);
  return (point) => {
    const offset = subtract(point, view.position);
    const depth = dot(offset, view.forward);
    return {
      x: width / 2 + (dot(offset, view.right) / depth) * focal,
      y: height / 2 - (dot(offset, view.up) / depth) * focal,
      depth,
    };
  };
}

/** Edges behind surfaces, dashed, as in a technical drawing. */
async function drawHiddenEdges(input: StyleInput, canvas: StrokeCanvas, scale: number): Promise<void> {
  if (!input.extent) return;
  const { ends, count } = findFeatureEdges(input.meshes, input.extent.radius * 1e-5);
  const project = createProjector(input);
  const near = input.extent.radius * 1e-3;
  const slack = input.extent.radius * 0.012;
  const dash = 7 * scale;
  for (let e = 0; e < count; e++) {
    if (e % 2000 === 0) await breathe(input.signal);
    const at = e * 6;
    const a = project([ends[at]!, ends[at + 1]!, ends[at + 2]!]);
    const b = project([ends[at + 3]!, ends[at + 4]!, ends[at + 5]!]);
    if (a.depth < near || b.depth < near) continue;
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    if (length < 5 * scale) continue;
    canvas.line(a.x, a.y, b.x, b.y, 0.8 * scale, 1, (t) => {
      if ((t * length) % (dash * 1.7) > dash) return false;
      // Inverse depth runs straight along a projected line.
      const depth = 1 / (1 / a.depth + (1 / b.depth - 1 / a.depth) * t);
      const x = Math.round(a.x + (b.x - a.x) * t);
      const y = Math.round(a.y + (b.y - a.y) * t);
      if (x < 0 || y < 0 || x >= input.width || y >= input.height) return false;
      return depth > input.depth[y * input.width + x]! + slack;
    });
  }
}

function drawFrame(canvas: StrokeCanvas, scale: number): void {
  const { width, height } = canvas;
  const inset = 14 * scale;
  const box = (margin: number, lineWidth: number) => {
    canvas.line(margin, margin, width - margin, margin, lineWidth, 1);
    canvas.line(width - margin, margin, width - margin, height - margin, lineWidth, 1);
    canvas.line(width - margin, height - margin, margin, height - margin, lineWidth, 1);
    canvas.line(margin, height - margin, margin, margin, lineWidth, 1);
  };
  box(inset, 1.6 * scale);
  box(inset + 5 * scale, 0.7 * scale);
  for (const [x, y, dx, dy] of [
    [width / 2, inset, 0, 1],
    [width / 2, height - inset, 0, -1],
    [inset, height / 2, 1, 0],
    [width - inset, height / 2, -1, 0],
  ] as const)
    canvas.line(x, y, x + dx * 14 * scale, y + dy * 14 * scale, 1.2 * scale, 1);
}

/** Dimension lines along three edges of the scene's box that the camera sees best, with the measures in metres. */
function drawMeasures(input: StyleInput, canvas: StrokeCanvas, scale: number): void {
  const { extent, view } = input;
  if (!extent) return;
  const { min, max, center } = extent;
  const project = createProjector(input);
  const off = extent.radius * 0.13;
  const nearX = view.position[0] >= center[0] ? max[0] : min[0];
  const nearZ = view.position[2] >= center[2] ? max[2] : min[2];
  const outX = nearX === max[0] ? off : -off;
  const outZ = nearZ === max[2] ? off : -off;
  const ground = min[1];
  const width: [Vec3, Vec3] = [
    [min[0], ground, nearZ + outZ],
    [max[0], ground, nearZ + outZ],
  ];
  const depth: [Vec3, Vec3] = [
    [nearX + outX, ground, min[2]],
    [nearX + outX, ground, max[2]],
  ];
  // The height stands at the end of the front edge that is farther from the middle of the frame.
  const left = project([min[0], ground, nearZ]);
  const right = project([max[0], ground, nearZ]);
  const standX = left.x < right.x ? min[0] - off : max[0] + off;
  const tall: [Vec3, Vec3] = [
    [standX, min[1], nearZ],
    [standX, max[1], nearZ],
  ];
  for (const [[from, to], meters, tick] of [
    [width, max[0] - min[0], [0, 0, outZ]],
    [depth, max[2] - min[2], [outX, 0, 0]],
    [tall, max[1] - min[1], [standX < center[0] ? -off : off, 0, 0]],
  ] as const) {
    measure(input, canvas, project, from, to, meters, tick, scale);
  }
}

function measure(
  input: StyleInput,
  canvas: StrokeCanvas,
  project: (point: Vec3) => Projected,
  from: Vec3,
  to: Vec3,
  meters: number,
  out: Vec3,
  scale: number,
): void {
  const a = project(from);
  const b = project(to);
  const near = input.extent!.radius * 0.05;
  if (a.depth < near || b.depth < near) return;
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const text = formatMeters(meters);
  const size = 10 * scale;
  const gap = textWidth(text, size) + 12 * scale;
  const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  if (length < gap * 1.4 || !inside(middle, input, gap)) return;
  canvas.line(a.x, a.y, b.x, b.y, 0.9 * scale, 1, (t) => {
    const x = a.x + (b.x - a.x) * t;
    const y = a.y + (b.y - a.y) * t;
    return Math.abs(x - middle.x) > gap / 2 || Math.abs(y - middle.y) > size;
  });
  for (const [end, other, point] of [
    [a, b, from],
    [b, a, to],
  ] as const) {
    const ux = (other.x - end.x) / length;
    const uy = (other.y - end.y) / length;
    for (const side of [-1, 1])
      canvas.line(
        end.x,
        end.y,
        end.x + (ux * 9 - uy * 3 * side) * scale,
        end.y + (uy * 9 + ux * 3 * side) * scale,
        0.9 * scale,
        1,
      );
    // Extension lines, from near the object to a little beyond the dimension line.
    const inner = project([point[0] - out[0] * 0.7, point[1] - out[1] * 0.7, point[2] - out[2] * 0.7]);
    const outer = project([point[0] + out[0] * 0.25, point[1] + out[1] * 0.25, point[2] + out[2] * 0.25]);
    if (inner.depth > near && outer.depth > near)
      canvas.line(inner.x, inner.y, outer.x, outer.y, 0.7 * scale, 0.8);
  }
  drawText(canvas, text, middle.x - textWidth(text, size) / 2, middle.y - size / 2, size, 1.1 * scale, 1);
}

function inside({ x, y }: { x: number; y: number }, { width, height }: StyleInput, margin: number): boolean {
  return x > margin && y > margin / 2 && x < width - margin && y < height - margin / 2;
}

function formatMeters(meters: number): string {
  if (meters >= 1000) return `${(meters / 1000).toFixed(2)} km`;
  if (meters >= 1) return `${meters.toFixed(2)} m`;
  return meters >= 0.01 ? `${(meters * 100).toFixed(1)} cm` : `${(meters * 1000).toFixed(1)} mm`;
}
