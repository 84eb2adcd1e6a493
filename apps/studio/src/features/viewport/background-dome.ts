import { BackSide, Color, Mesh, ShaderMaterial, SphereGeometry } from 'three';

interface Gradient {
  readonly top: number;
  readonly horizon: number;
  readonly bottom: number;
}

const GRADIENTS: Readonly<Record<'dark' | 'light', Gradient>> = {
  dark: { top: 0x4c4c4c, horizon: 0x7d7d7d, bottom: 0x686868 },
  light: { top: 0xdadada, horizon: 0xf7f7f7, bottom: 0xe6e6e6 },
};

/**
 * The grey around the scene: brightest at the horizon, like the backdrop of a photographer.
 *
 * It is an object and not a clear colour because it has to pass through glass and tone mapping like everything else;
 * a clear colour would be darker behind a pane than beside it.
 */
export class BackgroundDome {
  readonly mesh: Mesh<SphereGeometry, ShaderMaterial>;

  constructor() {
    this.mesh = new Mesh(
      new SphereGeometry(1, 32, 16),
      new ShaderMaterial({
        side: BackSide,
        depthTest: false,
        depthWrite: false,
        uniforms: {
          top: { value: new Color() },
          horizon: { value: new Color() },
          bottom: { value: new Color() },
        },
        vertexShader: /* glsl */ `
          varying vec3 direction;
          void main() {
            direction = position;
            gl_Position = projectionMatrix * vec4(mat3(viewMatrix) * position, 1.0);
            gl_Position.z = 0.0;
          }`,
        fragmentShader: /* glsl */ `
          uniform vec3 top;
          uniform vec3 horizon;
          uniform vec3 bottom;
          varying vec3 direction;
          void main() {
            float height = normalize(direction).y;
            vec3 color = height > 0.0
              ? mix(horizon, top, smoothstep(0.0, 0.7, height))
              : mix(horizon, bottom, smoothstep(0.0, 0.35, -height));
            gl_FragColor = vec4(color, 1.0);
            #include <tonemapping_fragment>
            #include <colorspace_fragment>
          }`,
      }),
    );
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = -1000;
  }

  setColorScheme(scheme: 'dark' | 'light'): void {
    const { uniforms } = this.mesh.material;
    for (const [name, hex] of Object.entries(GRADIENTS[scheme])) (uniforms[name]!.value as Color).set(hex);
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}
