import type { HistoryColumns } from './history-columns.ts';

export type IndexQuestion =
  | { readonly kind: 'load'; readonly id: number; readonly url: string }
  | { readonly kind: 'abort'; readonly id: number };

export interface IndexAnswer {
  readonly id: number;
  /** null: it could not be had. */
  readonly columns: HistoryColumns | null;
}
