import {
  type Box3,
  DirectionalLight,
  Group,
  Mesh,
  PlaneGeometry,
  PMREMGenerator,
  type Scene,
  ShadowMaterial,
  Sphere,
  type Texture,
  Vector3,
  type WebGLRenderer,
} from 'three';
import { RoomEnvironment } from 'three/addons/environments/RoomEnvironment.js';
import { BackgroundDome } from './background-dome.ts';

const ENVIRONMENT_INTENSITY = 0.62;
const KEY_INTENSITY = 1.9;
const SHADOW_OPACITY = { dark: 0.42, light: 0.2 } as const;
/** From the upper left, a little behind the usual camera: shapes get a lit and a shaded side. */
const KEY_DIRECTION = new Vector3(-0.55, 1, 0.45).normalize();

/**
 * The light of the viewport: a neutral room as image-based light, one key light with a shadow, and a floor that shows
 * nothing but that shadow.
 */
export class StudioLight {
  readonly group = new Group();
  readonly #key = new DirectionalLight(0xffffff, KEY_INTENSITY);
  readonly #floor: Mesh<PlaneGeometry, ShadowMaterial>;
  readonly #environment: Texture;
  readonly #dome = new BackgroundDome();

  constructor(renderer: WebGLRenderer, scene: Scene) {
    const generator = new PMREMGenerator(renderer);
    const room = new RoomEnvironment();
    this.#environment = generator.fromScene(room, 0.04).texture;
    room.dispose();
    generator.dispose();
    scene.environment = this.#environment;
    scene.environmentIntensity = ENVIRONMENT_INTENSITY;

    this.#key.castShadow = true;
    this.#key.shadow.mapSize.set(1536, 1536);
    this.#key.shadow.radius = 7;
    this.#floor = new Mesh(new PlaneGeometry(1, 1), new ShadowMaterial({ transparent: true }));
    this.#floor.rotation.x = -Math.PI / 2;
    this.#floor.receiveShadow = true;
    this.#floor.renderOrder = -1;
    this.group.add(this.#key, this.#key.target, this.#floor);
    scene.add(this.group, this.#dome.mesh);
  }

  setColorScheme(scheme: 'dark' | 'light'): void {
    this.#dome.setColorScheme(scheme);
    this.#floor.material.opacity = SHADOW_OPACITY[scheme];
  }

  /** Floor and background would be picked like objects; they are left out of such passes. */
  withoutSurroundings<T>(draw: () => T): T {
    this.#floor.visible = false;
    this.#dome.mesh.visible = false;
    try {
      return draw();
    } finally {
      this.#floor.visible = true;
      this.#dome.mesh.visible = true;
    }
  }

  /** Fits light and floor to the scene, so that a shoe and a house have shadows of the same quality. */
  fit(bounds: Box3): void {
    if (bounds.isEmpty()) {
      this.group.visible = false;
      return;
    }
    this.group.visible = true;
    const sphere = bounds.getBoundingSphere(new Sphere());
    const radius = Math.max(sphere.radius, 1e-3);
    this.#floor.position.set(sphere.center.x, bounds.min.y - radius * 0.0008, sphere.center.z);
    this.#floor.scale.setScalar(radius * 12);
    this.#key.position.copy(sphere.center).addScaledVector(KEY_DIRECTION, radius * 3);
    this.#key.target.position.copy(sphere.center);
    const camera = this.#key.shadow.camera;
    const half = radius * 1.25;
    camera.left = -half;
    camera.right = half;
    camera.top = half;
    camera.bottom = -half;
    camera.near = radius * 0.5;
    camera.far = radius * 7;
    camera.updateProjectionMatrix();
    this.#key.shadow.bias = -0.0004;
    this.#key.shadow.normalBias = radius * 0.004;
  }

  dispose(): void {
    this.#environment.dispose();
    this.#floor.geometry.dispose();
    this.#floor.material.dispose();
    this.#key.dispose();
    this.#dome.dispose();
    this.group.removeFromParent();
  }
}
