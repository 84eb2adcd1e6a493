import type { Vec3 } from '@diorama/contracts';
import type { SceneCommand } from '../commands/registry.ts';
import { ancestorsOf } from '../queries/tree.ts';
import { createMaterial, createNode, createScene } from '../records/create-records.ts';
import type { SceneDocument } from '../records/scene-document.ts';

/** A room with an armchair, a table of two nodes and a lamp; chair and table share a material. */
export function sampleScene(): SceneDocument {
  const scene = createScene('Sample');
  scene.sources.model = { id: 'model', asset: `sha256-${'a'.repeat(64)}`, name: 'room.glb' };
  scene.materials.oak = createMaterial({
    id: 'oak',
    name: 'Oak',
    baseColorTexture: {
      source: 'model',
      image: 0,
      uvSet: 0,
      offset: [0, 0],
      rotationRadians: 0,
      scale: [1, 1],
      wrapS: 'repeat',
      wrapT: 'repeat',
      filter: 'linear',
    },
  });
  const nodes = [
    createNode({ id: 'room', name: 'Room' }),
    createNode({
      id: 'chair',
      name: 'Armchair',
      parentId: 'room',
      translation: [0, 0, 2],
      mesh: { source: 'model', index: 0, materials: ['oak', null] },
    }),
    createNode({ id: 'table', name: 'Table', parentId: 'room', order: 1, translation: [1, 0, 0] }),
    createNode({
      id: 'table-top',
      name: 'Top',
      parentId: 'table',
      mesh: { source: 'model', index: 1, materials: ['oak'] },
    }),
    createNode({
      id: 'lamp',
      name: 'Lamp',
      order: 1,
      light: {
        kind: 'point',
        colorLinear: [1, 1, 1],
        intensity: 10,
        innerConeDegrees: 0,
        outerConeDegrees: 45,
      },
    }),
  ];
  for (const node of nodes) scene.nodes[node.id] = node;
  scene.views.front = {
    id: 'front',
    name: 'Front',
    order: 0,
    camera: { position: [0, 1, 5], target: [0, 0, 0], fovYDegrees: 40 },
  };
  return scene;
}

type Maker = (document: SceneDocument, pick: (count: number) => number) => SceneCommand | null;

const nodeOf = (document: SceneDocument, pick: (count: number) => number): string | undefined =>
  Object.keys(document.nodes)[pick(Object.keys(document.nodes).length)];

const withNode =
  (
    make: (nodeId: string, document: SceneDocument, pick: (count: number) => number) => SceneCommand | null,
  ): Maker =>
  (document, pick) => {
    const nodeId = nodeOf(document, pick);
    return nodeId === undefined ? null : make(nodeId, document, pick);
  };

const vector = (pick: (count: number) => number): Vec3 => [pick(20) - 10, pick(20) - 10, pick(20) - 10];

const MAKERS: readonly Maker[] = [
  withNode((nodeId, _d, pick) => ({
    type: 'set-transform',
    nodeId,
    transform: { translation: vector(pick) },
  })),
  withNode((nodeId, _d, pick) => ({
    type: 'set-transform',
    nodeId,
    transform: { rotation: [pick(3), pick(3), pick(3), 1], scale: vector(pick) },
  })),
  withNode((nodeId, _d, pick) => ({ type: 'rename-node', nodeId, name: `Name ${pick(5)}` })),
  withNode((nodeId, _d, pick) => ({ type: 'set-visible', nodeId, visible: pick(2) === 0 })),
  withNode((nodeId, document, pick) => ({
    type: 'delete-nodes',
    nodeIds: pick(4) === 0 ? [nodeId, nodeOf(document, pick)!] : [nodeId],
  })),
  withNode((nodeId, document, pick) =>
    Object.keys(document.nodes).length > 60
      ? null
      : { type: 'duplicate-nodes', nodeIds: [nodeId, nodeOf(document, pick)!], offset: vector(pick) },
  ),
  withNode((nodeId, document, pick) => {
    const parentId = pick(4) === 0 ? null : nodeOf(document, pick)!;
    if (parentId === nodeId) return null;
    if (parentId !== null && ancestorsOf(document, parentId).some(({ id }) => id === nodeId)) return null;
    if (
      parentId !== null &&
      [parentId, ...ancestorsOf(document, parentId).map(({ id }) => id)].some(isFlat(document))
    )
      return null;
    return { type: 'reparent-node', nodeId, parentId };
  }),
  withNode((nodeId, document, pick) => {
    const materials = document.nodes[nodeId]!.mesh?.materials;
    if (!materials) return null;
    const material = createMaterial({ id: `m${pick(3)}`, name: `Paint ${pick(9)}` });
    return { type: 'assign-material', nodeId, primitives: [pick(materials.length)], material };
  }),
  (document, pick) => {
    const materialId = Object.keys(document.materials)[pick(Object.keys(document.materials).length)];
    if (materialId === undefined) return null;
    return { type: 'set-material', materialId, changes: { roughness: pick(11) / 10, name: `M ${pick(9)}` } };
  },
  (document, pick) =>
    Object.keys(document.nodes).length > 60
      ? null
      : { type: 'insert-fragment', fragment: sampleScene(), parentId: nodeOf(document, pick) ?? null },
  (document, pick) => {
    const id = `view${pick(30)}`;
    if (document.views[id]) return null;
    const camera = {
      position: [pick(9), 1, 5] as Vec3,
      target: [0, 0, 0] as Vec3,
      fovYDegrees: 30 + pick(40),
    };
    return { type: 'add-view', view: { id, name: id, order: pick(9), camera } };
  },
  (document, pick) => {
    const viewId = Object.keys(document.views)[pick(Object.keys(document.views).length)];
    if (viewId === undefined) return null;
    return pick(2) === 0
      ? { type: 'delete-view', viewId }
      : { type: 'update-view', viewId, changes: { name: `View ${pick(9)}` } };
  },
  (_document, pick) => ({ type: 'rename-scene', name: `Scene ${pick(9)}` }),
];

const isFlat =
  (document: SceneDocument) =>
  (nodeId: string): boolean =>
    document.nodes[nodeId]!.scale.includes(0);

/** A command that fits the document, made of a list of random numbers; null where they lead to none. */
export function randomCommand(document: SceneDocument, numbers: readonly number[]): SceneCommand | null {
  let at = 0;
  const pick = (count: number): number => (numbers[at++ % numbers.length] ?? 0) % Math.max(1, count);
  return MAKERS[pick(MAKERS.length)]!(document, pick);
}

/** Makes every write into the document fail. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}
