import { type Box3, Color, DoubleSide, Mesh, PlaneGeometry, ShaderMaterial, Sphere } from 'three';

const LINE = { dark: 0xa6a6a6, light: 0xa8a8a8 } as const;

/**
 * An endless-looking floor grid: a metre, or the power of ten that suits the scene, with finer lines between. Lines
 * keep their width on screen and fade out with distance, so there is no moiré at the horizon.
 */
export class FloorGrid {
  readonly mesh: Mesh<PlaneGeometry, ShaderMaterial>;

  constructor() {
    const material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      side: DoubleSide,
      uniforms: { cell: { value: 1 }, reach: { value: 10 }, line: { value: new Color(LINE.dark) } },
      vertexShader: /* glsl */ `
        varying vec3 worldPosition;
        void main() {
          vec4 world = modelMatrix * vec4(position, 1.0);
          worldPosition = world.xyz;
          gl_Position = projectionMatrix * viewMatrix * world;
        }`,
      fragmentShader: /* glsl */ `
        uniform float cell;
        uniform float reach;
        uniform vec3 line;
        varying vec3 worldPosition;
        float lines(vec2 at, float size) {
          vec2 scaled = at / size;
          vec2 width = fwidth(scaled);
          vec2 distanceToLine = abs(fract(scaled - 0.5) - 0.5) / max(width, vec2(1e-6));
          float coverage = 1.0 - min(min(distanceToLine.x, distanceToLine.y), 1.0);
          return coverage * (1.0 - smoothstep(0.15, 0.5, max(width.x, width.y)));
        }
        void main() {
          float fade = 1.0 - smoothstep(0.15, 1.0, length(worldPosition.xz) / reach);
          float coarse = lines(worldPosition.xz, cell * 10.0);
          float fine = lines(worldPosition.xz, cell);
          float alpha = max(coarse * 0.75, fine * 0.32) * fade;
          if (alpha < 0.004) discard;
          gl_FragColor = vec4(line, alpha);
          #include <colorspace_fragment>
        }`,
    });
    this.mesh = new Mesh(new PlaneGeometry(1, 1), material);
    this.mesh.rotation.x = -Math.PI / 2;
    this.mesh.frustumCulled = false;
  }

  setColorScheme(scheme: 'dark' | 'light'): void {
    (this.mesh.material.uniforms.line!.value as Color).set(LINE[scheme]);
  }

  fit(bounds: Box3): void {
    const radius = bounds.isEmpty() ? 2 : Math.max(bounds.getBoundingSphere(new Sphere()).radius, 1e-3);
    const floorY = bounds.isEmpty() ? 0 : bounds.min.y;
    const reach = radius * 9;
    this.mesh.scale.setScalar(reach * 2);
    this.mesh.position.y = floorY - radius * 0.001;
    const uniforms = this.mesh.material.uniforms;
    uniforms.reach!.value = reach;
    uniforms.cell!.value = gridCellM(radius);
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}

/** The fine step of the grid for a scene of this radius, metres: a power of ten, about a dozen across the scene. */
export function gridCellM(radiusM: number): number {
  return 10 ** Math.floor(Math.log10(radiusM) - 0.35);
}
