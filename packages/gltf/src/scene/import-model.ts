import type { AssetId, Vec3 } from '@diorama/contracts';
import {
  type Bounds,
  centerOf,
  createNode,
  createScene,
  type MaterialRecord,
  type SceneDocument,
  TEXTURE_SLOT_NAMES,
  transformDirection,
  transformPoint,
  worldBounds,
  worldMatrices,
} from '@diorama/scene';
import type { GltfAsset, GltfNode } from '../gltf-asset.ts';
import type { GltfMaterial } from '../model/gltf-model.ts';

export interface ImportOptions {
  /** The stored GLB that the asset was read from. */
  readonly assetId: AssetId;
  /** The file's name as the user knows it; its extension is dropped where it names the object. */
  readonly name: string;
}

const SOURCE_ID = 'source-1';
const ROOT_ID = 'model';

/**
 * A scene document that shows a model: one source, its materials, its node tree below one node called like the file,
 * and its cameras as views. Ids follow from the file's indices, so the same file gives the same document.
 */
export function importModel(asset: GltfAsset, { assetId, name }: ImportOptions): SceneDocument {
  const title = titleOf(name);
  const document = createScene(title);
  document.sources[SOURCE_ID] = { id: SOURCE_ID, asset: assetId, name: name.slice(0, 256) };
  asset.materials.forEach((material, index) => {
    const id = materialId(index);
    document.materials[id] = { id, ...withSource(material) };
  });
  document.nodes[ROOT_ID] = createNode({ id: ROOT_ID, name: title });
  const cameras: number[] = [];
  asset.rootNodes.forEach((root, order) => {
    addNode(document, asset, root, ROOT_ID, order, cameras);
  });
  addViews(document, asset, cameras);
  dropEmpty(document, cameras.map(nodeId));
  return document;
}

function titleOf(fileName: string): string {
  const base = fileName.split(/[\\/]/).at(-1) ?? fileName;
  return (base.replace(/\.(glb|gltf)$/i, '').trim() || 'Model').slice(0, 200);
}

function nodeId(index: number): string {
  return `node-${index}`;
}

function materialId(index: number): string {
  return `material-${index}`;
}

function withSource(material: GltfMaterial): Omit<MaterialRecord, 'id'> {
  const record = { ...material } as Omit<MaterialRecord, 'id'>;
  for (const slot of TEXTURE_SLOT_NAMES) {
    const texture = material[slot];
    record[slot] = texture && { source: SOURCE_ID, ...texture };
  }
  return record;
}

/** Depth first with a stack of its own: the tree may be as deep as the limits allow. */
function addNode(
  document: SceneDocument,
  asset: GltfAsset,
  root: number,
  rootParent: string,
  rootOrder: number,
  cameras: number[],
): void {
  const open = [{ index: root, parentId: rootParent, order: rootOrder }];
  for (let next = open.pop(); next; next = open.pop()) {
    const node = asset.nodes[next.index]!;
    const id = nodeId(next.index);
    document.nodes[id] = createNode({
      id,
      name: node.name.slice(0, 256),
      parentId: next.parentId,
      order: next.order,
      translation: node.translation,
      rotation: node.rotation,
      scale: node.scale,
      mesh: meshOf(asset, node),
      light: node.light,
    });
    if (node.camera) cameras.push(next.index);
    node.children.forEach((index, order) => {
      open.push({ index, parentId: id, order });
    });
  }
}

function meshOf(asset: GltfAsset, { mesh }: GltfNode): SceneDocument['nodes'][string]['mesh'] {
  if (mesh === null) return null;
  const materials = asset.meshes[mesh]!.primitives.map(({ materialIndex }) =>
    materialIndex === null ? null : materialId(materialIndex),
  );
  return { source: SOURCE_ID, index: mesh, materials };
}

function addViews(document: SceneDocument, asset: GltfAsset, cameras: readonly number[]): void {
  if (cameras.length === 0) return;
  const bounds = worldBounds(document, (_source, mesh) => asset.meshes[mesh]?.bounds ?? null);
  const matrices = worldMatrices(document);
  [...cameras]
    .sort((a, b) => a - b)
    .forEach((index, order) => {
      const camera = asset.nodes[index]!.camera!;
      const matrix = matrices.get(nodeId(index))!;
      const position = transformPoint(matrix, [0, 0, 0]);
      const forward = transformDirection(matrix, [0, 0, -1]);
      const length = Math.hypot(...forward);
      if (!(length > 1e-9) || position.some((c) => Math.abs(c) > 1e5)) return;
      const distance = camera.focusDistanceM ?? distanceTo(bounds, position);
      const target = position.map((c, axis) => c + (forward[axis]! / length) * distance) as Vec3;
      const id = `view-${index}`;
      document.views[id] = {
        id,
        name: camera.name.slice(0, 256),
        order,
        camera: { position, target, fovYDegrees: camera.fovYDegrees },
      };
    });
}

/** To the middle of what there is to see; cameras orbit around their target, so it should be about there. */
function distanceTo(bounds: Bounds | null, position: Vec3): number {
  if (!bounds) return 1;
  const distance = Math.hypot(...centerOf(bounds).map((c, axis) => c - position[axis]!));
  return Math.max(0.1, Math.min(1e5, distance));
}

/** A camera has become a view; a node that held nothing else would only be clutter in the tree. */
function dropEmpty(document: SceneDocument, ids: readonly string[]): void {
  const parents = new Set(Object.values(document.nodes).map(({ parentId }) => parentId));
  for (const id of ids) {
    const node = document.nodes[id]!;
    if (!node.mesh && !node.light && !parents.has(id)) delete document.nodes[id];
  }
}
