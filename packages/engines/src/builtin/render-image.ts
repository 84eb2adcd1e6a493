import type { Guide } from '@diorama/conditioning';
import {
  calmGuides,
  dot,
  downsample,
  encodePng,
  findLines,
  measureSubject,
  quantise,
  removeNoise,
  subtract,
  throwIfCanceled,
  traceCameraOf,
  traceFilm,
  type View,
  viewOf,
} from '@diorama/conditioning';
import type { AovName, BuiltinOptions, Camera, Look, PixelSize } from '@diorama/contracts';
import type { Film, TraceCamera, TraceScene } from '@diorama/tracer';
import type { EnginePreview } from '../kit/engine.ts';
import { type Composition, traceBackground } from './compose/compose-scene.ts';
import { renderAovs } from './finish/aov-images.ts';
import { develop } from './finish/develop.ts';
import { meterExposure, meterWhiteBalance, targetKey } from './finish/exposure.ts';
import type { TonePalette } from './finish/palette-transfer.ts';
import { encodePreview } from './finish/preview.ts';
import { guideFactor, type QualitySettings } from './quality.ts';
import type { StageProgress } from './stage-progress.ts';
import { drawBlueprint } from './styles/blueprint.ts';
import { drawInk } from './styles/ink.ts';
import { drawPencil } from './styles/pencil.ts';
import type { DrawStyle } from './styles/style-input.ts';
import { drawToon } from './styles/toon.ts';
import { drawWatercolour } from './styles/watercolour.ts';

/** Styles that are drawn from the finished photograph and the geometry; the others are photographs themselves. */
const DRAWN_STYLES: Partial<Record<Look['style'], DrawStyle>> = {
  toon: drawToon,
  pencil: drawPencil,
  ink: drawInk,
  watercolour: drawWatercolour,
  blueprint: drawBlueprint,
};

export interface RenderImageInput {
  readonly composition: Composition;
  readonly look: Look;
  readonly size: PixelSize;
  readonly seed: number;
  readonly options: BuiltinOptions;
  readonly settings: QualitySettings;
  readonly palette: { readonly target: TonePalette; readonly tone: number; readonly color: number } | null;
  readonly workers: number;
  readonly progress: StageProgress;
  readonly onPreview: (preview: EnginePreview) => void;
  readonly timings: Map<string, number>;
  readonly signal: AbortSignal;
  readonly label: string;
}

export interface RenderedImage {
  /** PNG without metadata. */
  readonly png: Uint8Array;
  readonly camera: Camera;
  readonly aovs: ReadonlyMap<AovName, Uint8Array>;
}

const METER_EDGE = 224;
const PREVIEW_EDGE = 640;
const PREVIEW_INTERVAL_MS = 700;

/**
 * Makes one picture of a composed scene: meter and focus on a small film, trace, denoise, develop, draw.
 *
 * @throws {DioramaError} `canceled`, `render-failed`, `out-of-memory`, `invalid-scene`.
 */
export async function renderImage(input: RenderImageInput): Promise<RenderedImage> {
  const { composition, look, size, settings, signal, progress, timings } = input;
  const { camera } = composition;
  const view = viewOf(camera);
  const drawn = DRAWN_STYLES[look.style];
  const depthOfField = drawn ? 0 : look.lens.depthOfField;

  progress.begin('building', `${input.label}measuring the light`);
  const metered = await timed(timings, 'building', () => meter(input, view));
  const { exposure, whiteBalance, focusDistance } = metered;
  const scene: TraceScene = { ...composition.scene, background: traceBackground(composition, exposure) };
  const traceCamera = traceCameraOf(camera, depthOfField, focusDistance);

  progress.begin('tracing', `${input.label}0 of ${settings.spp} samples`);
  const film = await timed(timings, 'tracing', () =>
    traceFilm(scene, traceCamera, {
      ...size,
      spp: settings.spp,
      maxBounces: settings.maxBounces,
      seed: input.seed,
      workers: input.workers,
      signal,
      previewIntervalMs: PREVIEW_INTERVAL_MS,
      onProgress: ({ fraction, samplesDone, samplesTotal }) =>
        progress.report(fraction, `${input.label}${samplesDone} of ${samplesTotal} samples`),
      onPreview: (soFar) => void sendPreview(input, view, metered, soFar),
    }),
  );

  progress.begin('denoising', input.options.denoise ? `${input.label}removing noise` : undefined);
  const clean = await timed(timings, 'denoising', () => cleanUp(film, input));

  progress.begin('finishing', `${input.label}tone and grade`);
  return timed(timings, 'finishing', async () => {
    const { width, height } = size;
    const developed = await develop({
      rgb: clean,
      film,
      composition,
      view,
      look: drawn ? withoutFinalGrade(look) : look,
      exposure,
      whiteBalance,
      matte: await traceMatte(scene, traceCamera, size, input),
      palette: input.palette,
      seed: input.seed,
      full: true,
      signal,
    });
    progress.report(0.4, drawn ? `${input.label}drawing` : undefined);
    let picture = developed;
    if (drawn) {
      const guide = await traceGuide(scene, camera, size, settings, input);
      progress.report(0.6, `${input.label}drawing`);
      picture = await drawn({
        width,
        height,
        color: developed,
        albedo: film.albedo,
        surfaceNormal: film.surfaceNormal,
        depth: film.depth,
        objectId: film.objectId,
        guide,
        view,
        look,
        extent: composition.meshes.length > 0 ? measureSubject(composition.meshes, composition.extent) : null,
        meshes: composition.meshes,
        isSubject: composition.isSubject,
        seed: input.seed % 1_000_003,
        signal,
      });
    }
    progress.report(0.85, `${input.label}writing the file`);
    const pixels = await quantise(picture, width, height, signal);
    const png = await encodePng(pixels, width, height);
    throwIfCanceled(signal);
    const aovs = await renderAovs(input.options.aovs, {
      film,
      view,
      signal,
      lines: async () =>
        findLines(await traceGuide(scene, camera, size, settings, input), composition.isSubject, signal),
    });
    return { png, camera, aovs };
  });
}

