import {
  dot,
  EMPTY_EXTENT,
  measureSubject,
  PLAIN_MATERIAL,
  type SceneExtent,
  subtract,
  viewOf,
} from '@diorama/conditioning';
import { type Camera, DioramaError, type Look, type PixelSize, type Warning } from '@diorama/contracts';
import type { GltfAsset } from '@diorama/gltf';
import type { TraceBackground, TraceMaterial, TraceMesh, TraceScene, Vec3 } from '@diorama/tracer';
import type { EngineReference, EngineScene } from '../../kit/engine.ts';
import { decodePicture } from '../../kit/images/decode-picture.ts';
import { lookUp } from '../environment/equirect.ts';
import { hexToLinear, luminance, mix, type Rgb } from '../finish/colour.ts';
import { frameAutomatically, stageAxesOf, withFocalLength } from './camera.ts';
import { buildGroundSet } from './ground-set.ts';
import { createLightRig, type LightRig } from './lighting.ts';
import { lightFromPlate } from './plate-light.ts';
import { buildSceneMeshes, type SceneMeshes } from './scene-meshes.ts';
import { withSurface } from './surface-material.ts';

/** What shall stand behind everything, as the viewer sees it: display-linear, not radiance. */
export type Backplate =
  | { readonly kind: 'environment' }
  | { readonly kind: 'gradient'; readonly top: Rgb; readonly bottom: Rgb }
  | { readonly kind: 'picture'; readonly width: number; readonly height: number; readonly rgb: Float32Array };

/** Everything that is fixed before the first ray. */
export interface Composition {
  /** Ready to trace but for the background, which depends on the exposure. */
  readonly scene: Omit<TraceScene, 'background'>;
  readonly rig: LightRig;
  readonly backplate: Backplate;
  readonly camera: Camera;
  readonly extent: SceneExtent;
  /** The user's own meshes. */
  readonly meshes: readonly TraceMesh[];
  readonly isSubject: (objectId: number) => boolean;
  /** Floor that reaches to the horizon. */
  readonly isEndlessFloor: (objectId: number) => boolean;
  /** Floor that only takes shadows and shows the backplate otherwise. */
  readonly isShadowCatcher: (objectId: number) => boolean;
  readonly hasShadowCatcher: boolean;
  /** Glass or water is in front at this object. */
  readonly isTransmissive: (objectId: number) => boolean;
  readonly objectsOf: (nodeIds: readonly string[]) => ReadonlySet<number>;
  readonly warnings: readonly Warning[];
}

export interface ComposeInput {
  readonly scene: EngineScene | null;
  readonly assets: ReadonlyMap<string, GltfAsset>;
  readonly look: Look;
  readonly references: readonly EngineReference[];
  readonly size: PixelSize;
  /** Also moves the light a little, see `createLightRig`. */
  readonly seed: number;
  readonly signal: AbortSignal;
}

const CLAY: TraceMaterial = {
  ...PLAIN_MATERIAL,
  baseColor: [0.74, 0.72, 0.69],
  roughness: 0.82,
  specular: 0.6,
};
/** Dry, bright earth: neutral beside anything. */
const IMPLIED_GROUND: TraceMaterial = {
  ...PLAIN_MATERIAL,
  baseColor: [0.36, 0.34, 0.31],
  roughness: 0.95,
  specular: 0.3,
};
const CATCHER: TraceMaterial = { ...PLAIN_MATERIAL, baseColor: [0.5, 0.5, 0.5], roughness: 1, specular: 0 };

