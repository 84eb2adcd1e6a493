import { type EngineDescription, type RecipeContentInput, recipeContentSchema } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { INITIAL_PANEL, type PanelState, type ReferenceImage } from '../generate/panel-store.ts';
import { missingReferences, recipePanel } from './recipe-panel.ts';

const IMAGE: ReferenceImage = { asset: 'sha256-a', name: 'A', width: 1, height: 1, role: null };
const WITH_IMAGES: Pick<PanelState, 'references' | 'models'> = {
  references: [
    { state: 'ready', image: IMAGE },
    { state: 'ready', image: IMAGE },
  ],
  models: {},
};
const recipe = (content: RecipeContentInput) => ({
  id: 'starter-x',
  content: recipeContentSchema.parse(content),
});
const engine = (id: string, kind: string, available = true) =>
  ({ id, kind, name: id, available, models: [{ id: 'm1' }] }) as unknown as EngineDescription;

describe('recipePanel', () => {
  it('fills the prompt and says where it came from', () => {
    const { changes } = recipePanel(
      recipe({
        title: 'T',
        prompt: '{{colour}} walls',
        variables: [{ name: 'colour', label: 'Colour', default: 'white' }],
      }),
      { colour: 'sage green' },
      INITIAL_PANEL,
      [],
    );
    expect(changes.prompt).toBe('sage green walls');
    expect(changes.lineage).toEqual({ recipe: 'starter-x', how: 'recipe' });
  });

  it('leaves alone what the recipe says nothing about', () => {
    const { changes } = recipePanel(recipe({ title: 'T', prompt: 'noon' }), {}, INITIAL_PANEL, []);
    for (const key of ['aspectRatio', 'size', 'quality', 'engine', 'geometryStrength', 'seed', 'count'])
      expect(changes).not.toHaveProperty(key);
  });

  it('gives pictures the roles of the recipe and empties the other slots', () => {
    const { changes } = recipePanel(
      recipe({ title: 'T', prompt: 'noon', references: [{ role: 'style', note: 'a mood' }] }),
      {},
      WITH_IMAGES,
      [],
    );
    expect(changes.references).toEqual([
      { state: 'ready', image: { ...IMAGE, role: 'style' } },
      { state: 'empty' },
    ]);
  });

  it('takes the engine by id or kind when it can be used, and says so when it cannot', () => {
    const wanted = recipe({ title: 'T', prompt: 'noon', settings: { engine: 'bfl', model: 'm1' } });
    const found = recipePanel(wanted, {}, INITIAL_PANEL, [
      engine('off', 'bfl', false),
      engine('mine', 'bfl'),
    ]);
    expect(found).toMatchObject({ changes: { engine: 'mine', models: { mine: 'm1' } }, notes: [] });
    const missing = recipePanel(wanted, {}, INITIAL_PANEL, [engine('off', 'bfl', false)]);
    expect(missing.changes).not.toHaveProperty('engine');
    expect(missing.notes[0]).toMatch(/bfl/);
  });
});

describe('missingReferences', () => {
  it('names the pictures that are needed and not there', () => {
    const { content } = recipe({
      title: 'T',
      prompt: 'noon',
      references: [
        { role: 'material', note: 'a swatch', required: true },
        { role: 'style', note: 'a mood' },
      ],
    });
    expect(missingReferences(content, INITIAL_PANEL.references)).toEqual(['a swatch']);
    expect(missingReferences(content, WITH_IMAGES.references)).toEqual([]);
  });
});