/** A drawing has no lens: what belongs to one is left out, colour stays. */
function withoutFinalGrade(look: Look): Look {
  return {
    ...look,
    atmosphere: { ...look.atmosphere, precipitation: 'none' },
    grade: { ...look.grade, vignette: 0, grain: 0, bloom: 0 },
  };
}

interface Metered {
  readonly exposure: number;
  readonly whiteBalance: readonly [number, number, number];
  /** Metres along the view axis. */
  readonly focusDistance: number;
}

async function meter(input: RenderImageInput, view: View): Promise<Metered> {
  const { composition, look, size, settings, signal } = input;
  const scale = Math.min(1, METER_EDGE / Math.max(size.width, size.height));
  const film = await traceFilm(
    { ...composition.scene, background: composition.rig.background },
    traceCameraOf(composition.camera, 0, 1),
    {
      width: Math.max(16, Math.round(size.width * scale)),
      height: Math.max(16, Math.round(size.height * scale)),
      spp: settings.meterSpp,
      maxBounces: 3,
      seed: 1,
      workers: input.workers,
      signal,
    },
  );
  return {
    exposure: meterExposure(film, composition.isSubject, targetKey(look)),
    whiteBalance: meterWhiteBalance(film),
    focusDistance: findFocus(film, composition, look, view),
  };
}

/** Distance to what shall be sharp: the named objects, or the nearer part of what is in the middle of the frame. */
function findFocus(film: Film, composition: Composition, look: Look, view: View): number {
  const named = look.lens.focusOn ? composition.objectsOf(look.lens.focusOn) : null;
  for (const accept of [
    ...(named ? [(id: number) => named.has(id)] : []),
    composition.isSubject,
    (id: number) => id !== 0,
  ]) {
    const depths: { depth: number; weight: number }[] = [];
    for (let y = 0; y < film.height; y++) {
      for (let x = 0; x < film.width; x++) {
        const i = y * film.width + x;
        const depth = film.depth[i]!;
        if (!accept(film.objectId[i]!) || !Number.isFinite(depth) || depth <= 0) continue;
        const dx = x / film.width - 0.5;
        const dy = y / film.height - 0.5;
        depths.push({ depth, weight: Math.exp(-(dx * dx + dy * dy) * 14) });
      }
    }
    if (depths.length === 0) continue;
    depths.sort((a, b) => a.depth - b.depth);
    const total = depths.reduce((sum, { weight }) => sum + weight, 0);
    let passed = 0;
    // Nearer than the middle: faces and grilles are in front, and blur behind forgives more than blur before.
    for (const { depth, weight } of depths) {
      passed += weight;
      if (passed >= total * 0.35) return depth;
    }
  }
  const along = dot(subtract(composition.extent.center, view.position), view.forward);
  return Math.max(composition.extent.radius * 0.1, along);
}

async function cleanUp(
  film: Film,
  { composition, options, settings, workers, progress, signal, label }: RenderImageInput,
): Promise<Float32Array> {
  const { width, height, beauty } = film;
  if (!options.denoise) return beauty;
  const albedo = film.albedo.slice();
  const normal = film.normal.slice();
  const radius = settings.spp < 24 ? 2 : 1;
  await calmGuides(albedo, normal, film, composition.isTransmissive, radius, signal);
  return removeNoise(
    { width, height, color: beauty, albedo, normal },
    {
      model: settings.denoiser,
      workers,
      deterministic: true,
      signal,
      onProgress: (fraction) => progress.report(fraction, `${label}removing noise`),
    },
  );
}

