import {
  API_PREFIX,
  BYTE_ROUTES,
  DioramaError,
  isErrorCode,
  LIMITS,
  type ProjectImport,
  projectImportSchema,
  toDioramaError,
} from '@diorama/contracts';
import { create } from 'zustand';
import { setReachable } from '../../app/connection.ts';
import { queryClient } from '../../app/server-state.ts';
import { PROJECTS_KEY } from './projects-key.ts';
import { showProjects } from './projects-shown.ts';

/** A project file on its way in, and what became of it. */
export type ImportState =
  | { readonly kind: 'none' }
  | { readonly kind: 'sending'; readonly fileName: string /** 0 to 1. */; readonly fraction: number }
  /** All bytes have arrived; the server checks and keeps them. */
  | { readonly kind: 'unpacking'; readonly fileName: string }
  | { readonly kind: 'done'; readonly fileName: string; readonly result: ProjectImport }
  | { readonly kind: 'failed'; readonly fileName: string; readonly message: string; readonly hint: string };

export const useProjectImport = create<{ readonly state: ImportState }>(() => ({ state: { kind: 'none' } }));

const setState = (state: ImportState) => useProjectImport.setState({ state });
let controller: AbortController | null = null;

export function isProjectFile(name: string): boolean {
  return /\.diorama$/i.test(name);
}

export function dismissImport(): void {
  controller?.abort();
  controller = null;
  setState({ kind: 'none' });
}

/** Sends a project file to the server and shows how it goes in the list of projects. */
export async function importProject(file: File): Promise<void> {
  dismissImport();
  showProjects();
  const own = new AbortController();
  controller = own;
  const fileName = file.name;
  try {
    if (file.size > LIMITS.archiveBytes)
      throw new DioramaError('file-too-large', 'The file is larger than a project file can be.');
    setState({ kind: 'sending', fileName, fraction: 0 });
    const result = await send(file, own.signal, (fraction) => {
      setState(fraction < 1 ? { kind: 'sending', fileName, fraction } : { kind: 'unpacking', fileName });
    });
    if (controller === own) setState({ kind: 'done', fileName, result });
  } catch (thrown) {
    const error = toDioramaError(thrown);
    if (controller === own) setState({ kind: 'failed', fileName, message: error.message, hint: error.hint });
  }
  void queryClient.invalidateQueries({ queryKey: PROJECTS_KEY });
}

/** With XMLHttpRequest, because `fetch` does not say how much of a body has been sent. */
function send(
  file: File,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<ProjectImport> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${API_PREFIX}${BYTE_ROUTES.importProject.path}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Accept', 'application/json');
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.upload.onload = () => onProgress(1);
    request.onload = () => {
      setReachable(true);
      try {
        resolve(readAnswer(request.status, request.responseText));
      } catch (thrown) {
        reject(thrown);
      }
    };
    request.onerror = () => reject(new DioramaError('network'));
    request.onabort = () => reject(new DioramaError('canceled'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

/** @throws {DioramaError} What the server said, or that its answer is not understood. */
export function readAnswer(status: number, text: string): ProjectImport {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = null;
  }
  if (status >= 200 && status < 300) {
    const result = projectImportSchema.safeParse(answer);
    if (result.success) return result.data;
    throw new DioramaError('invalid-response');
  }
  const problem = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const hint = textOf(problem.hint);
  throw new DioramaError(
    isErrorCode(problem.code) ? problem.code : 'invalid-response',
    textOf(problem.detail) ?? textOf(problem.title),
    hint === undefined ? {} : { hint },
  );
}
