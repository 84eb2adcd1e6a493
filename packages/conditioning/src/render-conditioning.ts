import { availableParallelism } from 'node:os';
import {
  type Camera,
  type ControlMapName,
  cameraSchema,
  DioramaError,
  LIMITS,
  type PixelSize,
  toDioramaError,
} from '@diorama/contracts';
import { ancestorsOf, type SceneDocument } from '@diorama/scene';
import type { Film, TraceCamera } from '@diorama/tracer';
import { renderCapture } from './capture.ts';
import type { Conditioning, ConditioningInput, ControlImage, SeenObject } from './conditioning-types.ts';
import { inverseDepth } from './maps/depth.ts';
import { cannyMap, type EdgeMarks, lineartMap, markEdges } from './maps/edge-maps.ts';
import { viewNormals } from './maps/normal.ts';
import { hexOfId, objectColors } from './maps/segmentation.ts';
import { encodePng } from './pixels/encode.ts';
import { throwIfCanceled } from './pixels/work.ts';
import { EMPTY_EXTENT, measureSubject } from './scene/extent.ts';
import { frameExtent, framingFor } from './scene/framing.ts';
import { isPane } from './scene/is-pane.ts';
import { buildPlainScene, type PlainScene } from './scene/plain-scene.ts';
import { readSceneSources } from './scene/read-sources.ts';
import { traceFilm } from './scene/trace-film.ts';
import { traceCameraOf, type View, viewOf } from './scene/view.ts';

const SMALLEST_EDGE = 16;

/** Shares of the progress: reading, the maps' film, drawing maps, and what is left for the capture. */
const READ = 0.1;
const MAPS_TRACED = 0.25;
const MAPS_DRAWN = 0.4;

/**
 * Draws what an image model needs to know of a scene, all with one camera and aligned pixel for pixel: with the
 * viewport (a pinhole whose vertical field of view spans the height of the picture), with the built-in engine, and
 * with each other.
 *
 * The maps are the same with and without `capture`: they come from a film of their own, in which textures have no
 * relief, since relief is tone and no contour, and window panes are looked through. Nothing in them is blended across edges.
 *
 * @throws {DioramaError} `canceled`, `invalid-scene`, `invalid-camera`, `invalid-size`, `out-of-memory`,
 *   `engine-unavailable` (kernels are not built), `render-failed`, and those of reading a model.
 */
export async function renderConditioning(input: ConditioningInput): Promise<Conditioning> {
  try {
    return await render(input);
  } catch (thrown) {
    if (input.signal.aborted) throw new DioramaError('canceled', undefined, { cause: thrown });
    // A typed array that cannot be allocated is how JavaScript says that memory is over.
    if (thrown instanceof RangeError) throw new DioramaError('out-of-memory', undefined, { cause: thrown });
    throw toDioramaError(thrown, 'render-failed');
  }
}

async function render(input: ConditioningInput): Promise<Conditioning> {
  const { document, size, signal } = input;
  const workers = input.workers ?? availableParallelism();
  const report = monotonic(input);
  throwIfCanceled(signal);
  checkSize(size);
  checkCamera(input.camera);
  const { assets } = await readSceneSources(document, input.sources, signal);
  const scene = await buildPlainScene(document, assets, signal);
  throwIfCanceled(signal);
  report(READ);

  const camera = input.camera ?? frameScene(scene, size);
  const view = viewOf(camera);
  const traceCamera = traceCameraOf(camera, 0, 1);
  const film = await traceGeometry(input, scene, traceCamera, workers, (fraction) =>
    report(READ + (MAPS_TRACED - READ) * fraction),
  );
  report(MAPS_TRACED);
  const maps = await drawMaps(input, film, view, scene);
  report(MAPS_DRAWN);
  const pixels = input.capture
    ? await renderCapture({
        scene,
        camera: traceCamera,
        view,
        ...size,
        workers,
        signal,
        onProgress: (fraction) => report(MAPS_DRAWN + (1 - MAPS_DRAWN) * fraction),
      })
    : null;
  const capture = pixels && (await toImage(pixels, size));
  throwIfCanceled(signal);
  report(1);
  return { camera, capture, maps, objects: seenObjects(film, scene, document) };
}

function monotonic({ onProgress, signal }: ConditioningInput): (fraction: number) => void {
  let last = 0;
  return (fraction) => {
    // Late messages of workers must not reach a caller who has moved on.
    if (signal.aborted || fraction <= last) return;
    last = Math.min(1, fraction);
    onProgress?.(last);
  };
}

function checkSize({ width, height }: PixelSize): void {
  for (const edge of [width, height])
    if (!Number.isInteger(edge) || edge < SMALLEST_EDGE || edge > LIMITS.longEdgeMax)
      throw new DioramaError('invalid-size', `The size ${width} x ${height} is out of range.`, {
        hint: `Choose from ${SMALLEST_EDGE} to ${LIMITS.longEdgeMax} pixels for each edge.`,
      });
}