/** One exact ray per pixel at a higher resolution, for lines. Relief of textures is left out: it is tone and no contour. */
async function traceGuide(
  scene: TraceScene,
  camera: Camera,
  size: PixelSize,
  settings: QualitySettings,
  { workers, signal }: RenderImageInput,
): Promise<Guide> {
  const factor = guideFactor(size.width, size.height, settings.lineEdge);
  const width = size.width * factor;
  const height = size.height * factor;
  const materials = scene.materials.map((material) => ({
    ...material,
    normalTexture: null,
    procedural: null,
  }));
  const film = await traceFilm({ ...scene, materials }, traceCameraOf(camera, 0, 1), {
    width,
    height,
    spp: 1,
    maxBounces: 0,
    seed: 1,
    workers,
    signal,
  });
  return {
    width,
    height,
    factor,
    depth: film.depth,
    surfaceNormal: film.surfaceNormal,
    objectId: film.objectId,
  };
}

/** Rays per pixel and axis that find the border between the subject and the shadow-catching floor. */
const MATTE_FACTOR = 3;

/** How much of each pixel the shadow-catching floor fills; null when there is none. */
async function traceMatte(
  scene: TraceScene,
  camera: TraceCamera,
  size: PixelSize,
  { composition, workers, signal }: RenderImageInput,
): Promise<Float32Array | null> {
  if (!composition.hasShadowCatcher) return null;
  const factor = Math.max(
    1,
    Math.min(MATTE_FACTOR, guideFactor(size.width, size.height, Number.POSITIVE_INFINITY)),
  );
  const width = size.width * factor;
  const height = size.height * factor;
  const { objectId } = await traceFilm(scene, camera, {
    width,
    height,
    spp: 1,
    maxBounces: 0,
    seed: 2,
    workers,
    signal,
  });
  const fine = Float32Array.from(objectId, (id) => (composition.isShadowCatcher(id) ? 1 : 0));
  return downsample(fine, width, height, 1, factor);
}

/** Previews are a courtesy: one that fails or comes too late is dropped. */
async function sendPreview(
  input: RenderImageInput,
  view: View,
  { exposure, whiteBalance }: Metered,
  film: Film,
): Promise<void> {
  try {
    const { composition, look, signal } = input;
    const small = shrinkFilm(film, PREVIEW_EDGE);
    const rgb = await develop({
      rgb: small.beauty,
      film: small,
      composition,
      view,
      look,
      exposure,
      whiteBalance,
      matte: null,
      palette: input.palette,
      seed: input.seed,
      full: false,
      signal,
    });
    if (signal.aborted) return;
    const pixels = await quantise(rgb, small.width, small.height, signal);
    const preview = await encodePreview(pixels, small.width, small.height, PREVIEW_EDGE);
    if (signal.aborted) return;
    input.onPreview({ bytes: preview.bytes, size: { width: preview.width, height: preview.height } });
  } catch {
    // Nobody waits for this promise, and the picture itself is under way.
  }
}

type PreviewFilm = Pick<Film, 'width' | 'height' | 'beauty' | 'depth' | 'objectId' | 'coverage'>;

/** Averages blocks of pixels so that the preview is no larger than `edge`; noise falls along. */
function shrinkFilm(film: Film, edge: number): PreviewFilm {
  const factor = Math.ceil(Math.max(film.width, film.height) / edge);
  if (factor <= 1) return { ...film, beauty: film.beauty.slice() };
  const width = Math.floor(film.width / factor);
  const height = Math.floor(film.height / factor);
  const out = {
    width,
    height,
    beauty: new Float32Array(width * height * 3),
    depth: new Float32Array(width * height),
    objectId: new Uint32Array(width * height),
    coverage: new Float32Array(width * height),
  };
  const share = 1 / (factor * factor);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = y * width + x;
      for (let dy = 0; dy < factor; dy++) {
        for (let dx = 0; dx < factor; dx++) {
          const from = (y * factor + dy) * film.width + x * factor + dx;
          for (let c = 0; c < 3; c++) out.beauty[to * 3 + c]! += film.beauty[from * 3 + c]! * share;
          out.coverage[to]! += film.coverage[from]! * share;
        }
      }
      const middle = (y * factor + (factor >> 1)) * film.width + x * factor + (factor >> 1);
      out.depth[to] = film.depth[middle]!;
      out.objectId[to] = film.objectId[middle]!;
    }
  }
  return out;
}

async function timed<T>(timings: Map<string, number>, name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    return await work();
  } finally {
    timings.set(name, (timings.get(name) ?? 0) + performance.now() - began);
  }
}
