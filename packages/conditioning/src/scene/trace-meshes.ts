import { DioramaError } from '@diorama/contracts';
import { type GltfAsset, type ResolvedMesh, resolveScene } from '@diorama/gltf';
import type { SceneDocument } from '@diorama/scene';
import type { TraceLight, TraceMesh } from '@diorama/tracer';
import { measureExtent, type SceneExtent } from './extent.ts';
import { toTraceLight } from './trace-lights.ts';

/** What a document shows, flattened to world space, before anything is painted. */
export interface SceneParts {
  readonly meshes: readonly ResolvedMesh[];
  readonly lights: readonly TraceLight[];
  /** null for a scene without triangles. */
  readonly extent: SceneExtent | null;
}

/** @throws {DioramaError} `invalid-scene` for a model that is not there, or an object beyond what can be drawn. */
export function resolveParts(document: SceneDocument, assets: ReadonlyMap<string, GltfAsset>): SceneParts {
  const resolved = resolveScene(document, assets);
  const meshes = resolved.meshes.filter((mesh) => mesh.indices.length > 0);
  refuseNonFinite(meshes);
  const extent = measureExtent(meshes.map(asTraceMesh));
  const lights = resolved.lights.map((light) => toTraceLight(light, extent?.radius ?? 1));
  return { meshes, lights, extent };
}

/** Without material and id yet. */
export function asTraceMesh(mesh: ResolvedMesh): TraceMesh {
  const { positions, normals, tangents, uv0, uv1, colors, indices } = mesh;
  return { positions, normals, tangents, uv0, uv1, colors, indices, material: 0, objectId: 0 };
}

/** Transforms can overflow although every number in the document is fine. */
function refuseNonFinite(meshes: readonly ResolvedMesh[]): void {
  for (const { positions, nodeId } of meshes) {
    for (let i = 0; i < positions.length; i++) {
      if (Math.abs(positions[i]!) <= 1e7) continue;
      throw new DioramaError(
        'invalid-scene',
        'An object lies beyond what can be drawn: its transform is not usable.',
        {
          hint: 'Reset the position and scale of the named object.',
          details: { node: nodeId },
        },
      );
    }
  }
}
