/** What words in the names of objects tell, beyond the dictionary in `kinds.ts`. */

/** Parts of object names that say nothing about what the object is. */
export const NOISE: ReadonlySet<string> = new Set(
  'sm mesh geo geometry lod obj object node group grp empty null copy instance inst primitive default static root rootnode scene collection gltf glb fbx model armature low high poly lowpoly highpoly left right front back rear upper lower top bottom big small large medium new old final untitled part element component polysurface polygon shape curve material mat tris quad the and of with a b c d e f l r v x y z max sketchfab export mdl prop asset set main inner outer item'.split(
    ' ',
  ),
);

/** Names of parts: a scene of nothing but these is one thing taken to pieces. */
export const PARTS: ReadonlySet<string> = new Set(
  'wheel body underside chassis fork frame leg arm seat back top base lid cap handle door window hood bonnet bumper trunk roof light headlight tire rim axle engine cabin cab panel screen button knob strap sole lace shade foot neck stem label bottle glass screw bolt hinge backrest armrest cushion drawer shelf hull wing mast sail propeller saddle pedal chain exhaust mirror grill spoiler tank hand head eye hair face torso skin hat shirt shoe boot belt face nose ear tooth finger cover case lens ring band stone cork wall floor ceiling'.split(
    ' ',
  ),
);

/** Names that mean the floor the subject stands on. */
export const GROUND_WORDS: ReadonlySet<string> = new Set(
  'ground floor terrain road street pavement sidewalk terrace plinth pedestal podium platform rug carpet lawn asphalt deck backdrop land landscape plaza baseplate parquet'.split(
    ' ',
  ),
);
/** What is in a scene without being in the picture. */
export const NOT_SUBJECTS: ReadonlySet<string> = new Set(
  'camera light sun lamp_point spot hemi area env'.split(' '),
);
/** Names that tell an outdoor scene, and a room, from a single thing. */
export const OUTDOOR_WORDS: readonly string[] =
  'building house pavilion tree road street terrace roof facade pavement garage fountain bridge tower terrain forest hedge fence skyscraper'.split(
    ' ',
  );
export const INTERIOR_WORDS: ReadonlySet<string> = new Set(
  'wall ceiling room window curtain interior'.split(' '),
);

/** What shines in a lamp, and what of a lamp never does. */
export const LAMP_WORDS: ReadonlySet<string> = new Set(
  'lamp lampshade shade bulb lightbulb lantern pendant globe sconce chandelier'.split(' '),
);
export const LAMP_HOLDERS: ReadonlySet<string> = new Set(
  'cord rim carrier pole foot stand knuckle base cap chain arm switch wire cable ring frame stem neck leg hook mount post window sun'.split(
    ' ',
  ),
);

/** Of these, what usually reaches to the edges of the picture; a plinth or a terrace still stands on something. */
export const COVERING_GROUNDS: readonly string[] = [
  'ground',
  'floor',
  'terrain',
  'land',
  'landscape',
  'street',
  'backdrop',
  'asphalt',
  'road',
];

/** Names people exchange that no dictionary puts together; each row is one kind of thing. */
export const EXCHANGEABLE: readonly (readonly string[])[] = [
  [
    'building',
    'house',
    'villa',
    'home',
    'pavilion',
    'cabin',
    'hut',
    'bungalow',
    'mansion',
    'cottage',
    'tower',
    'skyscraper',
    'structure',
    'architecture',
  ],
  ['car', 'vehicle', 'truck', 'van', 'automobile', 'pickup', 'suv', 'bus', 'lorry'],
  ['motorcycle', 'motorbike', 'bike', 'scooter', 'moped'],
  ['sofa', 'couch', 'settee', 'loveseat', 'divan'],
  ['chair', 'armchair', 'seat', 'stool', 'recliner', 'lounger'],
  ['rug', 'carpet', 'mat'],
  ['bottle', 'flacon', 'flask', 'vial'],
  ['cap', 'lid', 'stopper', 'cork', 'top'],
  ['lamp', 'lantern', 'luminaire', 'light fixture', 'sconce', 'chandelier', 'pendant'],
  ['lampshade', 'shade'],
  [
    'plant',
    'tree',
    'bush',
    'shrub',
    'palm',
    'foliage',
    'greenery',
    'vegetation',
    'houseplant',
    'ficus',
    'monstera',
  ],
  ['tv', 'television', 'screen', 'monitor', 'display'],
  ['wheel', 'tire', 'rim', 'alloy'],
  ['step', 'stair', 'staircase', 'stairway'],
  ['facade', 'wall', 'cladding', 'siding'],
  ['couch', 'daybed', 'bench'],
  ['cup', 'mug', 'teacup', 'glass'],
  ['petal', 'flower', 'blossom', 'rose'],
  ['watch', 'wristwatch', 'timepiece'],
  ['shoe', 'sneaker', 'trainer', 'boot', 'footwear'],
  ['character', 'person', 'figure', 'man', 'woman', 'human', 'girl', 'boy', 'body'],
  ['packaging', 'box', 'package', 'carton', 'pack', 'case'],
  ['floor', 'ground', 'flooring'],
  ['liquid', 'fluid', 'perfume', 'fragrance', 'juice'],
];

/** Too general to find anything by: nearly everything is an "artifact". */
export const TOO_GENERAL: ReadonlySet<string> = new Set(
  'object thing item structure artifact instrumentality device container unit whole part group article piece entity way system equipment body matter substance creation implement surface layer covering area facility construction material product shape form line point section side fixture decoration commodity goods instrument enclosure attachment conveyance transport support plant_part organism being animal person natural_object vessel block sheet'.split(
    ' ',
  ),
);
