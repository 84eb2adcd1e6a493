import { describe, expect, it } from 'vitest';
import { SCENES } from '../scenes.fixture.ts';
import { relationOf } from './kinds.ts';
import { ObjectIndex } from './object-index.ts';
import { wordsOfName } from './object-names.ts';

describe('wordsOfName', () => {
  it.each([
    ['SM_Chair_02', ['sm', 'chair']],
    ['vehicle-truck-red', ['vehicle', 'truck', 'red']],
    ['Armchair.001', ['armchair']],
    ['floorLampShade', ['floor', 'lamp', 'shade']],
    ['HDRIWindow', ['hdri', 'window']],
  ])('splits %s', (name, words) => {
    expect(wordsOfName(name)).toEqual(words);
  });
});

describe('relationOf', () => {
  it('knows that an armchair is a kind of chair, and a couch the same as a sofa', () => {
    expect(relationOf('chair', 'armchair')).toEqual({ relation: 'above', steps: 1 });
    expect(relationOf('couch', 'sofa')).toEqual({ relation: 'same', steps: 0 });
    expect(relationOf('lamp', 'sofa')).toBeNull();
  });
});

describe('ObjectIndex', () => {
  const room = new ObjectIndex(SCENES.room);

  it.each([
    ['armchair', ['Armchair']],
    ['chair', ['Armchair']],
    ['furniture', ['Armchair', 'SideTable']],
    ['carpet', ['Rug']],
    ['book', ['Book_01']],
    ['wall', ['Wall_Back', 'Wall_Left']],
  ])('finds "%s" in a room', (word, names) => {
    expect(room.find(word)?.names).toEqual(expect.arrayContaining(names));
  });

  it('finds nothing for what is not there', () => {
    expect(room.find('bicycle')).toBeNull();
    expect(room.find('constructor')).toBeNull();
  });

  it('finds objects by the names of their materials when no object has the name', () => {
    const index = new ObjectIndex({
      objects: [{ id: 'a', name: 'Mesh_1', parentId: null, materialNames: ['Curtain_Fabric'] }],
    });
    expect(index.find('curtain')).toMatchObject({ target: ['a'] });
  });

  it('takes a scene of nothing but parts for one thing', () => {
    expect(new ObjectIndex(SCENES.truck).mainTarget).toBe('all');
    expect(room.mainTarget).toBeNull();
  });

  it('spares parts, finds members of groups and what shines', () => {
    const of = (...names: string[]) =>
      new ObjectIndex({
        objects: names.map((text) => {
          const [name = '', parent] = text.split('<');
          return { id: name, name, parentId: parent ?? null, materialNames: [] };
        }),
      });
    const terrace = of(
      'Lounge chairs',
      'Left lounge chair<Lounge chairs',
      'Right lounge chair<Lounge chairs',
      'Garden table<Lounge chairs',
    );
    expect(terrace.find('chair', true)?.target).toEqual(['Left lounge chair', 'Right lounge chair']);
    const lamp = of('Floor lamp', 'Lamp foot<Floor lamp', 'Lamp shade<Floor lamp', 'Bulb<Floor lamp');
    const found = lamp.find('lamp');
    expect(found?.target).toEqual(['Floor lamp']);
    expect(lamp.withoutParts(found!, (word) => word === 'shade' || word === 'bulb').target).toEqual([
      'Lamp foot',
    ]);
    expect(lamp.lightSourcesOf(found!, (word) => word === 'bulb').target).toEqual(['Bulb']);
    const rose = of('Rose', 'Petal 5 on floor', 'Side table', 'Table top<Side table');
    expect(rose.find('floor')).toBeNull();
    expect(rose.find('table')?.target).toEqual(['Side table']);
  });

  it('takes a frame of the same stuff for the body, and one of its own for a part', () => {
    const armchair = (frameMaterial: string) =>
      new ObjectIndex({
        objects: [
          { id: 'chair', name: 'Armchair', parentId: null, materialNames: [] },
          { id: 'frame', name: 'Seat frame', parentId: 'chair', materialNames: [frameMaterial] },
          { id: 'cushion', name: 'Seat cushion', parentId: 'chair', materialNames: ['rust velvet'] },
          { id: 'leg', name: 'Front leg', parentId: 'chair', materialNames: ['walnut'] },
        ],
      });
    const dressed = (index: ObjectIndex) =>
      index.withoutParts(index.find('armchair')!, (word) => word === 'frame' || word === 'leg').target;
    expect(dressed(armchair('rust velvet'))).toEqual(['frame', 'cushion']);
    expect(dressed(armchair('walnut'))).toEqual(['cushion']);
  });

  it('survives parents in a circle', () => {
    const index = new ObjectIndex({
      objects: [
        { id: 'a', name: 'Chair', parentId: 'b', materialNames: [] },
        { id: 'b', name: 'Table', parentId: 'a', materialNames: [] },
      ],
    });
    expect(index.find('chair')?.target).toEqual(['a']);
  });

  it('tells rooms, buildings and single things apart', () => {
    expect([room.kind, new ObjectIndex(SCENES.pavilion).kind, new ObjectIndex(SCENES.perfume).kind]).toEqual([
      'interior',
      'outdoor',
      'object',
    ]);
  });
});
