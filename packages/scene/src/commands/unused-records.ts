import { TEXTURE_SLOT_NAMES } from '../records/check-scene.ts';
import type { MaterialRecord, SceneDocument } from '../records/scene-document.ts';

interface Uses {
  readonly materials: Set<string>;
  readonly sources: Set<string>;
}

function sourcesOfMaterial(material: MaterialRecord): string[] {
  return TEXTURE_SLOT_NAMES.flatMap((slot) => material[slot]?.source ?? []);
}

function materialUses(document: SceneDocument): Set<string> {
  const used = new Set<string>();
  for (const node of Object.values(document.nodes))
    for (const id of node.mesh?.materials ?? []) if (id !== null) used.add(id);
  return used;
}

function usesOf(document: SceneDocument): Uses {
  const sources = new Set<string>();
  for (const node of Object.values(document.nodes)) if (node.mesh) sources.add(node.mesh.source);
  for (const material of Object.values(document.materials))
    for (const source of sourcesOfMaterial(material)) sources.add(source);
  return { materials: materialUses(document), sources };
}

/**
 * `after` without the materials and sources that `before` used and `after` does not: deleting the last chair also
 * lets go of its GLB, which then needs not be uploaded any more. What was never used stays: someone put it there.
 */
export function withoutNewlyUnused(before: SceneDocument, after: SceneDocument): SceneDocument {
  const usedBefore = usesOf(before);
  const stillUsed = materialUses(after);
  const materials = keep(after.materials, (id) => stillUsed.has(id) || !usedBefore.materials.has(id));
  const trimmed = { ...after, materials };
  const sourcesStillUsed = usesOf(trimmed).sources;
  return {
    ...trimmed,
    sources: keep(after.sources, (id) => sourcesStillUsed.has(id) || !usedBefore.sources.has(id)),
  };
}

function keep<R>(table: Record<string, R>, wanted: (id: string) => boolean): Record<string, R> {
  const entries = Object.entries(table);
  const kept = entries.filter(([id]) => wanted(id));
  return kept.length === entries.length ? table : Object.fromEntries(kept);
}
