import {
  API_PREFIX,
  DioramaError,
  type DOWNLOAD_FORMATS,
  type DOWNLOAD_METADATA,
  type Generation,
  isErrorCode,
  LIMITS,
  problemSchema,
} from '@diorama/contracts';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export type DownloadFormat = (typeof DOWNLOAD_FORMATS)[number];
export type DownloadMetadata = (typeof DOWNLOAD_METADATA)[number];

/** How images leave Diorama. */
export interface DownloadChoice {
  readonly format: DownloadFormat;
  readonly metadata: DownloadMetadata;
  /** Pixels; null: as it is. */
  readonly longEdge: number | null;
}

/** The choice that was made last, also after a reload. */
export const useDownloadChoice = create<DownloadChoice>()(
  persist((): DownloadChoice => ({ format: 'png', metadata: 'settings', longEdge: null }), {
    name: 'diorama-download',
    version: 1,
  }),
);

export const FORMAT_NAMES: Readonly<Record<DownloadFormat, string>> = {
  png: 'PNG',
  jpeg: 'JPEG',
  webp: 'WebP',
  original: 'Original',
};

export const METADATA_NOTES: readonly {
  readonly value: DownloadMetadata;
  readonly name: string;
  readonly note: string;
}[] = [
  {
    value: 'settings',
    name: 'With settings',
    note: 'Prompt, seed and engine: drop the file on Diorama to make it again.',
  },
  {
    value: 'label',
    name: 'Label only',
    note: 'Says that a computer made it, as news and platforms ask for. No prompt.',
  },
  { value: 'none', name: 'Nothing', note: 'The picture alone.' },
];

/** What the server is asked for. The stored file has its own size and metadata. */
export function downloadUrl(generationId: string, image: number, choice: DownloadChoice): string {
  const query = new URLSearchParams({ image: String(image), format: choice.format });
  if (choice.format !== 'original') {
    query.set('metadata', choice.metadata);
    if (choice.longEdge !== null) query.set('longEdge', String(choice.longEdge));
  }
  return `${API_PREFIX}/generations/${generationId}/file?${query}`;
}

/** The long edge as typed, within what can be asked for. */
export function clampLongEdge(longEdge: number): number {
  return Math.min(LIMITS.longEdgeMax, Math.max(LIMITS.longEdgeMin, Math.round(longEdge)));
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  png: 'png',
  jpeg: 'jpg',
  webp: 'webp',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
};

/** How the file is called that comes out of a choice: `.jpg`, `.png`. */
export function extensionOf(
  format: DownloadFormat,
  original: Pick<Generation['outputs'][number], 'mediaType'>,
): string {
  return EXTENSIONS[format === 'original' ? original.mediaType : format] ?? 'png';
}

/** The bytes of a download, or the server's reason as an error. */
export async function fetchDownload(url: string): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (thrown) {
    throw new DioramaError('network', undefined, { cause: thrown });
  }
  if (response.ok) return response.blob();
  const problem = problemSchema.safeParse(await response.json().catch(() => null));
  if (problem.success && isErrorCode(problem.data.code))
    throw new DioramaError(problem.data.code, problem.data.detail, { hint: problem.data.hint });
  throw new DioramaError('internal', 'The server could not prepare the file.');
}

/** Gives a file to the person, as the browser keeps files. */
export function saveAs(file: Blob, fileName: string): void {
  const url = URL.createObjectURL(file);
  followLink(url, fileName);
  // The browser reads the file after the click; when it is through, nobody says.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** As if a link to the file had been clicked. */
export function followLink(url: string, fileName: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
}
