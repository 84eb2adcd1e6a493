import type { GltfPrimitive } from '../gltf-asset.ts';
import { componentsOf } from '../model/components.ts';
import type { FeatureLog } from '../model/feature-log.ts';
import type { GltfModel, PrimitiveInfo } from '../model/gltf-model.ts';
import type { ViewBytes } from './buffers.ts';
import { type DracoResult, decodeDraco, type loadDraco } from './draco.ts';
import {
  allFinite,
  compact,
  copyOf,
  normalizeVectors,
  requirePositions,
  withAlpha,
} from './primitive-arrays.ts';
import type { AccessorReader } from './read-accessor.ts';
import { toTriangles } from './triangles.ts';

type Floats = Float32Array<ArrayBuffer>;

/** What reading primitives needs. */
export interface PrimitiveContext {
  readonly model: GltfModel;
  readonly viewBytes: ViewBytes;
  readonly accessors: AccessorReader;
  readonly draco: Awaited<ReturnType<typeof loadDraco>> | null;
  readonly log: FeatureLog;
}

/** A primitive with all its vertices, also those that no triangle uses, and the attributes that a pose needs. */
export interface RawPrimitive {
  readonly info: PrimitiveInfo;
  readonly primitive: GltfPrimitive;
  readonly joints: Floats | null;
  readonly weights: Floats | null;
}

/**
 * Decodes a primitive; null when it has no triangles.
 *
 * @throws {DioramaError} `invalid-model` when the decoded values are not usable.
 */
export function readPrimitive(info: PrimitiveInfo, context: PrimitiveContext): RawPrimitive | null {
  const { model, accessors, log } = context;
  const { place, attributes, mode } = info;
  if (mode < 4) {
    log.ignored(mode === 0 ? 'points' : 'lines');
    return null;
  }
  if (attributes.POSITION === undefined || info.triangles === 0) return null;
  const draco = info.draco && readDraco(info, context);
  const read = (semantic: string): Floats | null => {
    const accessor = attributes[semantic];
    if (accessor === undefined) return null;
    const raw = draco?.attributes.get(semantic);
    return raw ? accessors.floatsFrom(accessor, raw) : accessors.floats(accessor);
  };
  const positions = read('POSITION')!;
  requirePositions(positions, place);
  const given = draco?.indices ?? (info.indices === null ? null : accessors.indices(info.indices));
  const indices = toTriangles(given, mode, positions.length / 3, place);
  if (indices.length === 0) return null;

  const usable = (values: Floats | null, what: string, fits: (values: Floats) => boolean): Floats | null => {
    if (!values || fits(values)) return values;
    log.simplified(`broken ${what}`);
    return null;
  };
  const colors = usable(read('COLOR_0'), 'vertex colours', allFinite);
  const colorAccessor = model.accessors[attributes.COLOR_0 ?? 0];
  const primitive: GltfPrimitive = {
    positions,
    normals: usable(read('NORMAL'), 'normals', (values) => normalizeVectors(values, 3)),
    tangents: usable(
      read('TANGENT'),
      'tangents',
      (values) => normalizeVectors(values, 4) && allFinite(values),
    ),
    uv0: usable(read('TEXCOORD_0'), 'texture coordinates', allFinite),
    uv1: usable(read('TEXCOORD_1'), 'texture coordinates', allFinite),
    colors: colors && colorAccessor?.type === 'VEC3' ? withAlpha(colors) : colors,
    indices,
    materialIndex: info.material,
  };
  return { info, primitive, joints: read('JOINTS_0'), weights: read('WEIGHTS_0') };
}

/**
 * The primitive alone, without vertices that it does not use, and with arrays of its own: primitives may share
 * accessors, and the reader decodes each once.
 */
export function finishPrimitive({ primitive }: RawPrimitive): GltfPrimitive {
  const compacted = compact(primitive);
  return compacted === primitive ? copyOf(primitive) : compacted;
}

function readDraco(info: PrimitiveInfo, { model, viewBytes, draco }: PrimitiveContext): DracoResult {
  const { bufferView, attributes } = info.draco!;
  return decodeDraco(draco!, {
    bytes: viewBytes(bufferView),
    faces: info.triangles,
    points: model.accessors[info.attributes.POSITION!]!.count,
    attributes: Object.entries(attributes).map(([semantic, id]) => {
      const { componentType, type } = model.accessors[info.attributes[semantic]!]!;
      return { semantic, id, componentType, components: componentsOf(type) };
    }),
    place: `${info.place}.extensions.KHR_draco_mesh_compression`,
  });
}
