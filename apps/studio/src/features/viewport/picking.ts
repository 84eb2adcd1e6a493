import {
  DoubleSide,
  type Mesh,
  type PerspectiveCamera,
  type Scene,
  ShaderMaterial,
  Vector3,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three';

/**
 * Finds the object under a point by drawing one pixel of the scene in which every object has its number for a colour.
 *
 * A ray against triangles needs a search tree, which for a model of millions of triangles takes seconds and hundreds
 * of megabytes to build; this takes one draw of what is on screen anyway and is exact for every material.
 */
export class Picking {
  readonly #target = new WebGLRenderTarget(1, 1);
  readonly #number = { value: new Vector3() };
  readonly #material = new ShaderMaterial({
    side: DoubleSide,
    uniforms: { objectNumber: this.#number },
    vertexShader: /* glsl */ `
      void main() {
        gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      uniform vec3 objectNumber;
      void main() {
        gl_FragColor = vec4(objectNumber / 255.0, 1.0);
      }`,
  });

  /**
   * @param x Device pixels from the canvas's left edge. @param y From its top edge.
   * @returns The mesh in front at that point.
   */
  pick(
    renderer: WebGLRenderer,
    scene: Scene,
    camera: PerspectiveCamera,
    meshes: readonly Mesh[],
    at: { x: number; y: number; width: number; height: number },
  ): Mesh | undefined {
    const shadows = renderer.shadowMap.enabled;
    meshes.forEach((mesh, index) => {
      const number = index + 1;
      mesh.onBeforeRender = () => {
        this.#number.value.set(number & 255, (number >> 8) & 255, (number >> 16) & 255);
        this.#material.uniformsNeedUpdate = true;
      };
    });
    try {
      scene.overrideMaterial = this.#material;
      renderer.shadowMap.enabled = false;
      camera.setViewOffset(at.width, at.height, Math.floor(at.x), Math.floor(at.y), 1, 1);
      renderer.setRenderTarget(this.#target);
      renderer.setClearColor(0x000000, 0);
      renderer.clear();
      renderer.render(scene, camera);
      const pixel = new Uint8Array(4);
      renderer.readRenderTargetPixels(this.#target, 0, 0, 1, 1, pixel);
      const number = pixel[0]! + pixel[1]! * 256 + pixel[2]! * 65_536;
      return meshes[number - 1];
    } finally {
      renderer.setRenderTarget(null);
      renderer.shadowMap.enabled = shadows;
      camera.clearViewOffset();
      scene.overrideMaterial = null;
      for (const mesh of meshes) mesh.onBeforeRender = () => {};
    }
  }

  dispose(): void {
    this.#target.dispose();
    this.#material.dispose();
  }
}