function checkCamera(camera: Camera | null): void {
  if (!camera) return;
  const checked = cameraSchema.safeParse(camera);
  if (!checked.success) throw new DioramaError('invalid-camera', checked.error.issues[0]?.message);
}

function frameScene({ meshes, extent }: PlainScene, { width, height }: PixelSize): Camera {
  const subject = extent ? measureSubject(meshes, extent) : EMPTY_EXTENT;
  return frameExtent(subject, width / height, framingFor(subject));
}

async function traceGeometry(
  input: ConditioningInput,
  scene: PlainScene,
  camera: TraceCamera,
  workers: number,
  onProgress: (fraction: number) => void,
): Promise<Film> {
  const { size, signal } = input;
  const chosen = input.objects ? chosenObjects(input, scene) : new Set<number>();
  return traceFilm(
    {
      // Windows are looked through, unless the mask is of them: whoever sees the picture sees the room behind them,
      // and where a map showed a flat wall the room would be painted over.
      meshes: scene.meshes.filter(
        (mesh) => chosen.has(mesh.objectId) || !isPane(mesh, scene.materials[mesh.material]!),
      ),
      materials: scene.materials.map((material) => ({ ...material, normalTexture: null })),
      textures: scene.textures,
      lights: [],
      environment: DARK,
      background: { kind: 'color', color: [0, 0, 0] },
    },
    camera,
    {
      ...size,
      // One exact ray for each pixel is all that maps are made of.
      spp: 1,
      maxBounces: 0,
      seed: 1,
      workers,
      signal,
      onProgress: ({ fraction }) => onProgress(fraction),
    },
  );
}

const DARK = { width: 2, height: 1, rgb: new Float32Array(6), rotationDegrees: 0, intensity: 1 };

async function drawMaps(
  input: ConditioningInput,
  film: Film,
  view: View,
  scene: PlainScene,
): Promise<ReadonlyMap<ControlMapName, ControlImage>> {
  const { size, signal } = input;
  let marks: Promise<EdgeMarks> | null = null;
  const edges = () => {
    marks ??= markEdges(film, signal);
    return marks;
  };
  const draw = async (name: ControlMapName): Promise<Uint8Array> => {
    switch (name) {
      case 'depth':
        return greyToRgb(inverseDepth(film, 255));
      case 'normal':
        return viewNormals(film, view);
      case 'canny':
        return greyToRgb(cannyMap(await edges()));
      case 'lineart':
        return greyToRgb(await lineartMap(await edges(), signal));
      case 'segmentation':
        return objectColors(film.objectId);
      case 'object-mask': {
        const white = chosenObjects(input, scene);
        return greyToRgb(film.objectId, (id) => (white.has(id) ? 255 : 0));
      }
    }
  };
  const images = new Map<ControlMapName, Promise<ControlImage>>();
  for (const name of input.maps) {
    if (images.has(name)) continue;
    throwIfCanceled(signal);
    // Compressing goes on in other threads while the next map is drawn.
    const image = toImage(await draw(name), size);
    // Whoever waits for all of them hears of a failure; until then nobody listens.
    image.catch(() => {});
    images.set(name, image);
  }
  return new Map(await Promise.all([...images].map(async ([name, image]) => [name, await image] as const)));
}

function greyToRgb(
  plane: ArrayLike<number>,
  greyOf: (value: number) => number = (value) => value,
): Uint8Array {
  const pixels = new Uint8Array(plane.length * 3);
  for (let i = 0; i < plane.length; i++) {
    const grey = greyOf(plane[i]!);
    pixels[i * 3] = grey;
    pixels[i * 3 + 1] = grey;
    pixels[i * 3 + 2] = grey;
  }
  return pixels;
}

async function toImage(pixels: Uint8Array, size: PixelSize): Promise<ControlImage> {
  return { png: await encodePng(pixels, size.width, size.height), size };
}

function chosenObjects(
  { document, objects }: ConditioningInput,
  { nodeIds }: PlainScene,
): ReadonlySet<number> {
  const chosen = objects ? new Set(objects) : null;
  const isChosen = (nodeId: string) =>
    !chosen || chosen.has(nodeId) || ancestorsOf(document, nodeId).some(({ id }) => chosen.has(id));
  return new Set(nodeIds.flatMap((nodeId, index) => (isChosen(nodeId) ? [index + 1] : [])));
}

function seenObjects({ objectId }: Film, { nodeIds }: PlainScene, document: SceneDocument): SeenObject[] {
  const counts = new Uint32Array(nodeIds.length + 1);
  for (const id of objectId) counts[id]!++;
  return nodeIds
    .map((nodeId, index) => ({
      nodeId,
      name: document.nodes[nodeId]!.name,
      colorSrgb: hexOfId(index + 1),
      coverage: counts[index + 1]! / objectId.length,
    }))
    .filter(({ coverage }) => coverage > 0)
    .sort((a, b) => b.coverage - a.coverage);
}
