import type { Generation, Progress } from '@diorama/contracts';

const STAGES: Readonly<Record<Progress['stage'], string>> = {
  queued: 'Waiting in the queue',
  loading: 'Loading the scene',
  understanding: 'Reading the prompt',
  building: 'Building the scene',
  tracing: 'Tracing',
  denoising: 'Cleaning the picture',
  conditioning: 'Drawing the canvas for the engine',
  sending: 'Sending',
  waiting: 'Waiting for the engine',
  generating: 'Generating',
  receiving: 'Receiving the image',
  aligning: 'Laying the image over the canvas',
  finishing: 'Finishing',
  saving: 'Saving',
};

/** "Tracing, 8 of 16 samples, 6 s left". */
export function progressInWords(progress: Progress): string {
  const parts: string[] = [STAGES[progress.stage]];
  if (progress.detail) parts.push(progress.detail);
  if (progress.etaMs !== undefined && progress.stage !== 'queued')
    parts.push(`${leftInWords(progress.etaMs)} left`);
  return parts.join(', ');
}

export function leftInWords(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  return `${Math.round(seconds / 60)} min`;
}

/** What the picture is called where there is no room for it: its prompt, or what it was made from. */
export function titleOf(generation: Pick<Generation, 'request'>): string {
  const { prompt, canvas, references } = generation.request;
  if (prompt.trim()) return prompt.trim();
  if (canvas) return references.length > 0 ? 'Scene with references, no prompt' : 'Scene without a prompt';
  return 'References without a prompt';
}

const FILE_WORDS = 7;

/** "reading-corner-golden-hour-walnut-table.png": readable, safe on every file system. */
export function downloadName(
  sceneName: string,
  prompt: string,
  index: number,
  count: number,
  extension = 'png',
): string {
  const words = `${sceneName} ${prompt}`
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .split(/[^\p{Letter}\p{Number}]+/u)
    .filter(Boolean);
  const sceneWords = sceneName.split(/\s+/).filter(Boolean).length;
  const stem =
    words
      .slice(0, sceneWords + FILE_WORDS)
      .join('-')
      .slice(0, 90)
      .replace(/-+$/, '') || 'diorama';
  return `${stem}${count > 1 ? `-${index + 1}` : ''}.${extension}`;
}

/** "3.2 s", "1 min 4 s". */
export function tookInWords(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
