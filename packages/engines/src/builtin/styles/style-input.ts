import type { Guide, SceneExtent, View } from '@diorama/conditioning';
import type { Look } from '@diorama/contracts';
import type { TraceMesh } from '@diorama/tracer';

/** Everything a drawn style is made from. Planes without a size are as large as the picture. */
export interface StyleInput {
  readonly width: number;
  readonly height: number;
  /** The finished photograph: tone mapped and graded, display-linear, 3 floats. */
  readonly color: Float32Array;
  /** Reflectance of surfaces, linear, 3 floats. */
  readonly albedo: Float32Array;
  /** World space, 3 floats; zero where there is nothing. */
  readonly surfaceNormal: Float32Array;
  readonly depth: Float32Array;
  readonly objectId: Uint32Array;
  readonly guide: Guide;
  readonly view: View;
  readonly look: Look;
  readonly extent: SceneExtent | null;
  /** The scene's own meshes, for edges that are hidden. */
  readonly meshes: readonly TraceMesh[];
  /** Whether an object id belongs to the scene rather than to the set around it. */
  readonly isSubject: (objectId: number) => boolean;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Draws the picture anew; gives display-linear RGB of the picture's size. */
export type DrawStyle = (input: StyleInput) => Promise<Float32Array>;

/** Sizes in the styles are made for a long edge of 1024 pixels; everything else is scaled by this. */
export function strokeScale(input: { width: number; height: number }): number {
  return Math.max(input.width, input.height) / 1024;
}
