import type {
  AovName,
  Camera,
  EngineDescription,
  Look,
  PixelSize,
  Progress,
  ReferenceRole,
  Warning,
} from '@diorama/contracts';
import type { SceneDocument } from '@diorama/scene';

/** A scene with everything that is needed to draw it; nothing is fetched later. */
export interface EngineScene {
  readonly document: SceneDocument;
  /** GLB bytes by `SourceRecord.id`. */
  readonly sources: ReadonlyMap<string, Uint8Array>;
  /** Framed automatically when null. */
  readonly camera: Camera | null;
}

export interface EngineReference {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** Guessed from prompt and picture when null. */
  readonly role: ReferenceRole | null;
}

export interface EngineRequest {
  readonly prompt: string;
  /** null: the canvas is switched off. */
  readonly scene: EngineScene | null;
  /** What the viewport showed inside the gate, PNG. */
  readonly capture: Uint8Array | null;
  readonly references: readonly EngineReference[];
  /** The exact size of the output, pixels. */
  readonly size: PixelSize;
  readonly model: string | null;
  /** The first image's seed; image n uses seed + n. */
  readonly seed: number;
  readonly count: number;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface EnginePreview {
  /** JPEG at a reduced size. */
  readonly bytes: Uint8Array;
  readonly size: PixelSize;
}

export interface EngineContext {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onPreview: (preview: EnginePreview) => void;
  /** The only way to the network, so that time-outs, caps and redaction hold everywhere. */
  readonly fetch: typeof globalThis.fetch;
  /** Facts for the log. Never prompts, paths, keys or image bytes. */
  readonly log: (event: string, facts?: Readonly<Record<string, string | number | boolean>>) => void;
}

export interface EngineImage {
  readonly bytes: Uint8Array;
  readonly mediaType: 'image/png';
  readonly size: PixelSize;
  readonly seed: number;
  readonly aovs: ReadonlyMap<AovName, Uint8Array>;
}

export interface EngineResult {
  readonly images: readonly EngineImage[];
  readonly look: Look | null;
  readonly warnings: readonly Warning[];
  /** Milliseconds by stage. */
  readonly timings: Readonly<Record<string, number>>;
  readonly cost: { readonly amount: number; readonly currency: string; readonly estimated: boolean } | null;
}

/**
 * What every image engine implements.
 *
 * `generate` throws `DioramaError` with a code from the closed list; an aborted signal ends it with `canceled`.
 * What it cannot honour is a warning in the result.
 */
export interface Engine {
  readonly id: string;
  describe(): Promise<EngineDescription>;
  generate(request: EngineRequest, context: EngineContext): Promise<EngineResult>;
}
