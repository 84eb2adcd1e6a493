import type { Camera } from '@diorama/contracts';
import { importModel, readGltf } from '@diorama/gltf';
import { aScene, type SceneBuilder } from '@diorama/testkit';
import sharp from 'sharp';
import type { EngineRequest, EngineScene } from '../kit/engine.ts';

/** A red ball and a blue box: something to shade, to name and to tell apart. */
export function twoObjects(): SceneBuilder {
  return aScene('Two objects')
    .withSphere({
      name: 'Ball',
      at: [-0.6, 0.5, 0],
      radius: 0.5,
      rings: 16,
      material: 'red',
      color: [0.7, 0.05, 0.04],
      roughness: 0.35,
    })
    .withBox({
      name: 'Box',
      at: [0.6, 0.4, -0.2],
      size: [0.7, 0.8, 0.7],
      material: 'blue',
      color: [0.05, 0.12, 0.6],
    });
}

export async function engineScene(builder: SceneBuilder, camera: Camera | null = null): Promise<EngineScene> {
  const bytes = builder.toGlb();
  const document = importModel(await readGltf(bytes), {
    assetId: `sha256-${'0'.repeat(64)}`,
    name: 'test.glb',
  });
  return { document, sources: new Map(Object.keys(document.sources).map((id) => [id, bytes])), camera };
}

export function request(scene: EngineScene | null, changes: Partial<EngineRequest> = {}): EngineRequest {
  return {
    prompt: '',
    negativePrompt: '',
    sceneNotes: null,
    geometryStrength: null,
    scene,
    capture: null,
    references: [],
    size: { width: 96, height: 54 },
    model: null,
    seed: 0,
    count: 1,
    options: { quality: 'draft', spp: 2, denoise: false },
    resume: null,
    ...changes,
  };
}

/** A PNG of one colour, or of two, one above the other. */
export async function picture(top: string, bottom = top, size = 64): Promise<Uint8Array> {
  const half = await sharp({ create: { width: size, height: size / 2, channels: 3, background: bottom } })
    .png()
    .toBuffer();
  return sharp({ create: { width: size, height: size, channels: 3, background: top } })
    .composite([{ input: half, left: 0, top: size / 2 }])
    .png()
    .toBuffer();
}

/** Mean sRGB (0 to 255) of a part of a PNG; the rectangle in shares of the picture. */
export async function meanOf(
  png: Uint8Array,
  [x0, y0, x1, y1]: readonly [number, number, number, number] = [0, 0, 1, 1],
): Promise<[number, number, number]> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const sum = [0, 0, 0];
  let count = 0;
  for (let y = Math.floor(y0 * info.height); y < Math.ceil(y1 * info.height); y++) {
    for (let x = Math.floor(x0 * info.width); x < Math.ceil(x1 * info.width); x++) {
      for (let c = 0; c < 3; c++) sum[c]! += data[(y * info.width + x) * 3 + c]!;
      count++;
    }
  }
  return sum.map((value) => value / count) as [number, number, number];
}
