import type {
  ControlMapName,
  Cost,
  DioramaError,
  EngineKindInfo,
  EngineModel,
  PixelSize,
  ProbeReport,
  ReferenceRole,
  Warning,
} from '@diorama/contracts';
import type { Http, HttpFailure } from '../http/http.ts';
import type { Clock } from './clock.ts';
import type { ConnectionConfig } from './connection.ts';

/**
 * What one service needs beyond what all share. The remote engine (`remote-engine.ts`) does the rest: checks the
 * request, draws the canvas and the control maps, prepares the pictures, words the prompt, receives and checks the
 * answer, repairs its alignment and brings it to the exact size.
 */
export interface Adapter {
  /** One sentence for the settings and the panel. */
  readonly summary: string;
  /** Usual time of one 1024-pixel image, milliseconds; null when it depends on the machine behind it. */
  readonly typicalMs: number | null;
  /**
   * Models to choose from, by the settings, the last test and what is known of the service. No network. The owner's
   * own prices are put in afterwards. The first is the default unless the connection names one. Empty: the service
   * must be tested first, and the engine is listed as not available for that reason.
   */
  models(): readonly EngineModel[];
  /** Facts about a model id that no list has, so that new models can be used on the day they come out. */
  unlistedModel(id: string): EngineModel;
  /** Headers with the key. They are sent to the connection's own origin alone. */
  headers(): Readonly<Record<string, string>>;
  /** Further https addresses of the same service that need the key, as regional hosts named in its answers. */
  sendsKeyTo?(url: URL): boolean;
  /** What the service says with an error; null leaves it to the meaning of the status. */
  readError?(failure: HttpFailure): DioramaError | null;
  /** What will be sent, decided before anything is drawn. Throws `DioramaError` for what cannot be asked. */
  plan(question: PlanQuestion): Plan;
  /** Makes the images: submits, waits, fetches. An abort ends it with the signal's reason after telling the service. */
  run(job: AdapterJob, io: AdapterIo): Promise<AdapterResult>;
  /** Calls the service without cost. Throws for what makes the whole connection useless; the kit turns it into a failed check. */
  probe(io: Pick<AdapterIo, 'http' | 'signal' | 'clock'>): Promise<AdapterProbe>;
}

/** One kind of engine: its facts for the settings page and its adapter. */
export interface AdapterModule {
  readonly info: EngineKindInfo;
  /** @throws {DioramaError} `invalid-request` for options that do not fit the kind's schema. */
  readonly create: (connection: ConnectionConfig) => Adapter;
}

export interface PlanQuestion {
  readonly model: EngineModel;
  /** The exact size that the user gets in the end. */
  readonly size: PixelSize;
  readonly count: number;
  readonly hasCanvas: boolean;
  /** Whether control maps can be drawn: there is a scene, not only a capture of it. */
  readonly hasScene: boolean;
  readonly references: readonly { readonly role: ReferenceRole | null }[];
  readonly geometryStrength: number | null;
  readonly negativePrompt: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export type InputSource =
  | { readonly kind: 'canvas' }
  | { readonly kind: 'reference'; readonly index: number; readonly role: ReferenceRole | null }
  | { readonly kind: 'map'; readonly map: ControlMapName };

/** How a picture has to be for the service to take it. */
export interface InputLimits {
  readonly longEdgeMaxPx: number;
  readonly maxBytes: number;
  /** PNG where edges count and there is room; JPEG (quality 92) where bytes do. */
  readonly mediaType: 'image/png' | 'image/jpeg';
}

export interface Plan {
  /** Asked of the service; the canvas and the maps are drawn for exactly this size. */
  readonly size: PixelSize;
  /** Pictures in the order in which they are sent; the prompt names them by this order. */
  readonly inputs: readonly InputSource[];
  /** Maps that are sent beside the pictures, as to a ControlNet. */
  readonly maps: readonly ControlMapName[];
  readonly inputLimits: InputLimits;
  /**
   * How the prompt is put: `numbered-images` ("image 1 is the 3D layout …"), `numbered-pictures` (the same with
   * "Picture 1"), `description` (diffusion models: what shall be seen, no instructions), `plain` (the user's words).
   */
  readonly promptForm: 'numbered-images' | 'numbered-pictures' | 'description' | 'plain';
  readonly promptMaxCharacters: number;
  /** The answer is meant to lie over the canvas, so a shift or zoom of it is a fault to be repaired. */
  readonly followsCanvas: boolean;
  readonly warnings: readonly Warning[];
}

export interface PreparedInput {
  readonly source: InputSource;
  readonly bytes: Uint8Array;
  readonly mediaType: 'image/png' | 'image/jpeg';
  readonly size: PixelSize;
  /** Of the content's hash, with the right ending: the same picture has the same name everywhere. */
  readonly fileName: string;
}

export interface AdapterJob {
  readonly model: EngineModel;
  /** With the roles of the pictures and the scene's words around the user's. */
  readonly prompt: string;
  readonly negativePrompt: string;
  /** As `Plan.inputs`, in that order. */
  readonly inputs: readonly PreparedInput[];
  /** As `Plan.maps`. */
  readonly maps: ReadonlyMap<ControlMapName, PreparedInput>;
  /** `Plan.size`. */
  readonly size: PixelSize;
  readonly seed: number;
  readonly count: number;
  readonly geometryStrength: number | null;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface AdapterIo {
  readonly http: Http;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Of the service's part of the work, 0 to 1. */
  readonly onProgress: (progress: {
    readonly stage: 'sending' | 'waiting' | 'generating' | 'receiving';
    readonly fraction: number;
    readonly detail?: string;
    readonly etaMs?: number;
  }) => void;
  /** A picture in any format that images may have; the kit makes it small and passes it on. */
  readonly onPreview: (image: Uint8Array) => void;
  readonly onCost: (cost: Cost) => void;
  /** What this very request left behind in an earlier attempt; null on the first. Check it with a schema. */
  readonly resume: unknown;
  /** See `EngineContext.checkpoint`. Before the request that is charged for, and again as soon as there is a job id. */
  readonly checkpoint: (state: unknown) => Promise<void>;
  readonly log: (event: string, facts?: Readonly<Record<string, string | number | boolean>>) => void;
}

export interface AdapterResult {
  /** Bytes as they came; null seed where the service does not say which one it used. */
  readonly images: readonly { readonly bytes: Uint8Array; readonly seed: number | null }[];
  readonly modelUsed: string | null;
  readonly cost: Cost | null;
  readonly warnings: readonly Warning[];
}

export interface AdapterProbe {
  readonly checks: ProbeReport['checks'];
  readonly models: readonly EngineModel[];
  readonly server: string | null;
}