export async function composeScene(input: ComposeInput): Promise<Composition> {
  const { look, size, signal } = input;
  const warnings: Warning[] = [];
  const own = input.scene
    ? await buildSceneMeshes({
        document: input.scene.document,
        assets: input.assets,
        look,
        references: input.references,
        uniformMaterial: look.style === 'clay' ? CLAY : null,
        signal,
      })
    : null;
  const extent = own?.extent ?? EMPTY_EXTENT;
  const ratio = size.width / size.height;
  const camera = chooseCamera(input, own, extent, ratio, warnings);
  const axes = stageAxesOf(camera);
  const backplate = await chooseBackplate(look, input.references);
  const rig = lightFromPlate(await createLightRig(look, axes, input.seed), backplate, look);

  const meshes = [...(own?.meshes ?? [])];
  const materials = own ? [...own.materials] : [];
  const textures = own?.textures ?? [];
  const lamps = scaleEmission(materials, rig);
  // By lamplight, lamps that the scene brings are meant, and the room's other light steps back.
  const candlelight = look.lighting.kind === 'studio' && look.lighting.set === 'candle';
  const environment = lamps && candlelight ? { ...rig.environment, intensity: 0.16 } : rig.environment;

  const subjectIds = own?.nodeOfObject.size ?? 0;
  const floorId = subjectIds + 1;
  const plinthId = subjectIds + 2;
  const ground = planGround(input, own, extent, camera, backplate, warnings);
  if (own && ground.paintOwnFloor) repaintFloor(own, meshes, materials, look);
  if (ground.kind !== 'none') {
    const surface = ground.catcher
      ? CATCHER
      : look.style === 'clay'
        ? CLAY
        : ground.implied
          ? IMPLIED_GROUND
          : withSurface(PLAIN_MATERIAL, look.ground.surface, own?.unitScale ?? 1);
    const material = materials.push(surface) - 1;
    const ownFloor = (own?.floorMeshes.size ?? 0) > 0;
    for (const piece of buildGroundSet(ground.kind, extent, camera, ownFloor)) {
      // The material that was named is the podium's; the room around it takes the colour of the background.
      const isRoom = ground.kind === 'plinth' && piece.part === 'floor' && look.style !== 'clay';
      meshes.push({
        ...piece,
        tangents: null,
        uv0: null,
        uv1: null,
        colors: null,
        material: isRoom ? materials.push(roomMaterial(look)) - 1 : material,
        objectId: piece.part === 'floor' ? floorId : plinthId,
      });
    }
  }
  if (materials.length === 0) materials.push(PLAIN_MATERIAL);
  const transmissive = new Set(
    meshes.filter(({ material }) => materials[material]!.transmission > 0.05).map(({ objectId }) => objectId),
  );

  return {
    scene: {
      meshes,
      materials,
      textures,
      lights: [...rig.lights, ...(own?.lights ?? [])],
      environment,
    },
    rig,
    backplate,
    camera,
    extent,
    meshes: own?.meshes ?? [],
    isSubject: (id) => id > 0 && id <= subjectIds,
    isEndlessFloor: (id) => id === floorId && ground.kind === 'plane' && !ground.catcher,
    isShadowCatcher: (id) => id === floorId && ground.catcher,
    hasShadowCatcher: ground.catcher,
    isTransmissive: (id) => transmissive.has(id),
    objectsOf: (nodeIds) => objectsBelow(input.scene, own, nodeIds),
    warnings,
  };
}

function chooseCamera(
  { scene, look }: ComposeInput,
  own: SceneMeshes | null,
  extent: SceneExtent,
  ratio: number,
  warnings: Warning[],
): Camera {
  if (!scene) return emptyStageCamera(look);
  if (!scene.camera) {
    warnings.push({
      code: 'camera-auto-framed',
      message: 'No camera was given, so the whole scene was framed.',
    });
    return frameAutomatically(own ? measureSubject(own.meshes, extent) : extent, ratio, look);
  }
  const { camera } = scene;
  const focal = look.lens.focalLengthMm;
  if (focal === null || !own) return camera;
  const { forward } = viewOf(camera);
  const along = dot(subtract(extent.center, camera.position), forward);
  const fallback = Math.hypot(...subtract(camera.target, camera.position));
  return withFocalLength(camera, focal, along > extent.radius * 0.1 ? along : fallback);
}

/** The same light grey that an empty prompt gives its backdrop. */
const ROOM_SRGB = '#cfcecb';

function roomMaterial({ background, ground }: Look): TraceMaterial {
  const hex =
    background.kind === 'color'
      ? background.colorSrgb
      : background.kind === 'gradient'
        ? background.bottomSrgb
        : ground.surface.texture
          ? ROOM_SRGB
          : (ground.surface.colorSrgb ?? ROOM_SRGB);
  return { ...PLAIN_MATERIAL, baseColor: hexToLinear(hex), roughness: 0.75, specular: 0.5 };
}

/** With nothing on the stage: eye height, a calm horizon in the lower third. */
function emptyStageCamera(look: Look): Camera {
  const outdoors = look.lighting.kind !== 'studio';
  return { position: [0, 1.55, 6], target: [0, outdoors ? 1.95 : 1.2, 0], fovYDegrees: outdoors ? 40 : 34 };
}

