import type { Camera, Vec3 } from '@diorama/contracts';
import type { SceneDocument } from '@diorama/scene';
import {
  type Box3,
  type Mesh,
  MOUSE,
  NeutralToneMapping,
  PCFShadowMap,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import type { DecodedSource } from './decoded-source.ts';
import { DocumentObjects } from './document-objects.ts';
import { FloorGrid, gridCellM } from './floor-grid.ts';
import { gateInPixels, gateRect, type Rect, type Size, viewportFovYDegrees } from './gate.ts';
import { Picking } from './picking.ts';
import { isSoftwareRendering, MotionScale } from './render-quality.ts';
import { SelectionOutline } from './selection-outline.ts';
import { StudioLight } from './studio-light.ts';
import { type GizmoMode, type NodeTransform, TransformGizmo } from './transform-gizmo.ts';

export interface ViewportEvents {
  /** The camera has come to another place by the person's hand; fires in every frame of the motion. */
  readonly onCameraChange: (camera: Camera) => void;
  readonly onPick: (nodeId: string | null, options: { additive: boolean }) => void;
  readonly onTransform: (transforms: NodeTransform[]) => void;
  /** Start and end of a gizmo drag, so that it becomes one step to undo. */
  readonly onTransformDrag: (dragging: boolean) => void;
  readonly onContextLost: (lost: boolean) => void;
}

/** Taller or wider than this many CSS pixels of travel, a press is a drag and not a click. */
const CLICK_SLOP_PX = 4;
const FLIGHT_MS = 220;
const PIXEL_RATIO_MAX = 2;
const REST_AFTER_MS = 140;
const FRAME_MS = 1000 / 60;
const DAMPING_PER_FRAME = 0.14;
/** Near and far plane move in so many steps for each doubling. */
const CLIPPING_STEPS = 16;

/** As much of the renderer's list as an order goes by. */
interface Drawn {
  readonly id: number;
  readonly groupOrder: number;
  readonly renderOrder: number;
  readonly z: number;
  readonly object: { readonly userData: { readonly nodeId?: unknown } };
}

/**
 * From front to back, and by what stands in the scene document. The renderer's own order goes by when an object was
 * made: where two surfaces lie in each other, a restored scene would show the other one.
 */
function inTheSameOrder(a: Drawn, b: Drawn): number {
  const [first, second] = [nodeIdOf(a), nodeIdOf(b)];
  return (
    a.groupOrder - b.groupOrder ||
    a.renderOrder - b.renderOrder ||
    a.z - b.z ||
    (first < second ? -1 : first > second ? 1 : a.id - b.id)
  );
}

const nodeIdOf = ({ object }: Drawn) => String(object.userData.nodeId ?? '');

/**
 * The three.js side of the viewport: draws the document when something changed, and only then.
 *
 * A frame has two passes. The first is the picture itself; the Canvas slot copies the gate out of it in the same
 * frame. The second adds what helps the eye and must not be in the picture: grid, outline, handles.
 */
export class ViewportEngine {
  readonly camera = new PerspectiveCamera(35, 1, 0.01, 1000);
  readonly objects: DocumentObjects;
  readonly #events: ViewportEvents;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #helpers = new Scene();
  readonly #controls: OrbitControls;
  readonly #gizmo: TransformGizmo;
  readonly #light: StudioLight;
  readonly #grid = new FloorGrid();
  readonly #outline = new SelectionOutline();
  readonly #picking = new Picking();
  readonly #mirrors = new Set<HTMLCanvasElement>();
  readonly #cleanups: (() => void)[] = [];
  readonly #motionScale: MotionScale;
  readonly #pixelRatioMax: number;
  #pixelRatio = 1;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #moving = false;
  #lastFrameAt = 0;
  #size: Size = { width: 1, height: 1 };
  #gate: Rect = { x: 0, y: 0, width: 1, height: 1 };
  #ratio = 16 / 9;
  #gateFovYDegrees = 35;
  #frameRequest = 0;
  #flight: { from: Camera; to: Camera; start: number } | null = null;
  #selected: readonly string[] = [];
  #bounds: Box3;
  #disposed = false;

  /** @throws when the browser has no WebGL 2. */
  constructor(canvas: HTMLCanvasElement, events: ViewportEvents) {
    this.#events = events;
    const software = isSoftwareRendering();
    this.#pixelRatioMax = software ? 1 : PIXEL_RATIO_MAX;
    this.#motionScale = new MotionScale(software ? 0.5 : 1);
    this.#renderer = new WebGLRenderer({ canvas, antialias: !software, powerPreference: 'high-performance' });
    // Reading a shader's log makes the page wait for the driver, shader by shader. Without it they compile side by side.
    this.#renderer.debug.checkShaderErrors = import.meta.env.DEV;
    this.#renderer.toneMapping = NeutralToneMapping;
    this.#renderer.autoClear = false;
    this.#renderer.setOpaqueSort(inTheSameOrder);
    this.#renderer.shadowMap.enabled = true;
    this.#renderer.shadowMap.type = PCFShadowMap;
    this.#renderer.shadowMap.autoUpdate = false;
    this.#renderer.transmissionResolutionScale = 0.5;
    this.objects = new DocumentObjects({
      anisotropy: software ? 1 : Math.min(8, this.#renderer.capabilities.getMaxAnisotropy()),
      refraction: !software,
    });
    this.#light = new StudioLight(this.#renderer, this.#scene);
    this.#scene.add(this.objects.root);
    this.#helpers.add(this.#grid.mesh);
    this.#bounds = this.objects.bounds();

    this.#controls = new OrbitControls(this.camera, canvas);
    this.#controls.enableDamping = true;
    this.#controls.zoomToCursor = true;
    this.#controls.screenSpacePanning = true;
    this.#controls.mouseButtons = { LEFT: MOUSE.ROTATE, MIDDLE: MOUSE.PAN, RIGHT: MOUSE.PAN };
    this.#controls.addEventListener('change', () => {
      this.#requestMotionFrame();
      if (!this.#flight) this.#events.onCameraChange(this.getCamera());
    });
    this.#controls.addEventListener('start', () => {
      this.#flight = null;
    });

    this.#gizmo = new TransformGizmo(this.camera, canvas, this.#helpers, {
      onChange: () => this.requestFrame(),
      onDrag: (dragging) => {
        this.#controls.enabled = !dragging;
        this.#events.onTransformDrag(dragging);
      },
      onTransform: (transforms) => {
        this.#requestMotionFrame();
        this.#events.onTransform(transforms);
      },
    });
    this.#gizmo.centerOf = (ids) => this.#pivotOf(ids);
    this.#listenForClicks(canvas);
    this.setColorScheme('dark');
  }

  resize(width: number, height: number, devicePixelRatio: number): void {
    if (width < 1 || height < 1) return;
    this.#size = { width, height };
    this.#pixelRatio = Math.min(devicePixelRatio, this.#pixelRatioMax);
    this.#renderer.setSize(width, height, false);
    this.#setResolution(1, true);
    this.camera.aspect = width / height;
    this.#updateProjection();
    // In the same task as the resize: a canvas is cleared by resizing and would flash until the next frame.
    this.#drawFrame();
  }

  /** @param ratio Width divided by height of the output. */
  setGateRatio(ratio: number): void {
    this.#ratio = ratio;
    this.#updateProjection();
  }

  /** The viewport's own area, CSS pixels. */
  get size(): Size {
    return this.#size;
  }

  setDocument(document: SceneDocument, sources: ReadonlyMap<string, DecodedSource>): void {
    this.objects.update(document, sources);
    this.#bounds = this.objects.bounds();
    if (!this.#gizmo.dragging) {
      this.#light.fit(this.#bounds);
      this.#grid.fit(this.#bounds);
    }
    this.#renderer.shadowMap.needsUpdate = true;
    this.#updateClipping();
    this.#applySelection();
    this.requestFrame();
  }

  setSelection(nodeIds: readonly string[]): void {
    this.#selected = nodeIds;
    this.#applySelection();
    this.requestFrame();
  }

  setTool(mode: GizmoMode | null): void {
    this.#gizmo.setMode(mode);
  }

  setGridVisible(visible: boolean): void {
    this.#grid.mesh.visible = visible;
    this.requestFrame();
  }

  setColorScheme(scheme: 'dark' | 'light'): void {
    this.#light.setColorScheme(scheme);
    this.#grid.setColorScheme(scheme);
    this.requestFrame();
  }

  getCamera(): Camera {
    return {
      position: this.camera.position.toArray() as Vec3,
      target: this.#controls.target.toArray() as Vec3,
      fovYDegrees: this.#gateFovYDegrees,
    };
  }

  /** @param animate Fly there instead of cutting; ignored when the person asked for less motion. */
  setCamera(camera: Camera, animate = false): void {
    if (animate && !matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#flight = { from: this.getCamera(), to: camera, start: performance.now() };
      this.#requestMotionFrame();
      return;
    }
    this.#flight = null;
    this.#placeCamera(camera);
  }

  setFovYDegrees(fovYDegrees: number): void {
    this.#gateFovYDegrees = fovYDegrees;
    this.#updateProjection();
  }

  bounds(nodeIds?: readonly string[]): Box3 {
    return nodeIds ? this.objects.bounds(nodeIds) : this.#bounds;
  }

  /** A canvas that shows the gate's content from now on, in the same frame as the viewport. */
  addMirror(canvas: HTMLCanvasElement): () => void {
    this.#mirrors.add(canvas);
    this.requestFrame();
    return () => this.#mirrors.delete(canvas);
  }

  /**
   * The gate's content as PNG in the asked size, without grid, outline and handles.
   *
   * Drawn in its own resolution and not cut out of the screen, so it is the same on every display.
   */
  async capture(width: number, height: number): Promise<Blob> {
    const camera = this.camera.clone();
    camera.fov = this.#gateFovYDegrees;
    camera.aspect = width / height;
    camera.clearViewOffset();
    camera.updateProjectionMatrix();
    const pixelRatio = this.#renderer.getPixelRatio();
    const copy = document.createElement('canvas');
    copy.width = width;
    copy.height = height;
    const context = copy.getContext('2d');
    if (!context) throw new Error('The browser gives no 2-D canvas.');
    try {
      this.#renderer.setPixelRatio(1);
      this.#renderer.setSize(width, height, false);
      this.#renderer.clear();
      this.#renderer.render(this.#scene, camera);
      context.drawImage(this.#renderer.domElement, 0, 0);
    } finally {
      this.#renderer.setPixelRatio(pixelRatio);
      this.#renderer.setSize(this.#size.width, this.#size.height, false);
      this.#drawFrame();
    }
    const blob = await new Promise<Blob | null>((resolve) => copy.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('The browser could not encode the capture.');
    return blob;
  }

  requestFrame(): void {
    if (this.#frameRequest !== 0 || this.#disposed) return;
    this.#frameRequest = requestAnimationFrame((now) => {
      this.#frameRequest = 0;
      this.#advance(now);
      this.#setResolution(this.#motionScale.next(now, this.#moving));
      this.#drawFrame();
    });
  }

  /** A frame of a motion; when none follows for a moment, the view has come to rest and is drawn in full. */
  #requestMotionFrame(): void {
    this.#moving = true;
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => {
      this.#moving = false;
      this.requestFrame();
    }, REST_AFTER_MS);
    this.requestFrame();
  }

  #setResolution(scale: number, force = false): void {
    const pixelRatio = this.#pixelRatio * scale;
    if (!force && pixelRatio === this.#renderer.getPixelRatio()) return;
    this.#renderer.setPixelRatio(pixelRatio);
    const pixels = this.#pixels();
    this.#outline.resize(pixels.width, pixels.height, pixelRatio);
  }

  dispose(): void {
    this.#disposed = true;
    cancelAnimationFrame(this.#frameRequest);
    clearTimeout(this.#restTimer);
    for (const cleanup of this.#cleanups) cleanup();
    this.#controls.dispose();
    this.#gizmo.dispose();
    this.#light.dispose();
    this.#grid.dispose();
    this.#outline.dispose();
    this.#picking.dispose();
    this.objects.dispose();
    this.#renderer.dispose();
  }

  #pixels(): Size {
    const { width, height } = this.#renderer.domElement;
    return { width, height };
  }

  #advance(now: number): void {
    if (this.#flight) {
      const { from, to, start } = this.#flight;
      const share = Math.min(1, (now - start) / FLIGHT_MS);
      const eased = 1 - (1 - share) ** 3;
      const mix = (a: Vec3, b: Vec3) => a.map((value, axis) => value + (b[axis]! - value) * eased) as Vec3;
      this.#placeCamera({
        position: mix(from.position, to.position),
        target: mix(from.target, to.target),
        fovYDegrees: from.fovYDegrees + (to.fovYDegrees - from.fovYDegrees) * eased,
      });
      if (share >= 1) {
        this.#flight = null;
        this.#events.onCameraChange(this.getCamera());
      } else this.#requestMotionFrame();
    } else if (this.#controls.enabled) {
      // The library damps per frame; the motion must end after the same time whatever the frame rate.
      const frames = Math.min(20, Math.max(1, (now - this.#lastFrameAt) / FRAME_MS));
      this.#controls.dampingFactor = 1 - (1 - DAMPING_PER_FRAME) ** frames;
      const { position, quaternion } = this.camera;
      const [x, y, z] = position.toArray();
      const turned = quaternion.toArray();
      if (this.#controls.update()) this.#requestMotionFrame();
      else {
        // The controls reckon in angles and come back a rounding error beside the place, in every frame anew.
        position.set(x, y, z);
        quaternion.fromArray(turned);
      }
    }
    this.#lastFrameAt = now;
  }

  #placeCamera(camera: Camera): void {
    this.camera.position.set(...camera.position);
    this.#controls.target.set(...camera.target);
    this.camera.lookAt(this.#controls.target);
    this.#gateFovYDegrees = camera.fovYDegrees;
    // Damping keeps momentum of the last drag; a placed camera must stay where it is put.
    this.#controls.enableDamping = false;
    this.#controls.update();
    this.#controls.enableDamping = true;
    // As it was said, and not as the controls reckoned it back from angles.
    this.camera.position.set(...camera.position);
    this.camera.lookAt(this.#controls.target);
    this.#updateProjection();
  }

  #updateProjection(): void {
    this.#gate = gateRect(this.#size, this.#ratio);
    this.camera.fov = viewportFovYDegrees(this.#gateFovYDegrees, this.#size, this.#gate);
    this.#updateClipping();
    this.camera.updateProjectionMatrix();
    this.requestFrame();
  }

  /** Near and far follow the scene's size, so that neither a ring nor a town is cut or flickers. */
  #updateClipping(): void {
    const radius = this.#bounds.isEmpty()
      ? 2
      : Math.max(1e-3, this.#bounds.getSize(new Vector3()).length() / 2);
    const distance = this.#bounds.isEmpty()
      ? this.camera.position.length()
      : this.camera.position.distanceTo(this.#bounds.getCenter(new Vector3()));
    // In steps, so that a moving camera seldom needs another projection; and of nothing but camera and scene, so that
    // whoever comes back to a place sees the same pixels.
    const far = 2 ** (Math.ceil(Math.log2((distance + radius * 12) * 1.2) * CLIPPING_STEPS) / CLIPPING_STEPS);
    const wanted = Math.max(
      far / 20_000,
      Math.min(radius / 200, Math.max(0, distance - radius) / 2 + radius / 2000),
    );
    const near = 2 ** (Math.floor(Math.log2(wanted) * CLIPPING_STEPS) / CLIPPING_STEPS);
    if (far === this.camera.far && near === this.camera.near) return;
    this.camera.near = near;
    this.camera.far = far;
    this.camera.updateProjectionMatrix();
  }

  #drawFrame(): void {
    if (this.#disposed) return;
    this.#updateClipping();
    const renderer = this.#renderer;
    renderer.setClearColor(0x000000, 1);
    renderer.clear();
    renderer.render(this.#scene, this.camera);
    this.#mirror();
    this.#outline.render(renderer, this.#scene, this.camera);
    renderer.render(this.#helpers, this.camera);
  }

  #mirror(): void {
    if (this.#mirrors.size === 0) return;
    const from = gateInPixels(this.#gate, this.#size, this.#pixels());
    for (const canvas of this.#mirrors) {
      const boxWidth = canvas.clientWidth * Math.min(devicePixelRatio, PIXEL_RATIO_MAX);
      const boxHeight = canvas.clientHeight * Math.min(devicePixelRatio, PIXEL_RATIO_MAX);
      if (boxWidth < 1 || boxHeight < 1) continue;
      const scale = Math.min(boxWidth / from.width, boxHeight / from.height);
      const width = Math.max(1, Math.round(from.width * scale));
      const height = Math.max(1, Math.round(from.height * scale));
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      const context = canvas.getContext('2d');
      if (!context) continue;
      context.imageSmoothingQuality = 'high';
      context.drawImage(
        this.#renderer.domElement,
        from.x,
        from.y,
        from.width,
        from.height,
        0,
        0,
        width,
        height,
      );
    }
  }

  #applySelection(): void {
    const meshes: Mesh[] = [];
    const targets = [];
    for (const id of this.#selected) {
      const object = this.objects.object(id);
      if (!object) continue;
      object.traverseVisible((child) => {
        if ((child as Mesh).isMesh) meshes.push(child as Mesh);
      });
      // What hangs below another selected object already moves with it.
      let ancestor = object.parent;
      while (ancestor && !this.#selected.includes(ancestor.userData.nodeId as string))
        ancestor = ancestor.parent;
      if (!ancestor) targets.push({ id, object });
    }
    this.#outline.setMeshes(meshes);
    this.#gizmo.setTargets(targets);
  }

  /** An object's own origin when it lies within the object, else the middle of what is seen. */
  #pivotOf(ids: readonly string[]): Vector3 | null {
    const bounds = this.objects.bounds(ids);
    if (bounds.isEmpty()) return null;
    const center = bounds.getCenter(new Vector3());
    if (ids.length !== 1) return center;
    const origin = this.objects.object(ids[0]!)?.getWorldPosition(new Vector3());
    const margin = bounds.getSize(new Vector3()).length() * 0.1;
    return origin && bounds.clone().expandByScalar(margin).containsPoint(origin) ? origin : center;
  }

  #listenForClicks(canvas: HTMLCanvasElement): void {
    let press: { x: number; y: number; id: number } | null = null;
    const down = (event: PointerEvent) => {
      press =
        event.button === 0 && event.isPrimary
          ? { x: event.clientX, y: event.clientY, id: event.pointerId }
          : null;
      if (this.#gizmo.controls.axis !== null && this.#gizmo.controls.object) press = null;
    };
    const up = (event: PointerEvent) => {
      if (!press || press.id !== event.pointerId) return;
      const travel = Math.hypot(event.clientX - press.x, event.clientY - press.y);
      press = null;
      if (travel > CLICK_SLOP_PX || this.#gizmo.dragging) return;
      const box = canvas.getBoundingClientRect();
      const nodeId = this.#pickAt(event.clientX - box.left, event.clientY - box.top);
      this.#events.onPick(nodeId, { additive: event.shiftKey || event.ctrlKey || event.metaKey });
    };
    const lost = (event: Event) => {
      event.preventDefault();
      this.#events.onContextLost(true);
    };
    const restored = () => {
      this.#events.onContextLost(false);
      this.requestFrame();
    };
    canvas.addEventListener('pointerdown', down);
    canvas.addEventListener('pointerup', up);
    canvas.addEventListener('webglcontextlost', lost);
    canvas.addEventListener('webglcontextrestored', restored);
    this.#cleanups.push(() => {
      canvas.removeEventListener('pointerdown', down);
      canvas.removeEventListener('pointerup', up);
      canvas.removeEventListener('webglcontextlost', lost);
      canvas.removeEventListener('webglcontextrestored', restored);
    });
  }

  /** @param x CSS pixels from the canvas's left. @param y From its top. */
  #pickAt(x: number, y: number): string | null {
    const pixels = this.#pixels();
    const meshes = this.objects.visibleMeshes();
    if (meshes.length === 0) return null;
    const mesh = this.#light.withoutSurroundings(() =>
      this.#picking.pick(this.#renderer, this.#scene, this.camera, meshes, {
        x: (x / this.#size.width) * pixels.width,
        y: (y / this.#size.height) * pixels.height,
        ...pixels,
      }),
    );
    return (mesh?.userData.nodeId as string | undefined) ?? null;
  }

  /** The step that suits the scene, metres. */
  get gridStepM(): number {
    return gridCellM(
      this.#bounds.isEmpty() ? 2 : Math.max(1e-3, this.#bounds.getSize(new Vector3()).length() / 2),
    );
  }
}
