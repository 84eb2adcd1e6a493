import { expect, it } from 'vitest';
import { projectPatchSchema } from './history.ts';
import { recipePatchSchema } from './recipe.ts';

it('leaves what a patch does not name as it is, instead of setting it to its default', () => {
  expect(recipePatchSchema.parse({})).toEqual({});
  expect(projectPatchSchema.parse({ name: 'Kitchen' })).toEqual({ name: 'Kitchen' });
});
