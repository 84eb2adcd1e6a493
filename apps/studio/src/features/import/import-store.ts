import { create } from 'zustand';

/** A model that is on its way into the scene. */
export interface ActiveImport {
  readonly key: string;
  readonly name: string;
  readonly stage: 'reading' | 'placing';
}

/** Why a model did not come in, and what to do. */
export interface ImportFailure {
  readonly key: string;
  readonly name: string;
  readonly message: string;
  readonly hint: string;
  /** Files that the model names and that were not given. */
  readonly missingFiles: readonly string[];
}

export const useImports = create<{
  readonly active: readonly ActiveImport[];
  readonly failures: readonly ImportFailure[];
}>(() => ({ active: [], failures: [] }));

export function startImport(entry: ActiveImport): void {
  useImports.setState(({ active, failures }) => ({
    active: [...active, entry],
    failures: failures.filter(({ name }) => name !== entry.name),
  }));
}

export function finishImport(key: string): void {
  useImports.setState(({ active }) => ({ active: active.filter((entry) => entry.key !== key) }));
}

export function failImport(failure: ImportFailure): void {
  useImports.setState(({ active, failures }) => ({
    active: active.filter((entry) => entry.key !== failure.key),
    failures: [...failures, failure],
  }));
}

export function dismissFailure(key: string): void {
  useImports.setState(({ failures }) => ({ failures: failures.filter((failure) => failure.key !== key) }));
}
