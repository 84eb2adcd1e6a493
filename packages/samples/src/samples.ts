import {
  focusDistanceMOf,
  fovYDegreesOf,
  PAVILION_VIEWS,
  PERFUME_VIEWS,
  READING_CORNER_VIEWS,
  type SceneView,
} from './views.ts';

export type SampleId = 'perfume' | 'reading-corner' | 'pavilion';

/** A saved view as the manifest tells it. The same view is a glTF camera of that name in the file. */
export interface SampleView {
  readonly name: string;
  /** World space, metres, Y up. */
  readonly camera: {
    readonly position: readonly [number, number, number];
    readonly target: readonly [number, number, number];
    readonly fovYDegrees: number;
  };
  /** Distance along the view axis to what should be sharp, metres. */
  readonly focusDistanceM: number;
}

/** What a person needs to choose a sample; free of geometry, so the studio can show it before any file is loaded. */
export interface Sample {
  readonly id: SampleId;
  readonly name: string;
  readonly description: string;
  /** GLB in the built folder. */
  readonly fileName: string;
  /** Prompts that suit the scene and name its objects. */
  readonly promptIdeas: readonly string[];
  /** The first one is where the studio starts. */
  readonly views: readonly SampleView[];
}

function viewsOf(views: readonly SceneView[]): readonly SampleView[] {
  return views.map((view) => ({
    name: view.name,
    camera: { position: view.position, target: view.target, fovYDegrees: fovYDegreesOf(view) },
    focusDistanceM: focusDistanceMOf(view),
  }));
}

export const SAMPLES: readonly Sample[] = [
  {
    id: 'perfume',
    name: 'Perfume',
    description: 'A bottle on a stone plinth with its box, a rose and fallen petals.',
    fileName: 'perfume.glb',
    promptIdeas: [
      'soft studio light, pink marble plinth, shallow depth of field',
      'golden hour, warm backdrop, long shadows',
      'dark moody studio, black marble plinth, rim light on the bottle',
      'emerald liquid, brass cap, pale green backdrop',
      'watercolour, pastel colours',
    ],
    views: viewsOf(PERFUME_VIEWS),
  },
  {
    id: 'reading-corner',
    name: 'Reading corner',
    description: 'An armchair by a tall window, with a lamp, books and coffee, a rug and a plant.',
    fileName: 'reading-corner.glb',
    promptIdeas: [
      'early morning light through the window, cosy and calm',
      'green leather armchair, walnut floor, golden hour',
      'blue velvet armchair, white wall, overcast daylight',
      'night, warm lamp light, deep shadows',
      'pencil drawing on warm paper',
    ],
    views: viewsOf(READING_CORNER_VIEWS),
  },
  {
    id: 'pavilion',
    name: 'Pavilion',
    description: 'A small glass pavilion with a timber deck, a pool and trees.',
    fileName: 'pavilion.glb',
    promptIdeas: [
      'golden hour, long shadows, architectural photography',
      'blue hour, lights on inside, calm pool',
      'overcast morning, wet stone, muted colours',
      'autumn, orange tree leaves, low sun',
      'blueprint drawing',
    ],
    views: viewsOf(PAVILION_VIEWS),
  },
];

/**
 * Builds a sample scene as a GLB. The same sources give the same bytes.
 *
 * Takes about two seconds; the studio and the server use the files that `tools/build.ts` writes.
 */
export async function buildSample(id: SampleId): Promise<Uint8Array> {
  switch (id) {
    case 'perfume':
      return (await import('./scenes/perfume.ts')).buildPerfume();
    case 'reading-corner':
      return (await import('./scenes/reading-corner/reading-corner.ts')).buildReadingCorner();
    case 'pavilion':
      return (await import('./scenes/pavilion/pavilion.ts')).buildPavilion();
  }
}
