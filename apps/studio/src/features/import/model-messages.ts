import type { SceneDocument } from '@diorama/scene';
import type { DecodedSource } from '../viewport/decoded-source.ts';

/** What the page asks the model worker, and what comes back. */
export type ModelRequest =
  | {
      readonly id: number;
      readonly kind: 'import';
      readonly name: string;
      readonly file: File;
      /** By the path in which the model would name them. */
      readonly companions: readonly { readonly path: string; readonly file: File }[];
    }
  | { readonly id: number; readonly kind: 'decode'; readonly file: Blob };

export interface ImportedModel {
  readonly fragment: SceneDocument;
  readonly asset: string;
  /** One self-contained GLB, whatever the model came as. */
  readonly glb: Blob;
  readonly decoded: DecodedSource;
  readonly warnings: readonly string[];
}

export type ModelResponse =
  | { readonly id: number; readonly kind: 'imported'; readonly model: ImportedModel }
  | { readonly id: number; readonly kind: 'decoded'; readonly decoded: DecodedSource }
  | {
      readonly id: number;
      readonly kind: 'failed';
      readonly code: string;
      readonly message: string;
      readonly hint: string;
      readonly details: Readonly<Record<string, unknown>>;
    };
