import type { AccessorReader } from '../decode/read-accessor.ts';
import type { GltfNode } from '../gltf-asset.ts';
import type { GltfModel, NodeInfo } from '../model/gltf-model.ts';
import { invalidModel } from '../model-error.ts';

/** Nodes with names for people and EXT_mesh_gpu_instancing unfolded into nodes behind those of the file. */
export function buildNodes(model: GltfModel, accessors: AccessorReader): GltfNode[] {
  const nodes: GltfNode[] = [];
  const instances: GltfNode[] = [];
  model.nodes.forEach((info, index) => {
    const name = nodeName(model, info, index);
    const expanded =
      info.instancing && info.mesh !== null ? expandInstances(info, index, name, accessors) : [];
    const firstInstance = model.nodes.length + instances.length;
    instances.push(...expanded);
    nodes.push({
      name,
      children: [...info.children, ...expanded.map((_, i) => firstInstance + i)],
      translation: info.translation,
      rotation: info.rotation,
      scale: info.scale,
      mesh: expanded.length > 0 ? null : info.mesh,
      light: info.light,
      camera: info.camera && {
        name: info.camera.name || name,
        fovYDegrees: info.camera.fovYDegrees,
        focusDistanceM: info.camera.focusDistanceM,
      },
    });
  });
  return [...nodes, ...instances];
}

function nodeName(model: GltfModel, info: NodeInfo, index: number): string {
  if (info.name) return info.name;
  if (info.mesh !== null) return model.meshes[info.mesh]!.name;
  if (info.light) return info.lightName || `Light ${index + 1}`;
  if (info.camera) return info.camera.name || `Camera ${index + 1}`;
  return info.children.length > 0 ? `Group ${index + 1}` : `Node ${index + 1}`;
}

function expandInstances(info: NodeInfo, index: number, name: string, accessors: AccessorReader): GltfNode[] {
  const { count, attributes } = info.instancing!;
  const read = (
    semantic: string,
    size: number,
    otherwise: readonly number[],
  ): ((instance: number) => number[]) => {
    const accessor = attributes[semantic];
    if (accessor === undefined) return () => [...otherwise];
    const values = accessors.floats(accessor);
    for (const value of values)
      if (!(Math.abs(value) <= 1e6))
        throw invalidModel(
          `nodes[${index}].extensions.EXT_mesh_gpu_instancing.attributes.${semantic}`,
          'A value is not a usable number.',
        );
    return (instance) => [...values.subarray(instance * size, (instance + 1) * size)];
  };
  const translation = read('TRANSLATION', 3, [0, 0, 0]);
  const rotation = read('ROTATION', 4, [0, 0, 0, 1]);
  const scale = read('SCALE', 3, [1, 1, 1]);
  return Array.from({ length: count }, (_, instance) => ({
    name: `${name} ${instance + 1}`,
    children: [],
    translation: translation(instance) as GltfNode['translation'],
    rotation: rotation(instance) as GltfNode['rotation'],
    scale: scale(instance) as GltfNode['scale'],
    mesh: info.mesh,
    light: null,
    camera: null,
  }));
}
