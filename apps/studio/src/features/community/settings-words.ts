import type { Post } from '@diorama/contracts';

const BUILT_IN = 'builtin';

/** For a list of facts. */
export function settingsInWords(
  settings: NonNullable<Post['settings']>,
): readonly { readonly name: string; readonly value: string }[] {
  const { engine, model, quality, geometryStrength, negativePrompt } = settings;
  return [
    { name: 'Engine', value: engine === BUILT_IN ? 'Built-in' : engine },
    ...(model === null ? [] : [{ name: 'Model', value: model }]),
    {
      name: 'Aspect ratio',
      value: settings.aspectRatio === 'canvas' ? 'of the canvas' : settings.aspectRatio,
    },
    { name: 'Size', value: `${settings.size} px` },
    ...(quality === null ? [] : [{ name: 'Quality', value: quality }]),
    { name: 'Seed', value: String(settings.seed) },
    ...(geometryStrength === null
      ? []
      : [{ name: 'Geometry strength', value: `${Math.round(geometryStrength * 100)} %` }]),
    ...(negativePrompt === '' ? [] : [{ name: 'Not in the picture', value: negativePrompt }]),
  ];
}
