import type { Recipe, RecipeSettings, ReferenceRole } from '@diorama/contracts';

export function sourceName({ source }: Pick<Recipe, 'source'>): string {
  return source === 'starter' ? 'With Diorama' : source === 'shared' ? 'Shared here' : 'Mine';
}

const ROLE_NAMES: Readonly<Record<ReferenceRole, string>> = {
  style: 'Style',
  material: 'Material',
  background: 'Background',
  subject: 'Subject',
  palette: 'Palette',
};

export function roleName(role: ReferenceRole): string {
  return ROLE_NAMES[role];
}

/** What a recipe sets; all else stays as the person has it. */
export function recipeSettingsInWords(
  settings: RecipeSettings,
): readonly { readonly name: string; readonly value: string }[] {
  const { aspectRatio, size, quality, engine, model, geometryStrength } = settings;
  return [
    { name: 'Canvas', value: settings.useCanvas ? 'your scene' : 'switched off' },
    ...(aspectRatio === null
      ? []
      : [{ name: 'Aspect ratio', value: aspectRatio === 'canvas' ? 'of the canvas' : aspectRatio }]),
    ...(size === null ? [] : [{ name: 'Size', value: `${size} px` }]),
    ...(quality === null ? [] : [{ name: 'Quality', value: quality }]),
    ...(engine === null ? [] : [{ name: 'Engine', value: engine === 'builtin' ? 'Built-in' : engine }]),
    ...(model === null ? [] : [{ name: 'Model', value: model }]),
    ...(geometryStrength === null
      ? []
      : [{ name: 'Geometry strength', value: `${Math.round(geometryStrength * 100)} %` }]),
  ];
}
