import { invalidModel, overLimit } from '../model-error.ts';
import { componentBytes, elementBytes, isAccessorType, isComponentType } from './components.ts';
import type { AccessorInfo, BufferViewInfo, SparseInfo } from './gltf-model.ts';
import {
  countField,
  indexField,
  type JsonObject,
  mapObjects,
  objectField,
  requireIndex,
  requireObject,
} from './json-reader.ts';

/** @param maxCount The most elements that any accessor may have. */
export function parseAccessors(
  json: JsonObject,
  views: readonly BufferViewInfo[],
  maxCount: number,
): AccessorInfo[] {
  return mapObjects(json, 'accessors', '', (item, place): AccessorInfo => {
    const { componentType, type } = item;
    if (!isComponentType(componentType))
      throw invalidModel(`${place}.componentType`, 'It is not a known component type.');
    if (!isAccessorType(type)) throw invalidModel(`${place}.type`, 'It is not a known type.');
    const count = countField(item, 'count', place, 0);
    if (count < 1) throw invalidModel(`${place}.count`, 'It has no elements.');
    if (count > maxCount) throw overLimit(`${place}.count`, 'Elements', count, maxCount);
    const bufferView = indexField(item, 'bufferView', views.length, place);
    const byteOffset = countField(item, 'byteOffset', place, 0);
    if (bufferView !== null) {
      const view = views[bufferView]!;
      const bytes = elementBytes({ componentType, type });
      const stride = view.byteStride ?? bytes;
      if (stride < bytes)
        throw invalidModel(place, `Elements of ${bytes} bytes do not fit a stride of ${stride}.`);
      requireInView(views, bufferView, byteOffset, stride * (count - 1) + bytes, place);
    }
    return {
      bufferView,
      byteOffset,
      componentType,
      type,
      count,
      normalized: item.normalized === true,
      sparse: parseSparse(item, place, views, count, elementBytes({ componentType, type })),
    };
  });
}

function parseSparse(
  accessor: JsonObject,
  accessorPlace: string,
  views: readonly BufferViewInfo[],
  accessorCount: number,
  bytes: number,
): SparseInfo | null {
  const sparse = objectField(accessor, 'sparse', accessorPlace);
  if (!sparse) return null;
  const place = `${accessorPlace}.sparse`;
  const count = countField(sparse, 'count', place, 0);
  if (count < 1 || count > accessorCount) throw invalidModel(`${place}.count`, `${count} is out of range.`);
  const indices = requireObject(sparse.indices, `${place}.indices`);
  const values = requireObject(sparse.values, `${place}.values`);
  const { componentType } = indices;
  if (componentType !== 5121 && componentType !== 5123 && componentType !== 5125)
    throw invalidModel(`${place}.indices.componentType`, 'It is not an unsigned integer.');
  const indexView = requireIndex(indices.bufferView, views.length, `${place}.indices.bufferView`);
  const valueView = requireIndex(values.bufferView, views.length, `${place}.values.bufferView`);
  const indexOffset = countField(indices, 'byteOffset', `${place}.indices`, 0);
  const valueOffset = countField(values, 'byteOffset', `${place}.values`, 0);
  requireInView(views, indexView, indexOffset, count * componentBytes(componentType), `${place}.indices`);
  requireInView(views, valueView, valueOffset, count * bytes, `${place}.values`);
  return {
    count,
    indices: { bufferView: indexView, byteOffset: indexOffset, componentType },
    values: { bufferView: valueView, byteOffset: valueOffset },
  };
}

function requireInView(
  views: readonly BufferViewInfo[],
  view: number,
  byteOffset: number,
  byteLength: number,
  place: string,
): void {
  const available = views[view]!.byteLength;
  if (byteOffset + byteLength > available)
    throw invalidModel(
      place,
      `It needs ${byteOffset + byteLength} bytes of buffer view ${view}, which has ${available}.`,
    );
}