async function chooseBackplate(look: Look, references: readonly EngineReference[]): Promise<Backplate> {
  const { background } = look;
  switch (background.kind) {
    case 'environment':
      return { kind: 'environment' };
    case 'color': {
      const color = hexToLinear(background.colorSrgb);
      return { kind: 'gradient', top: color, bottom: color };
    }
    case 'gradient':
      return {
        kind: 'gradient',
        top: hexToLinear(background.topSrgb),
        bottom: hexToLinear(background.bottomSrgb),
      };
    case 'reference': {
      const reference = references[background.index];
      if (!reference)
        throw new DioramaError('invalid-request', 'The look names a reference image that was not given.');
      const { width, height, rgba } = await decodePicture(reference.bytes, 2048);
      const rgb = new Float32Array(width * height * 3);
      for (let i = 0; i < width * height; i++) {
        const alpha = rgba[i * 4 + 3]! / 255;
        for (let c = 0; c < 3; c++)
          rgb[i * 3 + c] = SRGB_TO_LINEAR[rgba[i * 4 + c]!]! * alpha + (1 - alpha) * 0.5;
      }
      return { kind: 'picture', width, height, rgb };
    }
  }
}

const SRGB_TO_LINEAR = Float32Array.from(
  { length: 256 },
  (_, i) => hexToLinear(`#${i.toString(16).padStart(2, '0').repeat(3)}`)[0],
);

interface GroundPlan {
  readonly kind: Look['ground']['kind'];
  readonly catcher: boolean;
  readonly paintOwnFloor: boolean;
  /** Nobody spoke of a ground, but without one the scene would hang in the sky. */
  readonly implied: boolean;
}

function planGround(
  { look, scene }: ComposeInput,
  own: SceneMeshes | null,
  extent: SceneExtent,
  camera: Camera,
  backplate: Backplate,
  warnings: Warning[],
): GroundPlan {
  const asked = look.directives.some((directive) => directive.category === 'ground');
  const nothing: GroundPlan = { kind: 'none', catcher: false, paintOwnFloor: false, implied: false };
  let { kind } = look.ground;
  const paintOwnFloor = asked && (own?.floorMeshes.size ?? 0) > 0 && look.style !== 'clay';
  if (scene && camera.position[1] < extent.min[1]) {
    if (kind !== 'none')
      warnings.push({
        code: 'feature-ignored',
        message: 'The camera looks from below the floor, so no floor was added.',
      });
    return { ...nothing, paintOwnFloor };
  }
  const inside = camera.position.every(
    (value, axis) => value > extent.min[axis]! && value < extent.max[axis]!,
  );
  if (scene && own?.extent && inside && (kind === 'backdrop' || kind === 'plinth')) {
    warnings.push({
      code: 'feature-ignored',
      message: 'The camera stands inside the scene, so no backdrop was built.',
    });
    kind = own.floorMeshes.size > 0 ? 'none' : 'plane';
  }
  if (!scene && backplate.kind !== 'environment') return nothing;
  // On a photograph or a plain colour a floor of its own would cover half of it: only shadows are kept.
  if (!asked && scene && backplate.kind === 'picture')
    return { ...nothing, kind: 'plane', catcher: true, paintOwnFloor };
  if (!asked && scene && backplate.kind === 'gradient' && (kind === 'none' || kind === 'plane'))
    return { ...nothing, kind: 'plane', catcher: true, paintOwnFloor };
  if (!asked && kind === 'none' && backplate.kind === 'environment' && look.lighting.kind !== 'studio')
    return { ...nothing, kind: 'plane', implied: true };
  return { ...nothing, kind, paintOwnFloor };
}

/** The scene brings its floor: what was said about the ground is said about it. */
function repaintFloor(own: SceneMeshes, meshes: TraceMesh[], materials: TraceMaterial[], look: Look): void {
  for (const index of own.floorMeshes) {
    const mesh = meshes[index]!;
    const material =
      materials.push(withSurface(materials[mesh.material]!, look.ground.surface, own.unitScale)) - 1;
    meshes[index] = { ...mesh, material };
  }
}

