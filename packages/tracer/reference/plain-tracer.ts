// A path tracer one can check by reading: matte surfaces, point and directional lights without size, constant sky.
// No importance sampling beyond the cosine, no roulette, no clamp.
import type { TraceCamera, TraceScene } from '../src/trace-scene-types.ts';
import { flattenTriangles, PlainBvh } from './plain-bvh.ts';
import { seededRandom } from './test-scenes.ts';

type V = [number, number, number];
const dot = (a: V, b: V) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: V, b: V): V => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const scale = (a: V, k: number): V => [a[0] * k, a[1] * k, a[2] * k];
const add = (a: V, b: V): V => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const unit = (a: V): V => scale(a, 1 / Math.hypot(...a));

/** Mean radiance of the film, RGB. Materials count by base colour alone; the sky by its first texel. */
export function plainMeanRadiance(
  scene: TraceScene,
  camera: TraceCamera,
  options: {
    readonly width: number;
    readonly height: number;
    readonly spp: number;
    readonly maxBounces: number;
    readonly seed: number;
  },
): V {
  const corners = flattenTriangles(scene.meshes);
  const bvh = new PlainBvh(corners);
  const colorOf: V[] = scene.meshes.flatMap((mesh) => {
    const color = scene.materials[mesh.material]?.baseColor ?? [0, 0, 0];
    return Array.from({ length: mesh.indices.length / 3 }, (): V => [color[0], color[1], color[2]]);
  });
  const random = seededRandom(options.seed);
  const sky = [...scene.environment.rgb.subarray(0, 3)] as V;
  const forward = unit(add([...camera.target] as V, scale([...camera.position] as V, -1)));
  const right = unit(cross(forward, [...camera.up] as V));
  const up = cross(right, forward);
  const half = Math.tan((camera.fovYDegrees * Math.PI) / 360);
  const sum: V = [0, 0, 0];

  const radiance = (origin: V, direction: V): V => {
    let o = origin;
    let d = direction;
    let through: V = [1, 1, 1];
    const light: V = [0, 0, 0];
    for (let bounce = 0; ; bounce++) {
      const hit = bvh.closest(...o, ...d);
      if (hit === null) {
        for (const c of [0, 1, 2] as const) light[c] += through[c] * sky[c];
        return light;
      }
      const at = hit.triangle * 9;
      const corner = (k: number): V => [...corners.subarray(at + k * 3, at + k * 3 + 3)] as V;
      const a = corner(0);
      let n = unit(cross(add(corner(1), scale(a, -1)), add(corner(2), scale(a, -1))));
      if (dot(n, d) > 0) n = scale(n, -1);
      const p = add(add(o, scale(d, hit.distance)), scale(n, 1e-5));
      const color = colorOf[hit.triangle] as V;
      for (const source of scene.lights) {
        let toLight: V;
        let distance = Infinity;
        let arriving: V;
        if (source.kind === 'directional') {
          toLight = unit(scale([...source.direction] as V, -1));
          arriving = [...source.irradiance] as V;
        } else {
          const way = add([...source.position] as V, scale(p, -1));
          distance = Math.hypot(...way);
          toLight = scale(way, 1 / distance);
          arriving = scale([...source.intensity] as V, 1 / distance ** 2);
        }
        const cosine = dot(n, toLight);
        if (cosine <= 0) continue;
        const blocked = bvh.closest(...p, ...toLight);
        if (blocked !== null && blocked.distance < distance) continue;
        for (const c of [0, 1, 2] as const)
          light[c] += (through[c] * color[c] * arriving[c] * cosine) / Math.PI;
      }
      if (bounce === options.maxBounces) return light;
      through = [through[0] * color[0], through[1] * color[1], through[2] * color[2]];
      const side = unit(cross(n, Math.abs(n[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0]));
      const r = Math.sqrt(random());
      const phi = 2 * Math.PI * random();
      d = add(
        add(scale(side, r * Math.cos(phi)), scale(cross(n, side), r * Math.sin(phi))),
        scale(n, Math.sqrt(Math.max(0, 1 - r * r))),
      );
      o = p;
    }
  };

  for (let y = 0; y < options.height; y++) {
    for (let x = 0; x < options.width; x++) {
      for (let s = 0; s < options.spp; s++) {
        const a = ((x + random()) / options.width) * 2 - 1;
        const b = 1 - ((y + random()) / options.height) * 2;
        const direction = unit(
          add(forward, add(scale(right, (a * half * options.width) / options.height), scale(up, b * half))),
        );
        const found = radiance([...camera.position] as V, direction);
        for (const c of [0, 1, 2] as const) sum[c] += found[c];
      }
    }
  }
  return scale(sum, 1 / (options.width * options.height * options.spp));
}
