import type { AssetId, ErrorCode, Look, LookRequest } from '@diorama/contracts';

/** Tasks that take too long for the API's thread but need no process of their own. */
export type BackgroundTask =
  /** Budget and structure of a model that was received but not stored yet. */
  | { readonly type: 'inspect-model'; readonly path: string }
  /** A JSON file: a scene document, or a .gltf whose files are missing. Gives the models that it refers to. */
  | { readonly type: 'inspect-json'; readonly path: string }
  | { readonly type: 'read-look'; readonly dataDir: string; readonly request: LookRequest };

export interface BackgroundResults {
  'inspect-model': null;
  'inspect-json': { readonly sources: readonly AssetId[] };
  'read-look': Look;
}

export interface BackgroundError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** What the log may have of an unexpected error. */
  readonly cause: unknown;
}

export type BackgroundAnswer =
  | { readonly number: number; readonly ok: true; readonly result: unknown }
  | { readonly number: number; readonly ok: false; readonly error: BackgroundError };
