import {
  Color,
  DoubleSide,
  Mesh,
  MeshBasicMaterial,
  OrthographicCamera,
  type PerspectiveCamera,
  PlaneGeometry,
  RedFormat,
  Scene,
  ShaderMaterial,
  UnsignedByteType,
  Vector2,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three';

/** Layer that selected meshes are on in addition to their own. */
const SELECTED_LAYER = 7;
const ACCENT = 0xf0a030;
const OUTLINE_WIDTH_CSS_PX = 1.5;

/**
 * A line around what is selected, drawn from a mask of its silhouette: it shows through objects in front, never
 * changes the shading, and costs nothing while nothing is selected.
 */
export class SelectionOutline {
  readonly #target = new WebGLRenderTarget(1, 1, {
    format: RedFormat,
    type: UnsignedByteType,
    depthBuffer: false,
  });
  readonly #mask = new MeshBasicMaterial({
    color: 0xffffff,
    side: DoubleSide,
    depthTest: false,
    depthWrite: false,
  });
  readonly #screen: Mesh<PlaneGeometry, ShaderMaterial>;
  readonly #screenScene = new Scene();
  readonly #screenCamera = new OrthographicCamera(-1, 1, 1, -1, 0, 1);
  #meshes: Mesh[] = [];

  constructor() {
    this.#screen = new Mesh(
      new PlaneGeometry(2, 2),
      new ShaderMaterial({
        transparent: true,
        depthTest: false,
        depthWrite: false,
        uniforms: {
          mask: { value: this.#target.texture },
          texel: { value: new Vector2() },
          color: { value: new Color(ACCENT) },
        },
        vertexShader: /* glsl */ `
          varying vec2 at;
          void main() {
            at = uv;
            gl_Position = vec4(position.xy, 0.0, 1.0);
          }`,
        fragmentShader: /* glsl */ `
          uniform sampler2D mask;
          uniform vec2 texel;
          uniform vec3 color;
          varying vec2 at;
          void main() {
            float inside = texture2D(mask, at).r;
            float around = 0.0;
            for (int i = 0; i < 12; i++) {
              float angle = float(i) * 0.5235988;
              around += texture2D(mask, at + texel * vec2(cos(angle), sin(angle))).r;
            }
            float line = smoothstep(0.0, 0.45, around / 12.0) * (1.0 - inside);
            if (line < 0.01) discard;
            gl_FragColor = vec4(color, line);
            #include <colorspace_fragment>
          }`,
      }),
    );
    this.#screen.frustumCulled = false;
    this.#screenScene.add(this.#screen);
  }

  setMeshes(meshes: Mesh[]): void {
    for (const mesh of this.#meshes) mesh.layers.disable(SELECTED_LAYER);
    for (const mesh of meshes) mesh.layers.enable(SELECTED_LAYER);
    this.#meshes = meshes;
  }

  resize(width: number, height: number, pixelRatio: number): void {
    this.#target.setSize(Math.max(1, width), Math.max(1, height));
    const radius = OUTLINE_WIDTH_CSS_PX * pixelRatio;
    (this.#screen.material.uniforms.texel!.value as Vector2).set(
      radius / Math.max(1, width),
      radius / Math.max(1, height),
    );
  }

  /** Draws over the finished frame; expects `autoClear` to be off. */
  render(renderer: WebGLRenderer, scene: Scene, camera: PerspectiveCamera): void {
    if (this.#meshes.length === 0) return;
    const layers = camera.layers.mask;
    scene.overrideMaterial = this.#mask;
    camera.layers.set(SELECTED_LAYER);
    renderer.setRenderTarget(this.#target);
    renderer.setClearColor(0x000000, 0);
    renderer.clear();
    renderer.render(scene, camera);
    renderer.setRenderTarget(null);
    camera.layers.mask = layers;
    scene.overrideMaterial = null;
    renderer.render(this.#screenScene, this.#screenCamera);
  }

  dispose(): void {
    this.#target.dispose();
    this.#mask.dispose();
    this.#screen.geometry.dispose();
    this.#screen.material.dispose();
  }
}
