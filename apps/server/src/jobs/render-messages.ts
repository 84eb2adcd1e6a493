import type {
  AovName,
  EngineDescription,
  ErrorCode,
  Generation,
  Look,
  Progress,
  Warning,
} from '@diorama/contracts';
import type { Claim } from '../storage/generations.ts';

/** What the server and the render process say to each other. Bytes of images never pass here, except previews. */

export interface RenderSetup {
  readonly dataDir: string;
  /** Module whose `createRegistry()` gives the engines; an absolute URL. */
  readonly engineModule: string;
}

export interface EngineList {
  readonly engines: readonly EngineDescription[];
  readonly defaultId: string;
}

/** Distinguishes attempts, so that a late message of a canceled one is not taken for the current one's. */
export type JobKey = string;

export type ToRenderProcess =
  | { readonly type: 'set-up'; readonly setup: RenderSetup }
  | { readonly type: 'render'; readonly job: JobKey; readonly claim: Claim }
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
}

export interface RenderResult {
  readonly images: readonly RenderedImage[];
  readonly look: Look | null;
  readonly warnings: readonly Warning[];
  readonly timings: Readonly<Record<string, number>>;
  readonly cost: Exclude<Generation['cost'], undefined>;
}

export interface RenderError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

export type FromRenderProcess =
  | { readonly type: 'ready'; readonly engines: EngineList }
  | { readonly type: 'progress'; readonly job: JobKey; readonly progress: Progress }
  | {
      readonly type: 'preview';
      readonly job: JobKey;
      readonly jpeg: Uint8Array;
      readonly width: number;
      readonly height: number;
    }
  | { readonly type: 'rendered'; readonly job: JobKey; readonly result: RenderResult }
  | { readonly type: 'failed'; readonly job: JobKey; readonly error: RenderError; readonly cause: unknown }
  | {
      readonly type: 'log';
      readonly job: JobKey;
      readonly event: string;
      readonly facts: Readonly<Record<string, string | number | boolean>>;
    };
