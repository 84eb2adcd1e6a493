import { DioramaError, LIMITS, type RecipeFile, recipeFileSchema } from '@diorama/contracts';

/** Base64 of the largest picture, and the words. */
const FILE_BYTES_MAX = LIMITS.recipePictureBytes * 1.4 + 200_000;

/**
 * Reads a recipe from a file of another server.
 *
 * @throws {DioramaError} `invalid-recipe`, `file-too-large`.
 */
export async function readRecipeFile(file: Blob): Promise<RecipeFile> {
  if (file.size > FILE_BYTES_MAX)
    throw new DioramaError('file-too-large', 'The file is too large to be a recipe.', {
      hint: 'Choose a file that was exported as a recipe.',
    });
  let json: unknown;
  try {
    json = JSON.parse(await file.text());
  } catch (cause) {
    throw new DioramaError('invalid-recipe', undefined, { cause });
  }
  const parsed = recipeFileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const isRecipe =
    typeof json === 'object' && json !== null && 'format' in json && json.format === 'diorama-recipe';
  throw new DioramaError(
    'invalid-recipe',
    isRecipe
      ? `The recipe cannot be used: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`
      : undefined,
    isRecipe ? { hint: 'It may be of a newer version of Diorama, or damaged. Export it again.' } : {},
  );
}
