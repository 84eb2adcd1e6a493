import type {
  AovName,
  Cost,
  EngineDescription,
  EngineKindInfo,
  ErrorCode,
  Generation,
  Look,
  OutputAlignment,
  ProbeReport,
  Progress,
  Warning,
} from '@diorama/contracts';
import type { ConnectionConfig } from '@diorama/engines';
import type { Claim } from '../storage/generations.ts';
import type { Lane } from '../storage/schema.ts';

/**
 * What the server and its render processes say to each other. Bytes of images never pass here, except previews. Keys
 * pass here and nowhere else: only from the server to the process of the remote lane, and back from it those that it
 * found in the environment.
 */

export interface RenderSetup {
  readonly lane: Lane;
  readonly dataDir: string;
  /** `EngineModule` or `ConnectedEngineModule`, as the lane needs it; an absolute URL. */
  readonly engineModule: string;
}

export interface EngineList {
  readonly engines: readonly EngineDescription[];
  readonly defaultId: string | null;
}

/** What the process of the remote lane knows before it is configured. */
export interface LoadedConnections {
  readonly kinds: readonly EngineKindInfo[];
  /** With their keys. */
  readonly environment: readonly ConnectionConfig[];
}

/** Distinguishes attempts, so that a late message of a canceled one is not taken for the current one's. */
export type JobKey = string;

/** Asked of the process of the remote lane. */
export type Question =
  | { readonly about: 'description'; readonly connection: ConnectionConfig }
  | { readonly about: 'test'; readonly connection: ConnectionConfig };

export interface Answers {
  readonly description: EngineDescription;
  readonly test: ProbeReport;
}

export type ToRenderProcess =
  | { readonly type: 'set-up'; readonly setup: RenderSetup }
  | {
      readonly type: 'configure';
      readonly revision: number;
      readonly connections: readonly ConnectionConfig[];
    }
  | { readonly type: 'ask'; readonly number: number; readonly question: Question }
  | { readonly type: 'render'; readonly job: JobKey; readonly claim: Claim }
  | {
      readonly type: 'checkpoint-kept';
      readonly job: JobKey;
      readonly number: number;
      readonly error: RenderError | null;
    }
  | { readonly type: 'abort'; readonly job: JobKey };

/** A file that the render process has stored durably. */
export interface StoredFile {
  readonly key: string;
  readonly bytes: number;
}

export interface RenderedImage extends StoredFile {
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly aovs: readonly (StoredFile & { readonly name: AovName })[];
  /** The file as the service sent it. */
  readonly raw:
    | (StoredFile & { readonly mediaType: string; readonly width: number; readonly height: number })
    | null;
  readonly alignment: OutputAlignment | null;
}

export interface RenderResult {
  readonly images: readonly RenderedImage[];
  readonly look: Look | null;
  readonly warnings: readonly Warning[];
  readonly timings: Readonly<Record<string, number>>;
  readonly cost: Exclude<Generation['cost'], undefined>;
  readonly modelUsed: string | null;
}

export interface RenderError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export type FromRenderProcess =
  | { readonly type: 'ready'; readonly engines: EngineList }
  | { readonly type: 'loaded'; readonly loaded: LoadedConnections }
  | { readonly type: 'configured'; readonly revision: number; readonly engines: EngineList }
  | { readonly type: 'answer'; readonly number: number; readonly answer: Answers[keyof Answers] }
  | { readonly type: 'no-answer'; readonly number: number; readonly error: RenderError }
  | FromJob;

/** Belongs to one job. */
export type FromJob =
  | { readonly type: 'progress'; readonly job: JobKey; readonly progress: Progress }
  | {
      readonly type: 'preview';
      readonly job: JobKey;
      readonly jpeg: Uint8Array;
      readonly width: number;
      readonly height: number;
    }
  | { readonly type: 'cost'; readonly job: JobKey; readonly cost: Cost }
  | {
      readonly type: 'checkpoint';
      readonly job: JobKey;
      readonly number: number;
      /** JSON text. */
      readonly state: string;
    }
  | { readonly type: 'rendered'; readonly job: JobKey; readonly result: RenderResult }
  | { readonly type: 'failed'; readonly job: JobKey; readonly error: RenderError; readonly cause: unknown }
  | {
      readonly type: 'log';
      readonly job: JobKey;
      readonly event: string;
      readonly facts: Readonly<Record<string, string | number | boolean>>;
    };
