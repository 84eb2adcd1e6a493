import type { Vec3 } from '@diorama/contracts';
import {
  type Camera,
  Matrix4,
  Mesh,
  type Object3D,
  Object3D as Pivot,
  Quaternion,
  type Scene,
  Vector3,
} from 'three';
import { TransformControls } from 'three/addons/controls/TransformControls.js';

export type GizmoMode = 'translate' | 'rotate' | 'scale';

/** The usual red, green and blue of the axes, but no brighter than the scene; what is under the pointer is amber. */
const AXIS_X = '#e0483e';
const AXIS_Y = '#55ad35';
const AXIS_Z = '#3f86e0';
const ACTIVE = '#f0a030';

/** A node's new place relative to its parent. */
export interface NodeTransform {
  readonly id: string;
  readonly translation: Vec3;
  readonly rotation: [number, number, number, number];
  readonly scale: Vec3;
}

export interface GizmoTarget {
  readonly id: string;
  readonly object: Object3D;
}

/**
 * The move, rotate and scale handles.
 *
 * They hold an invisible pivot instead of the objects themselves: its motion since the start of the drag is applied to
 * every selected object, so one object and twenty are the same case.
 */
export class TransformGizmo {
  readonly controls: TransformControls;
  readonly #pivot = new Pivot();
  readonly #pivotStart = new Matrix4();
  readonly #starts = new Map<string, { object: Object3D; world: Matrix4 }>();
  #targets: readonly GizmoTarget[] = [];
  readonly #onChange: () => void;
  #mode: GizmoMode | null = null;
  dragging = false;

  constructor(
    camera: Camera,
    element: HTMLElement,
    scene: Scene,
    events: {
      readonly onChange: () => void;
      readonly onDrag: (dragging: boolean) => void;
      readonly onTransform: (transforms: NodeTransform[]) => void;
    },
  ) {
    this.#onChange = events.onChange;
    this.controls = new TransformControls(camera, element);
    this.controls.setSize(0.85);
    this.controls.setColors(AXIS_X, AXIS_Y, AXIS_Z, ACTIVE);
    removeHandlesWithoutShaft(this.controls.getHelper());
    this.#pivot.name = 'pivot';
    scene.add(this.#pivot, this.controls.getHelper());
    this.controls.addEventListener('change', events.onChange);
    this.controls.addEventListener('dragging-changed', (event) => {
      this.dragging = event.value === true;
      if (this.dragging) this.#begin();
      events.onDrag(this.dragging);
      if (!this.dragging) this.#place();
    });
    this.controls.addEventListener('objectChange', () => {
      if (this.dragging) events.onTransform(this.#transforms());
    });
  }

  setMode(mode: GizmoMode | null): void {
    this.#mode = mode;
    if (mode) this.controls.setMode(mode);
    this.#place();
  }

  setTargets(targets: readonly GizmoTarget[]): void {
    this.#targets = targets;
    this.#place();
  }

  /** Puts the handles back onto the objects, for example after an undo. */
  refresh(): void {
    this.#place();
  }

  setSnapping(on: boolean, stepM: number): void {
    this.controls.setTranslationSnap(on ? stepM : null);
    this.controls.setRotationSnap(on ? Math.PI / 12 : null);
    this.controls.setScaleSnap(on ? 0.1 : null);
  }

  dispose(): void {
    this.controls.detach();
    this.controls.getHelper().removeFromParent();
    this.controls.dispose();
    this.#pivot.removeFromParent();
  }

  /** Centre of what the targets show; supplied by the viewport, which knows the geometry. */
  centerOf: (ids: readonly string[]) => Vector3 | null = () => null;

  #place(): void {
    if (this.dragging) return;
    const first = this.#targets[0];
    if (!first || !this.#mode) {
      this.controls.detach();
      this.#onChange();
      return;
    }
    const single = this.#targets.length === 1;
    this.#pivot.scale.set(1, 1, 1);
    this.#pivot.quaternion.identity();
    if (single) first.object.getWorldQuaternion(this.#pivot.quaternion);
    const center = this.centerOf(this.#targets.map(({ id }) => id));
    if (center) this.#pivot.position.copy(center);
    else first.object.getWorldPosition(this.#pivot.position);
    // Moving along the world's axes is what people expect; scaling only makes sense along the object's own.
    this.controls.setSpace(single && this.#mode !== 'translate' ? 'local' : 'world');
    this.#pivot.updateMatrixWorld(true);
    this.controls.attach(this.#pivot);
    this.#onChange();
  }

  #begin(): void {
    this.#pivot.updateMatrixWorld(true);
    this.#pivotStart.copy(this.#pivot.matrixWorld);
    this.#starts.clear();
    for (const { id, object } of this.#targets) {
      object.updateWorldMatrix(true, false);
      this.#starts.set(id, { object, world: object.matrixWorld.clone() });
    }
  }

  #transforms(): NodeTransform[] {
    this.#pivot.updateMatrixWorld(true);
    const motion = this.#pivot.matrixWorld.clone().multiply(this.#pivotStart.clone().invert());
    return [...this.#starts].map(([id, { object, world }]) => {
      const parentInverse = object.parent ? object.parent.matrixWorld.clone().invert() : new Matrix4();
      return { id, ...decompose(parentInverse.multiply(motion.clone().multiply(world))) };
    });
  }
}

/** Handles lie between -0.6 and 0.6 of their axis; those that begin below this are its far end. */
const FAR_END_BELOW = -0.25;

/**
 * Takes away the tips and grips at the far ends of the axes: nothing connects them with the centre, so they look like
 * something left behind, and behind small objects they catch clicks that were meant for the scene.
 */
function removeHandlesWithoutShaft(helper: Object3D): void {
  const far: Object3D[] = [];
  helper.traverse((object) => {
    const axis = ['X', 'Y', 'Z'].indexOf(object.name);
    if (axis < 0 || !(object instanceof Mesh)) return;
    object.geometry.computeBoundingBox();
    const center = object.geometry.boundingBox?.getCenter(new Vector3());
    if (center && center.getComponent(axis) < FAR_END_BELOW) far.push(object);
  });
  for (const object of far) {
    object.removeFromParent();
    if (object instanceof Mesh) object.geometry.dispose();
  }
}

function decompose(matrix: Matrix4): Omit<NodeTransform, 'id'> {
  const position = new Vector3();
  const rotation = new Quaternion();
  const scale = new Vector3();
  matrix.decompose(position, rotation, scale);
  return {
    translation: position.toArray() as Vec3,
    rotation: rotation.normalize().toArray() as [number, number, number, number],
    scale: scale.toArray() as Vec3,
  };
}
