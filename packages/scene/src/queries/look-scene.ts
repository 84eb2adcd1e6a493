import type { LookScene } from '@diorama/contracts';
import type { SceneDocument } from '../records/scene-document.ts';
import { visibleNodes } from './tree.ts';

/** What words can bind to: the visible nodes with their names and the names of their materials. */
export function toLookScene(document: SceneDocument): LookScene {
  return {
    objects: visibleNodes(document).map(({ id, name, parentId, mesh }) => {
      const names = new Set<string>();
      for (const materialId of mesh?.materials ?? []) {
        const material = materialId === null ? undefined : document.materials[materialId];
        if (material?.name) names.add(material.name);
      }
      return { id, name, parentId, materialNames: [...names] };
    }),
  };
}
