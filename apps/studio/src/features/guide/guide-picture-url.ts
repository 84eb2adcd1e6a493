import { API_PREFIX, BYTE_ROUTES } from '@diorama/contracts';
import type { GuidePicture } from '@diorama/recipes';

/** Where the server has a picture of the guide; those of starter recipes are with the recipes. */
export function guidePictureUrl({ fileName, made }: GuidePicture): string {
  if (made.kind !== 'recipe') return `/${fileName}`;
  return `${API_PREFIX}${BYTE_ROUTES.recipePicture.path.replace('{id}', made.recipe)}`;
}
