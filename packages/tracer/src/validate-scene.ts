import type {
  TextureSlot,
  TraceBackground,
  TraceCamera,
  TraceEnvironment,
  TraceLight,
  TraceMaterial,
  TraceMesh,
  TraceOptions,
  TraceScene,
  TraceTexture,
  Vec3,
} from './trace-scene-types.ts';
import { TracerError } from './tracer-error.ts';

/** Triangle numbers travel through the BVH as 32-bit floats, exact up to 2^24; memory ends a little earlier. */
export const MAX_TRIANGLES = 10_000_000;
const MAX_FILM_PIXELS = 4096 * 4096;
const MAX_TEXTURE_SIDE = 16_384;
const MAX_SPP = 65_536;
const MAX_COORDINATE = 1e7;

function refuse(where: string, what: string): never {
  throw new TracerError('invalid-scene', `${where}: ${what}`);
}

function finite(where: string, value: number, min = -Infinity, max = Infinity): void {
  if (!Number.isFinite(value)) refuse(where, `must be a finite number, is ${value}`);
  if (value < min || value > max) refuse(where, `must be between ${min} and ${max}, is ${value}`);
}

function vector(where: string, value: Vec3, min = -Infinity, max = Infinity): void {
  if (value.length !== 3) refuse(where, 'must have 3 numbers');
  for (const [i, axis] of ['x', 'y', 'z'].entries()) finite(`${where}.${axis}`, value[i] as number, min, max);
}

function direction(where: string, value: Vec3): void {
  vector(where, value);
  if (Math.hypot(...value) < 1e-9) refuse(where, 'must not be the zero vector');
}

function whole(where: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value)) refuse(where, `must be a whole number, is ${value}`);
  finite(where, value, min, max);
}

function validateMesh(mesh: TraceMesh, where: string, materialCount: number): void {
  const { positions, indices } = mesh;
  if (positions.length % 3 !== 0) refuse(`${where}.positions`, 'length must be a multiple of 3');
  if (indices.length % 3 !== 0) refuse(`${where}.indices`, 'length must be a multiple of 3');
  const vertices = positions.length / 3;
  for (let i = 0; i < positions.length; i++) {
    // One comparison catches NaN, infinities and coordinates that no float arithmetic survives.
    if (!(Math.abs(positions[i] as number) <= MAX_COORDINATE)) {
      refuse(`${where}.positions[${i}]`, `must be within +-${MAX_COORDINATE} m, is ${positions[i]}`);
    }
  }
  for (let i = 0; i < indices.length; i++) {
    if ((indices[i] as number) >= vertices) {
      refuse(`${where}.indices[${i}]`, `points at vertex ${indices[i]} of ${vertices}`);
    }
  }
  const attributes = [
    ['normals', mesh.normals, 3],
    ['tangents', mesh.tangents, 4],
    ['uv0', mesh.uv0, 2],
    ['uv1', mesh.uv1, 2],
    ['colors', mesh.colors, 4],
  ] as const;
  for (const [name, data, size] of attributes) {
    if (data !== null && data.length !== vertices * size) {
      refuse(`${where}.${name}`, `has ${data.length} numbers for ${vertices} vertices (${size} each)`);
    }
  }
  whole(`${where}.material`, mesh.material, 0, materialCount - 1);
  whole(`${where}.objectId`, mesh.objectId, 0, 0xffffffff);
}

function validateSlot(slot: TextureSlot | null, where: string, textureCount: number): void {
  if (slot === null) return;
  whole(`${where}.texture`, slot.texture, 0, textureCount - 1);
  if (slot.uvSet !== 0 && slot.uvSet !== 1) refuse(`${where}.uvSet`, 'must be 0 or 1');
  for (const i of [0, 1] as const) {
    finite(`${where}.offset[${i}]`, slot.offset[i]);
    finite(`${where}.scale[${i}]`, slot.scale[i]);
  }
  finite(`${where}.rotationRadians`, slot.rotationRadians);
}

function validateMaterial(m: TraceMaterial, where: string, textureCount: number): void {
  vector(`${where}.baseColor`, m.baseColor, 0);
  vector(`${where}.emissive`, m.emissive, 0);
  vector(`${where}.attenuationColor`, m.attenuationColor, 0);
  vector(`${where}.sheenColor`, m.sheenColor, 0);
  const unit = [
    'alpha',
    'metallic',
    'roughness',
    'occlusionStrength',
    'alphaCutoff',
    'specular',
    'transmission',
    'clearcoat',
    'clearcoatRoughness',
    'sheenRoughness',
    'wetness',
  ] as const;
  for (const name of unit) finite(`${where}.${name}`, m[name], 0, name === 'alphaCutoff' ? Infinity : 1);
  finite(`${where}.normalScale`, m.normalScale);
  finite(`${where}.ior`, m.ior, 1, 5);
  finite(`${where}.puddleSizeM`, m.puddleSizeM, 1e-6, 1e6);
  if (!(m.attenuationDistanceM > 0))
    refuse(`${where}.attenuationDistanceM`, 'must be above 0 (Infinity is allowed)');
  const slots = [
    'baseColorTexture',
    'metallicRoughnessTexture',
    'normalTexture',
    'occlusionTexture',
    'emissiveTexture',
  ] as const;
  for (const name of slots) validateSlot(m[name], `${where}.${name}`, textureCount);
  if (m.procedural !== null) {
    finite(`${where}.procedural.scaleM`, m.procedural.scaleM, 1e-6, 1e6);
    vector(`${where}.procedural.colorA`, m.procedural.colorA, 0);
    vector(`${where}.procedural.colorB`, m.procedural.colorB, 0);
    finite(`${where}.procedural.roughnessVariation`, m.procedural.roughnessVariation, 0, 1);
    finite(`${where}.procedural.bumpHeightM`, m.procedural.bumpHeightM);
  }
}