/**
 * Lamps are made for a room: in the sun they fade, at night they must not burn out the picture.
 *
 * @returns Whether the scene has lamps.
 */
function scaleEmission(materials: TraceMaterial[], rig: LightRig): boolean {
  const gain = Math.min(1.6, Math.max(0.45, diffuseWhite(rig) * 1.1));
  let lamps = false;
  for (const [index, material] of materials.entries()) {
    const [r, g, b] = material.emissive;
    if (r + g + b <= 0) continue;
    materials[index] = { ...material, emissive: [r * gain, g * gain, b * gain] };
    lamps = true;
  }
  return lamps;
}

/** Radiance of a white sheet lying in this light. */
function diffuseWhite({ environment, lights }: LightRig): number {
  const out = new Float32Array(3);
  let sum = 0;
  const rings = 16;
  const spokes = 32;
  for (let i = 0; i < rings; i++) {
    const y = Math.sqrt((i + 0.5) / rings);
    const x = Math.sqrt(1 - y * y);
    for (let j = 0; j < spokes; j++) {
      const phi = (j / spokes) * 2 * Math.PI;
      lookUp(environment, [x * Math.cos(phi), y, x * Math.sin(phi)], out);
      sum += luminance(out[0]!, out[1]!, out[2]!) / (rings * spokes);
    }
  }
  for (const light of lights)
    if (light.kind === 'directional')
      sum += (luminance(...light.irradiance) * Math.max(0, -light.direction[1])) / Math.PI;
  return sum;
}

function objectsBelow(
  scene: EngineScene | null,
  own: SceneMeshes | null,
  nodeIds: readonly string[],
): ReadonlySet<number> {
  const wanted = new Set(nodeIds);
  const found = new Set<number>();
  if (!scene || !own) return found;
  for (const [objectId, nodeId] of own.nodeOfObject) {
    for (
      let node = scene.document.nodes[nodeId];
      node;
      node = node.parentId === null ? undefined : scene.document.nodes[node.parentId]
    ) {
      if (wanted.has(node.id)) {
        found.add(objectId);
        break;
      }
    }
  }
  return found;
}

/** The background for the tracer once the exposure is known. */
export function traceBackground({ backplate, rig }: Composition, exposure: number): TraceBackground {
  switch (backplate.kind) {
    case 'environment':
      return rig.background;
    case 'gradient':
      return {
        kind: 'gradient',
        top: backplate.top.map((c) => c / exposure) as unknown as Vec3,
        bottom: backplate.bottom.map((c) => c / exposure) as unknown as Vec3,
      };
    case 'picture':
      return {
        kind: 'image',
        width: backplate.width,
        height: backplate.height,
        rgb: backplate.rgb.map((c) => c / exposure),
      };
  }
}

/** The backplate as the viewer shall see it at a place of the frame (0 to 1), display-linear; for plates only. */
export function samplePlate(
  backplate: Backplate,
  s: number,
  t: number,
  frameRatio: number,
  out: Float32Array,
): void {
  if (backplate.kind === 'gradient') {
    for (let c = 0; c < 3; c++) out[c] = mix(backplate.top[c]!, backplate.bottom[c]!, t);
    return;
  }
  if (backplate.kind !== 'picture') return;
  const { width, height, rgb } = backplate;
  const plateRatio = width / height;
  // Cover: the narrower side decides, the rest is cut evenly.
  const u = 0.5 + (s - 0.5) * Math.min(1, frameRatio / plateRatio);
  const v = 0.5 + (t - 0.5) * Math.min(1, plateRatio / frameRatio);
  const x = Math.min(width - 1, Math.max(0, u * width - 0.5));
  const y = Math.min(height - 1, Math.max(0, v * height - 0.5));
  const x0 = x | 0;
  const y0 = y | 0;
  const x1 = Math.min(width - 1, x0 + 1);
  const y1 = Math.min(height - 1, y0 + 1);
  for (let c = 0; c < 3; c++) {
    const top = rgb[(y0 * width + x0) * 3 + c]! * (1 - x + x0) + rgb[(y0 * width + x1) * 3 + c]! * (x - x0);
    const low = rgb[(y1 * width + x0) * 3 + c]! * (1 - x + x0) + rgb[(y1 * width + x1) * 3 + c]! * (x - x0);
    out[c] = top * (1 - y + y0) + low * (y - y0);
  }
}
