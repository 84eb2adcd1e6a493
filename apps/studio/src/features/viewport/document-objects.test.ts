import { applyCommand, createMaterial, createNode, createScene, type SceneDocument } from '@diorama/scene';
import { type Mesh, type MeshPhysicalMaterial, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import type { DecodedSource } from './decoded-source.ts';
import { DocumentObjects } from './document-objects.ts';

const triangle: DecodedSource = {
  meshes: [
    {
      primitives: [
        {
          positions: new Float32Array([0, 0, 0, 2, 0, 0, 0, 1, 0]),
          normals: new Float32Array([0, 0, 1, 0, 0, 1, 0, 0, 1]),
          tangents: null,
          uv0: null,
          uv1: null,
          colors: null,
          indices: new Uint32Array([0, 1, 2]),
        },
      ],
    },
  ],
  images: [],
};
const sources = new Map([['model', triangle]]);

function aDocument(): SceneDocument {
  const document = createScene('Test');
  document.sources.model = { id: 'model', asset: `sha256-${'0'.repeat(64)}`, name: 'model.glb' };
  document.materials.paint = createMaterial({ id: 'paint', baseColorLinear: [1, 0, 0], roughness: 0.25 });
  // The child comes first: the records have no order.
  document.nodes.child = createNode({
    id: 'child',
    name: 'Child',
    parentId: 'group',
    translation: [1, 0, 0],
    mesh: { source: 'model', index: 0, materials: ['paint'] },
  });
  document.nodes.group = createNode({ id: 'group', name: 'Group', translation: [0, 5, 0], scale: [2, 2, 2] });
  return document;
}

const meshOf = (objects: DocumentObjects) => objects.visibleMeshes()[0] as Mesh;

describe('DocumentObjects', () => {
  it('places every node within its parent', () => {
    const objects = new DocumentObjects();
    objects.update(aDocument(), sources);
    expect(objects.object('child')!.getWorldPosition(new Vector3()).toArray()).toEqual([2, 5, 0]);
    const bounds = objects.bounds();
    expect(bounds.min.toArray()).toEqual([2, 5, 0]);
    expect(bounds.max.toArray()).toEqual([6, 7, 0]);
  });

  it('keeps the mesh when only its place or its material changes', () => {
    const objects = new DocumentObjects();
    const before = aDocument();
    objects.update(before, sources);
    const mesh = meshOf(objects);
    const moved = applyCommand(before, {
      type: 'set-transform',
      nodeId: 'child',
      transform: { translation: [0, 0, 3] },
    }).document;
    const painted = applyCommand(moved, {
      type: 'set-material',
      materialId: 'paint',
      changes: { roughness: 0.9, baseColorLinear: [0, 0, 1] },
    }).document;
    objects.update(painted, sources);
    expect(meshOf(objects)).toBe(mesh);
    const material = mesh.material as MeshPhysicalMaterial;
    expect(material.roughness).toBe(0.9);
    expect([material.color.r, material.color.g, material.color.b]).toEqual([0, 0, 1]);
    expect(objects.object('child')!.position.z).toBe(3);
  });

  it('hides everything below a hidden node', () => {
    const objects = new DocumentObjects();
    const hidden = applyCommand(aDocument(), {
      type: 'set-visible',
      nodeId: 'group',
      visible: false,
    }).document;
    objects.update(hidden, sources);
    expect(objects.visibleMeshes()).toEqual([]);
    expect(objects.bounds().isEmpty()).toBe(true);
  });

  it('takes deleted nodes away and brings them back after an undo', () => {
    const objects = new DocumentObjects();
    const before = aDocument();
    objects.update(before, sources);
    const { document: after, inverse } = applyCommand(before, { type: 'delete-nodes', nodeIds: ['group'] });
    objects.update(after, new Map());
    expect(objects.object('child')).toBeUndefined();
    objects.update(applyCommand(after, inverse).document, sources);
    expect(objects.visibleMeshes()).toHaveLength(1);
    expect((meshOf(objects).material as MeshPhysicalMaterial).roughness).toBe(0.25);
  });

  it('fills a node when its model comes later', () => {
    const objects = new DocumentObjects();
    const document = aDocument();
    objects.update(document, new Map());
    expect(objects.visibleMeshes()).toEqual([]);
    objects.update(document, sources);
    expect(objects.visibleMeshes()).toHaveLength(1);
  });

  it('knows which node a mesh belongs to, for picking', () => {
    const objects = new DocumentObjects();
    objects.update(aDocument(), sources);
    expect(meshOf(objects).userData.nodeId).toBe('child');
  });
});
