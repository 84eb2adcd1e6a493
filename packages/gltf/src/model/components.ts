import type { AccessorInfo, AccessorType, ComponentType } from './gltf-model.ts';

const COMPONENT_BYTES: Readonly<Record<ComponentType, number>> = {
  5120: 1,
  5121: 1,
  5122: 2,
  5123: 2,
  5125: 4,
  5126: 4,
};

const COMPONENTS: Readonly<Record<AccessorType, number>> = {
  SCALAR: 1,
  VEC2: 2,
  VEC3: 3,
  VEC4: 4,
  MAT2: 4,
  MAT3: 9,
  MAT4: 16,
};

export function isComponentType(value: unknown): value is ComponentType {
  return typeof value === 'number' && Object.hasOwn(COMPONENT_BYTES, value);
}

export function isAccessorType(value: unknown): value is AccessorType {
  return typeof value === 'string' && Object.hasOwn(COMPONENTS, value);
}

export function componentBytes(type: ComponentType): number {
  return COMPONENT_BYTES[type];
}

export function componentsOf(type: AccessorType): number {
  return COMPONENTS[type];
}

/** Bytes of one element, as stored without gaps. (Matrix columns are padded to 4 bytes; we read MAT4 of floats only, which are not.) */
export function elementBytes({ componentType, type }: Pick<AccessorInfo, 'componentType' | 'type'>): number {
  return componentBytes(componentType) * componentsOf(type);
}
