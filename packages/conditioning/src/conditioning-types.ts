import type { Camera, ControlMapName, PixelSize } from '@diorama/contracts';
import type { SceneDocument } from '@diorama/scene';

export interface ConditioningInput {
  readonly document: SceneDocument;
  /** GLB bytes by `SourceRecord.id`. */
  readonly sources: ReadonlyMap<string, Uint8Array>;
  /** The whole scene is framed when null. */
  readonly camera: Camera | null;
  /** The engine's own size: everything is drawn at exactly this size and ratio. */
  readonly size: PixelSize;
  readonly maps: readonly ControlMapName[];
  /** Also a lit picture of the scene, for callers that have none of the viewport. */
  readonly capture: boolean;
  /** Nodes that are white in `object-mask`, with everything below them; all when absent. */
  readonly objects?: readonly string[];
  readonly signal: AbortSignal;
  /** 0 to 1, never falls. */
  readonly onProgress?: (fraction: number) => void;
  /** Threads, default one per core. The pictures do not depend on it. */
  readonly workers?: number;
}

/** 8-bit RGB, tagged as sRGB. */
export interface ControlImage {
  readonly png: Uint8Array;
  readonly size: PixelSize;
}

/** An object that is seen in the picture. */
export interface SeenObject {
  readonly nodeId: string;
  readonly name: string;
  /** Its colour in `segmentation`, `#rrggbb`. */
  readonly colorSrgb: string;
  /** Share of the picture's pixels. */
  readonly coverage: number;
}

export interface Conditioning {
  /** The one that everything was drawn with. */
  readonly camera: Camera;
  readonly capture: ControlImage | null;
  readonly maps: ReadonlyMap<ControlMapName, ControlImage>;
  /** The largest first. */
  readonly objects: readonly SeenObject[];
}
