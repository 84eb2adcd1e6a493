import type { LookScene } from '@diorama/contracts';

/** Scenes of names for the tests; `child:parent` makes a hierarchy. */
function scene(name: string, ...objects: string[]): LookScene {
  return {
    name,
    objects: objects.map((text) => {
      const [child = '', parent] = text.split(':');
      return {
        id: `id-${child}`,
        name: child,
        parentId: parent === undefined ? null : `id-${parent}`,
        materialNames: [],
      };
    }),
  };
}

export const SCENES = {
  perfume: scene('perfume', 'Bottle', 'Cap', 'Liquid', 'Label', 'Box', 'Petal_01', 'Petal_02', 'Plinth'),
  room: scene(
    'reading-corner',
    'Armchair',
    'Armchair_Legs:Armchair',
    'Lamp',
    'Lamp_Shade:Lamp',
    'SideTable',
    'SideTable_Legs:SideTable',
    'Book_01:SideTable',
    'Cup:SideTable',
    'Rug',
    'Plant',
    'Wall_Back',
    'Wall_Left',
    'Floor',
    'Window',
  ),
  pavilion: scene(
    'pavilion',
    'Pavilion',
    'Roof:Pavilion',
    'Walls:Pavilion',
    'Terrace',
    'Steps',
    'Pool',
    'Tree_01',
    'Tree_02',
  ),
  truck: scene(
    'vehicle-truck-red',
    'underside',
    'wheel-back-left',
    'wheel-back-right',
    'wheel-front-left',
    'wheel-front-right',
    'body',
  ),
  motorcycle: scene(
    'vehicle-motorcycle',
    'motorcycle',
    'wheel-back:motorcycle',
    'wheel-front:motorcycle',
    'body:motorcycle',
    'fork:motorcycle',
  ),
  statue: scene('model', 'Mesh_0', 'Mesh_1'),
  chairs: scene('dining', 'SM_Chair_01', 'SM_Chair_02', 'DiningTable', 'PendantLamp'),
} as const;
export type SceneName = keyof typeof SCENES;
