import { describe, expect, it } from 'vitest';
import { nameOf, planImport, relativeTo } from './plan-import.ts';

const files = (...paths: string[]) => paths.map((path) => ({ path }));

describe('planImport', () => {
  it('gives a glTF its buffers and pictures from a dropped folder', () => {
    const plan = planImport(
      files('car/car.gltf', 'car/car.bin', 'car/Textures/colormap.png', 'car/licence.txt'),
    );
    expect(plan.models).toHaveLength(1);
    expect(plan.models[0]!.companions.map(({ path }) => relativeTo('car/car.gltf', path))).toEqual([
      'car.bin',
      'Textures/colormap.png',
    ]);
    expect(plan.unknown.map(({ path }) => path)).toEqual(['car/licence.txt']);
  });

  it('imports several models at once, each with what lies in its own folder', () => {
    const plan = planImport(files('a/a.glb', 'a/Textures/x.png', 'b/b.glb', 'b/Textures/y.png'));
    expect(plan.models.map(({ model, companions }) => [model.path, companions.length])).toEqual([
      ['a/a.glb', 1],
      ['b/b.glb', 1],
    ]);
  });

  it('takes pictures without a model for references', () => {
    const plan = planImport(files('mood.JPG', 'notes.pdf'));
    expect(plan.images.map(({ path }) => path)).toEqual(['mood.JPG']);
    expect(plan.unknown.map(({ path }) => path)).toEqual(['notes.pdf']);
  });

  it('does not see what the operating system hides', () => {
    const plan = planImport(files('.DS_Store', '__MACOSX/car.glb', 'car.glb'));
    expect(plan.models.map(({ model }) => model.path)).toEqual(['car.glb']);
  });
});

describe('nameOf', () => {
  it('is the file name without folders and ending', () => {
    expect(nameOf('models/Reading chair.v2.glb')).toBe('Reading chair.v2');
  });
});
