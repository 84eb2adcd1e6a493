import {
  type ControlMapName,
  DioramaError,
  MIDDLE_GEOMETRY_STRENGTH,
  type ReferenceRole,
  type Warning,
} from '@diorama/contracts';
import type { InputSource, Plan } from './adapter.ts';

export interface PromptParts {
  /** The user's words. They are never changed or shortened. */
  readonly prompt: string;
  /** Objects and materials of the scene; null = switched off. */
  readonly sceneNotes: string | null;
  readonly geometryStrength: number | null;
  readonly inputs: readonly InputSource[];
}

/**
 * The prompt as an engine gets it: what each picture is, by its place in the order; the scene in words; the user's own
 * words, unchanged, last and set apart so that they weigh most. Ratio and size never stand in it: they are parameters.
 *
 * @throws {DioramaError} `prompt-too-long` when the user's words alone are over the engine's limit.
 */
export function composePrompt(
  { prompt, sceneNotes, geometryStrength, inputs }: PromptParts,
  { promptForm, promptMaxCharacters }: Pick<Plan, 'promptForm' | 'promptMaxCharacters'>,
): { readonly text: string; readonly warnings: readonly Warning[] } {
  const words = prompt.trim();
  if (words.length > promptMaxCharacters)
    throw new DioramaError(
      'prompt-too-long',
      `This engine takes at most ${promptMaxCharacters} characters.`,
      {
        hint: `Shorten the prompt by ${words.length - promptMaxCharacters} characters.`,
      },
    );
  const notes = sceneNotes?.trim() ?? '';
  const warnings: Warning[] = [];
  const build = (withNotes: boolean, withRoles: boolean): string => {
    const scene = withNotes ? notes : '';
    if (promptForm === 'plain') return words;
    if (promptForm === 'description') return describe(words, scene);
    const noun = promptForm === 'numbered-pictures' ? 'Picture' : 'Image';
    return instruct(words, scene, withRoles ? rolesOf(inputs, noun, geometryStrength) : []);
  };
  for (const [withNotes, withRoles] of [
    [true, true],
    [false, true],
    [false, false],
  ] as const) {
    const text = build(withNotes, withRoles);
    if (text.length <= promptMaxCharacters) {
      if (!withNotes && notes && promptForm !== 'plain')
        warnings.push({
          code: 'feature-ignored',
          message: 'The scene in words was left out: with it the prompt would be too long for this engine.',
        });
      return { text, warnings };
    }
  }
  return { text: words, warnings };
}

function describe(words: string, scene: string): string {
  if (!words) return scene || 'photorealistic image, natural light, fine detail';
  return scene ? `${words}\n${scene}` : words;
}

function instruct(words: string, scene: string, roles: readonly string[]): string {
  const parts = [...roles];
  if (scene) parts.push(`The scene holds: ${scene}`);
  parts.push(words || defaultWords(roles.length > 0));
  return parts.join('\n');
}

function defaultWords(hasPictures: boolean): string {
  return hasPictures
    ? 'Make a photorealistic image of this with natural light, true materials and fine detail.'
    : 'A photorealistic image with natural light.';
}

function rolesOf(inputs: readonly InputSource[], noun: string, strength: number | null): string[] {
  const canvasAt = inputs.findIndex(({ kind }) => kind === 'canvas');
  const canvas = canvasAt < 0 ? null : `${noun} ${canvasAt + 1}`;
  return inputs.map((input, index) => `${noun} ${index + 1} ${roleOf(input, canvas, strength)}`);
}

function roleOf(input: InputSource, canvas: string | null, strength: number | null): string {
  switch (input.kind) {
    case 'canvas':
      return `is the 3D layout: a plain render of a scene. ${geometryWords(strength ?? MIDDLE_GEOMETRY_STRENGTH)}`;
    case 'reference':
      return REFERENCE_WORDS[input.role ?? 'none'];
    case 'map':
      return mapWords(input.map, canvas);
  }
}

/** Edit models know no weight, but they follow what they are told to keep. */
function geometryWords(strength: number): string {
  if (strength >= 0.9)
    return 'Keep its camera, framing and every object exactly: each edge, silhouette, proportion and position stays where it is. Add and remove nothing. Change only light, materials and surface detail.';
  if (strength >= 0.6)
    return 'Keep its camera, framing and the place, size and shape of every object. Change light, materials, surroundings and fine detail only.';
  if (strength >= 0.3)
    return 'Keep its camera and its arrangement. Shapes may be refined and small things added.';
  return 'Take it as a loose sketch of the composition; shapes and details are free.';
}

const REFERENCE_WORDS: Readonly<Record<ReferenceRole | 'none', string>> = {
  style: 'is a style reference: take over its light, colours, medium and mood, not the things in it.',
  material: 'is a material reference: use the surface that it shows on the objects that the text names.',
  background: 'is a background reference: put the scene into the surroundings that it shows.',
  subject: 'shows a thing that shall be in the picture: keep its identity, shape and details.',
  palette: 'is a colour reference: use its colours, nothing else of it.',
  none: 'is a reference: use it as the text says.',
};

function mapWords(map: ControlMapName, canvas: string | null): string {
  const of = canvas ? ` of ${canvas}` : '';
  switch (map) {
    case 'depth':
      return `is the depth map${of}: near is white, far is black. It is a guide for the geometry and must not be seen.`;
    case 'normal':
      return `is the surface normal map${of}. It is a guide for the geometry and must not be seen.`;
    case 'canny':
    case 'lineart':
      return `shows the true edges${of}. It is a guide for the geometry and must not be seen.`;
    case 'segmentation':
      return `has one flat colour for each object${of}. It is a guide for what belongs together and must not be seen.`;
    case 'object-mask':
      return `marks the chosen objects${of} in white. It is a guide and must not be seen.`;
  }
}