function validateTexture(texture: TraceTexture, where: string): void {
  whole(`${where}.width`, texture.width, 1, MAX_TEXTURE_SIDE);
  whole(`${where}.height`, texture.height, 1, MAX_TEXTURE_SIDE);
  const expected = texture.width * texture.height * 4;
  if (texture.rgba.length !== expected) {
    refuse(
      `${where}.rgba`,
      `has ${texture.rgba.length} bytes, ${texture.width} x ${texture.height} needs ${expected}`,
    );
  }
}

function validateLight(light: TraceLight, where: string): void {
  if (light.kind === 'directional') {
    direction(`${where}.direction`, light.direction);
    vector(`${where}.irradiance`, light.irradiance, 0);
    finite(`${where}.angularDiameterDegrees`, light.angularDiameterDegrees, 0, 180);
    return;
  }
  vector(`${where}.position`, light.position);
  vector(`${where}.intensity`, light.intensity, 0);
  finite(`${where}.radiusM`, light.radiusM, 0);
  if (light.kind === 'spot') {
    direction(`${where}.direction`, light.direction);
    finite(`${where}.innerConeDegrees`, light.innerConeDegrees, 0, 180);
    finite(`${where}.outerConeDegrees`, light.outerConeDegrees, 0, 180);
  }
}

function validatePicture(where: string, width: number, height: number, rgb: Float32Array): void {
  whole(`${where}.width`, width, 1, MAX_TEXTURE_SIDE);
  whole(`${where}.height`, height, 1, MAX_TEXTURE_SIDE);
  if (rgb.length !== width * height * 3) {
    refuse(`${where}.rgb`, `has ${rgb.length} numbers, ${width} x ${height} needs ${width * height * 3}`);
  }
}

function validateEnvironment(environment: TraceEnvironment, where: string): void {
  validatePicture(where, environment.width, environment.height, environment.rgb);
  finite(`${where}.rotationDegrees`, environment.rotationDegrees);
  finite(`${where}.intensity`, environment.intensity, 0);
}

function validateBackground(background: TraceBackground): void {
  switch (background.kind) {
    case 'environment':
      return;
    case 'equirect':
      validateEnvironment(background.environment, 'background.environment');
      return;
    case 'color':
      vector('background.color', background.color, 0);
      return;
    case 'gradient':
      vector('background.top', background.top, 0);
      vector('background.bottom', background.bottom, 0);
      return;
    case 'image':
      validatePicture('background', background.width, background.height, background.rgb);
  }
}

/**
 * Checks everything that the kernel takes on trust: sizes, index ranges, finite numbers.
 *
 * Broken normals, tangents, UVs and colours are not an error (real files are full of them): the packer replaces
 * non-finite ones by zero and the kernel falls back to the face normal.
 *
 * @throws {TracerError} `invalid-scene` with the place, `too-large` beyond the limits.
 */
export function validateScene(scene: TraceScene): void {
  let triangles = 0;
  for (const mesh of scene.meshes) triangles += mesh.indices.length / 3;
  if (triangles > MAX_TRIANGLES) {
    throw new TracerError(
      'too-large',
      `The scene has ${triangles} triangles; ${MAX_TRIANGLES} is the limit.`,
    );
  }
  for (const [i, texture] of scene.textures.entries()) validateTexture(texture, `textures[${i}]`);
  for (const [i, m] of scene.materials.entries())
    validateMaterial(m, `materials[${i}]`, scene.textures.length);
  for (const [i, mesh] of scene.meshes.entries()) validateMesh(mesh, `meshes[${i}]`, scene.materials.length);
  for (const [i, light] of scene.lights.entries()) validateLight(light, `lights[${i}]`);
  validateEnvironment(scene.environment, 'environment');
  validateBackground(scene.background);
}

/** Checks the camera. A target at the position, or an `up` along the view, has no answer and is refused. */
export function validateCamera(camera: TraceCamera): void {
  vector('camera.position', camera.position);
  vector('camera.target', camera.target);
  direction('camera.up', camera.up);
  const view = camera.target.map((t, i) => t - (camera.position[i] as number)) as unknown as Vec3;
  if (Math.hypot(...view) < 1e-9) refuse('camera.target', 'must differ from the position');
  finite('camera.fovYDegrees', camera.fovYDegrees, 0.01, 179);
  finite('camera.apertureRadiusM', camera.apertureRadiusM, 0);
  finite('camera.focusDistanceM', camera.focusDistanceM, camera.apertureRadiusM > 0 ? 1e-6 : -Infinity);
}

/** Checks sizes and counts of the options. */
export function validateOptions(options: TraceOptions): void {
  whole('options.width', options.width, 1, 16_384);
  whole('options.height', options.height, 1, 16_384);
  if (options.width * options.height > MAX_FILM_PIXELS) {
    throw new TracerError(
      'too-large',
      `A film of ${options.width} x ${options.height} is beyond ${MAX_FILM_PIXELS} pixels.`,
    );
  }
  whole('options.spp', options.spp, 1, MAX_SPP);
  if (options.maxBounces !== undefined) whole('options.maxBounces', options.maxBounces, 0, 64);
  if (options.seed !== undefined) whole('options.seed', options.seed, -0x80000000, 0xffffffff);
  if (options.workers !== undefined) whole('options.workers', options.workers, 1, 256);
  if (options.clampIndirect !== undefined) finite('options.clampIndirect', options.clampIndirect, 0);
  if (options.previewIntervalMs !== undefined)
    finite('options.previewIntervalMs', options.previewIntervalMs, 0);
}
