import type {
  AovName,
  Camera,
  Cost,
  EngineDescription,
  EngineKind,
  Look,
  OutputAlignment,
  PixelSize,
  ProbeReport,
  Progress,
  ReferenceRole,
  Warning,
} from '@diorama/contracts';
import type { ImageSettings } from '@diorama/metadata';
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
  readonly negativePrompt: string;
  /** undefined: written from the scene; null: none; a text: as the person edited it. */
  readonly sceneNotes: string | null | undefined;
  /** 0 = the scene is a hint, 1 = every edge stays; null = the engine's own middle. */
  readonly geometryStrength: number | null;
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
  /** What stands in the settings inside the image although no engine needs it. */
  readonly named?: Pick<ImageSettings, 'canvas' | 'references' | 'aspectRatio' | 'size'>;
  /** What an earlier attempt at this very request left with `EngineContext.checkpoint`; null on the first. */
  readonly resume: unknown;
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
  /** What is being spent, as soon as it is known; the last word counts, also when the generation fails afterwards. */
  readonly onCost: (cost: Cost) => void;
  /**
   * Keeps what a later attempt needs to find the job again instead of paying for a second one. Resolves when it is on
   * disk; it replaces what was kept before. JSON of at most 64 kB, never keys.
   */
  readonly checkpoint: (state: unknown) => Promise<void>;
  /** Facts for the log. Never prompts, paths, keys or image bytes. */
  readonly log: (event: string, facts?: Readonly<Record<string, string | number | boolean>>) => void;
}

export interface EngineImage {
  readonly bytes: Uint8Array;
  readonly mediaType: 'image/png';
  readonly size: PixelSize;
  readonly seed: number;
  readonly aovs: ReadonlyMap<AovName, Uint8Array>;
  /** The file as it came from the service, where that is not the picture itself. PNG, JPEG or WebP. */
  readonly raw?: Uint8Array;
  readonly alignment?: OutputAlignment;
}

export interface EngineResult {
  /** As many as were asked for, or fewer with the warning `fewer-images`; never none. */
  readonly images: readonly EngineImage[];
  readonly look: Look | null;
  readonly warnings: readonly Warning[];
  /** Milliseconds by stage. */
  readonly timings: Readonly<Record<string, number>>;
  readonly cost: Cost | null;
  /** The model that was really used, when the service says so. */
  readonly modelUsed: string | null;
}

/**
 * What every image engine implements.
 *
 * `generate` throws `DioramaError` with a code from the closed list; an aborted signal ends it with `canceled`.
 * What it cannot honour is a warning in the result.
 */
export interface Engine {
  readonly id: string;
  readonly kind: EngineKind;
  /** Without the network: from the settings and the last test. */
  describe(): Promise<EngineDescription>;
  generate(request: EngineRequest, context: EngineContext): Promise<EngineResult>;
  /** Calls the service without making an image. A fault is a line of the report, not an exception. */
  test(context: Pick<EngineContext, 'signal' | 'log'>): Promise<ProbeReport>;
}
