import type { SceneDocument } from './scene-document.ts';

/**
 * The document as JSON text. Keys are sorted, so equal scenes give equal bytes and therefore equal asset ids, in
 * whatever order they were edited.
 */
export function serializeScene(document: SceneDocument): string {
  return JSON.stringify(document, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const record = value as Record<string, unknown>;
    const sorted: Record<string, unknown> = {};
    for (const key of Object.keys(record).sort()) sorted[key] = record[key];
    return sorted;
  });
}
