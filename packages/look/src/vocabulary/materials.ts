import type { MaterialTerm } from './types.ts';

/**
 * Materials as PBR values. Base colours of metals follow measured reflectance at normal incidence, those of other
 * things typical albedos (charcoal about 0.04, fresh snow about 0.9 linear); refractive indices are the published ones.
 */

type Base = Omit<MaterialTerm, 'names' | 'colorSrgb' | 'roughness'>;
const entry = (names: string, colorSrgb: string, roughness: number, more: Base = {}): MaterialTerm => ({
  names: names.split(', '),
  colorSrgb,
  roughness,
  ...more,
});

const wood = (
  names: string,
  light: string,
  dark: string,
  roughness = 0.42,
  scaleM = 0.035,
  more: Base = {},
) =>
  entry(names, light, roughness, {
    ior: 1.5,
    texture: { kind: 'wood', scaleM, colorBSrgb: dark, roughnessVariation: 0.12, bumpHeightM: 0.0002 },
    ...more,
  });
const planks = (names: string, light: string, dark: string, roughness = 0.38, scaleM = 0.14) =>
  entry(names, light, roughness, {
    ior: 1.5,
    clearcoat: 0.15,
    texture: { kind: 'planks', scaleM, colorBSrgb: dark, roughnessVariation: 0.15, bumpHeightM: 0.0008 },
  });
const metal = (names: string, color: string, roughness: number, more: Base = {}) =>
  entry(names, color, roughness, { metalness: 1, ...more });
const marble = (
  names: string,
  base: string,
  vein: string,
  roughness = 0.12,
  scaleM = 0.35,
  more: Base = {},
) =>
  entry(names, base, roughness, {
    ior: 1.5,
    clearcoat: 0.3,
    texture: { kind: 'marble', scaleM, colorBSrgb: vein, roughnessVariation: 0.05, bumpHeightM: 0 },
    ...more,
  });
const stone = (
  names: string,
  base: string,
  second: string,
  roughness = 0.8,
  scaleM = 0.12,
  bumpHeightM = 0.002,
) =>
  entry(names, base, roughness, {
    texture: { kind: 'noise', scaleM, colorBSrgb: second, roughnessVariation: 0.15, bumpHeightM },
  });
const fabric = (
  names: string,
  base: string,
  second: string,
  roughness = 0.9,
  sheenSrgb = '#000000',
  scaleM = 0.004,
) =>
  entry(names, base, roughness, {
    ...(sheenSrgb === '#000000' ? {} : { sheenSrgb }),
    texture: {
      kind: 'fabric',
      scaleM,
      colorBSrgb: second,
      roughnessVariation: 0.05,
      bumpHeightM: scaleM / 8,
    },
  });
const leather = (names: string, base: string, second: string, roughness = 0.45, more: Base = {}) =>
  entry(names, base, roughness, {
    ior: 1.5,
    texture: {
      kind: 'leather',
      scaleM: 0.006,
      colorBSrgb: second,
      roughnessVariation: 0.15,
      bumpHeightM: 0.0004,
    },
    ...more,
  });
const plastic = (names: string, color: string, roughness: number, more: Base = {}) =>
  entry(names, color, roughness, { ior: 1.46, ...more });
const glass = (names: string, color: string, roughness = 0.01, ior = 1.52, more: Base = {}) =>
  entry(names, color, roughness, { transmission: 1, ior, ...more });

const WOODS: readonly MaterialTerm[] = [
  wood(
    'wood, wooden, timber, hardwood, wood grain, lumber, natural wood, wooden material, solid wood, wood veneer, veneer, woodgrain',
    '#a9794f',
    '#7c5231',
  ),
  wood('walnut, walnut wood, american walnut, black walnut', '#6a4730', '#3d2619'),
  wood('oak, oak wood, light oak, white oak, natural oak, oaken', '#c2986a', '#95683c'),
  wood('dark oak, smoked oak, fumed oak', '#5b4230', '#33231a'),
  wood('bleached oak, whitewashed oak, whitewashed wood, whitewash', '#d9c9b0', '#b7a385', 0.55),
  wood('pine, pine wood, spruce, fir, softwood', '#d8b07a', '#b9854c', 0.5),
  wood('birch, birch wood', '#e0c79c', '#c6a674', 0.45, 0.03),
  wood('beech, beech wood, beechwood', '#d3a679', '#b9875a', 0.45, 0.02),
  wood('maple, maple wood', '#dcb987', '#c39a62', 0.38, 0.03),
  wood('ash wood, light ash', '#d6c09a', '#a98c62', 0.45),
  wood('cherry wood, cherrywood', '#8c4a2d', '#5e2c1a', 0.35),
  wood('mahogany', '#6b2f1f', '#401a12', 0.3, 0.03, { clearcoat: 0.3, alsoColor: true }),
  wood('teak, teak wood, teakwood', '#9a6a3c', '#6b4524', 0.45),
  wood('rosewood, palisander', '#5a2a22', '#2e1512', 0.32),
  wood('ebony, ebony wood', '#2a211d', '#140f0d', 0.3, 0.03, { alsoColor: true }),
  wood('cedar, cedar wood, larch', '#a8643f', '#7b4426', 0.55),
  wood('redwood', '#8f4630', '#64301f', 0.5),
  wood('bamboo', '#cfae6d', '#a6843f', 0.4, 0.02),
  wood('balsa, basswood, linden wood, lime wood', '#e3cfa8', '#d2b98c', 0.7),
  wood(
    'driftwood, weathered wood, old wood, aged wood, barn wood, barnwood, rustic wood, grey wood, reclaimed wood, distressed wood',
    '#9c9184',
    '#6a6158',
    0.85,
  ),
  wood('charred wood, shou sugi ban, burnt wood', '#26221f', '#0f0d0c', 0.75),
  wood('plywood, osb, chipboard', '#d2ab74', '#b88d56', 0.6, 0.02),
  wood('mdf, hardboard', '#b08a5e', '#a07c52', 0.8, 0.01),
  wood('dark wood, dark stained wood, wenge', '#44301f', '#241811', 0.4),
  wood('light wood, blonde wood, pale wood, scandinavian wood', '#dcc096', '#c4a070', 0.45),
  wood('lacquered wood, varnished wood, polished wood', '#8a5a34', '#5a3820', 0.12, 0.035, {
    clearcoat: 0.9,
  }),
  entry('cork, corkboard', '#b98a58', 0.9, {
    texture: {
      kind: 'noise',
      scaleM: 0.006,
      colorBSrgb: '#7a5230',
      roughnessVariation: 0.1,
      bumpHeightM: 0.0006,
    },
  }),
  fabric(
    'rattan, wicker, cane, woven cane, seagrass, basket weave, woven, straw, raffia, jute, hemp, sisal',
    '#c49a62',
    '#8a6436',
    0.75,
    '#000000',
    0.012,
  ),
  planks(
    'oak floor, wood floor, wooden floor, hardwood floor, floorboards, wooden planks, planks, wood planks, parquet, laminate, parquet floor, oak parquet, wooden boards, wooden decking, wood floors, light wood floor, wood flooring, wooden flooring, hardwood floors, oak planks, wooden deck',
    '#b98f60',
    '#8d643c',
  ),
  planks(
    'herringbone, herringbone floor, herringbone parquet, chevron floor',
    '#b98f60',
    '#7f5a35',
    0.35,
    0.09,
  ),
  planks('walnut floor, dark wood floor, dark hardwood floor, dark wooden floor', '#5f4030', '#382219'),
  wood('tree bark, bark, log, tree trunk', '#6b5645', '#3c2e24', 0.95, 0.03),
];

const METALS: readonly MaterialTerm[] = [
  metal('metal, metallic material, bare metal, alloy, metal material, sheet metal', '#b9bcbf', 0.3),
  metal('steel, stainless steel, stainless, inox, steel plate', '#bdbbb8', 0.28),
  metal('brushed steel, brushed stainless steel, brushed metal, brushed aluminium', '#b6b5b3', 0.42),
  metal('polished steel, polished metal, polished stainless steel, mirror polished steel', '#c8c6c3', 0.06),
  metal('chrome, chromium, chromed, chrome plated, chrome plating', '#c4c5c6', 0.04),
  metal('black chrome, dark chrome', '#3d3e41', 0.06),
  metal(
    'gold, golden metal, 24k gold, gold leaf, gold plated, gilded, solid gold, gold metal, gilt, gold foil, liquid gold',
    '#ffc356',
    0.16,
    { alsoColor: true },
  ),
  metal('polished gold, shiny gold', '#ffc356', 0.05),
  metal('brushed gold, satin gold, matte gold', '#e8b65c', 0.4),
  metal('rose gold, pink gold', '#e8a88f', 0.18, { alsoColor: true }),
  metal('white gold, platinum, palladium', '#d5d0c7', 0.12),
  metal('silver, silvery metal, sterling silver, silver plated, silver metal, silver foil', '#f1efeb', 0.14, {
    alsoColor: true,
  }),
  metal('copper, copper metal, polished copper', '#f0a585', 0.22, { alsoColor: true }),
  metal(
    'aged copper, patina, patinated copper, verdigris, oxidised copper, green patina, patina copper',
    '#5f9c86',
    0.7,
    {
      metalness: 0.35,
      texture: {
        kind: 'noise',
        scaleM: 0.05,
        colorBSrgb: '#7a5a43',
        roughnessVariation: 0.2,
        bumpHeightM: 0.0005,
      },
    },
  ),
  metal('brass, polished brass', '#dfb45f', 0.2, { alsoColor: true }),
  metal('brushed brass, satin brass, antique brass, aged brass', '#c09a55', 0.42),
  metal('bronze, dark bronze', '#a97142', 0.3, { alsoColor: true }),
  metal('aluminium, anodised aluminium, anodized metal, aluminum alloy, duralumin', '#d9dadb', 0.32),
  metal('iron, wrought iron, black iron', '#57524e', 0.5),
  metal('cast iron', '#3b3a39', 0.65),
  metal(
    'black metal, black steel, blackened steel, powder coated metal, black powder coated metal, blackened metal',
    '#1e1f21',
    0.5,
    { metalness: 0.6 },
  ),
  metal('titanium', '#a29a90', 0.35),
  metal('nickel, polished nickel, satin nickel, brushed nickel', '#c9c0b2', 0.25),
  metal(
    'zinc, galvanised steel, galvanized metal, galvanised metal, corrugated metal, corrugated iron, tin',
    '#b3b7b9',
    0.5,
    {
      texture: {
        kind: 'noise',
        scaleM: 0.03,
        colorBSrgb: '#96999c',
        roughnessVariation: 0.2,
        bumpHeightM: 0.0001,
      },
    },
  ),
  metal('pewter, lead', '#8f8e8c', 0.45),
  metal('gunmetal, dark metal, gun metal, dark steel', '#4b4f54', 0.32, { alsoColor: true }),
  metal(
    'rust, rusted metal, rusty metal, rusted iron, rusted steel, corten, corten steel, weathering steel, rusty steel, rusty iron, cor ten',
    '#8a4424',
    0.85,
    {
      metalness: 0.2,
      texture: {
        kind: 'noise',
        scaleM: 0.04,
        colorBSrgb: '#4f2a1b',
        roughnessVariation: 0.15,
        bumpHeightM: 0.001,
      },
    },
  ),
  metal('mirror, mirrored, mirror finish, mirror polished, perfect mirror, mirror like', '#f2f2f2', 0.005),
  metal('liquid metal, mercury, molten metal', '#d6d8da', 0.02),
  metal('damascus steel', '#9a9a9b', 0.25, {
    texture: {
      kind: 'marble',
      scaleM: 0.03,
      colorBSrgb: '#5c5c5f',
      roughnessVariation: 0.15,
      bumpHeightM: 0,
    },
  }),
  metal('tungsten carbide, hardened steel', '#7f7f80', 0.3),
];

const STONES: readonly MaterialTerm[] = [
  marble('marble, white marble, carrara, carrara marble, statuario, polished marble', '#eeebe6', '#a8a49e'),
  marble('calacatta, calacatta marble', '#f1ece2', '#a58f6c'),
  marble('black marble, nero marquina, black marquina', '#1a1a1c', '#cfcac2'),
  marble('green marble, verde marble', '#2f4a3c', '#8aa595'),
  marble('pink marble, rose marble', '#d8b0a6', '#9b6f68'),
  marble('beige marble, cream marble, travertine marble', '#dccbb0', '#b59a78'),
  marble('onyx, agate', '#d8b883', '#7d4f2a', 0.08, 0.2, { transmission: 0.15 }),
  marble('malachite', '#0f6b4a', '#2fae7f', 0.12, 0.08),
  marble('lapis lazuli, lapis', '#1f3f94', '#c8a24a', 0.15, 0.15),
  marble('marble floor, marble flooring, marble floors', '#e9e5de', '#a8a49e', 0.08, 0.5),
  stone('granite, polished granite', '#8b8784', '#4d4a49', 0.3, 0.012, 0),
  stone('black granite', '#242424', '#4a4a4b', 0.2, 0.012, 0),
  stone('slate, slate stone', '#4a5157', '#353b40', 0.65, 0.15, 0.003),
  stone('limestone, sandstone, jura', '#d3c2a1', '#b79f78', 0.85, 0.15),
  stone('travertine', '#d9c7aa', '#b69c76', 0.5, 0.1, 0.001),
  stone('basalt, lava stone, volcanic rock, volcanic stone, pumice', '#3a3a3c', '#232325', 0.9, 0.05, 0.004),
  stone(
    'rock, stone, natural stone, rough stone, boulders, rocky ground, bedrock, rough rock',
    '#8a8278',
    '#5c554d',
    0.9,
    0.25,
    0.02,
  ),
  stone('quartz, quartzite, engineered stone', '#e7e3dd', '#cfc9c0', 0.2, 0.02, 0),
  stone('alabaster, soapstone', '#ece4d6', '#d9cdb9', 0.35, 0.2, 0),
  stone('flint, obsidian', '#141416', '#26262a', 0.05, 0.2, 0),
  entry('terrazzo', '#e4dfd8', 0.25, {
    texture: {
      kind: 'terrazzo',
      scaleM: 0.03,
      colorBSrgb: '#9c7b68',
      roughnessVariation: 0.05,
      bumpHeightM: 0,
    },
  }),
  entry(
    'concrete, raw concrete, bare concrete, exposed concrete, beton, rough concrete, cast concrete, cement, concrete floor, board formed concrete',
    '#a8a6a2',
    0.8,
    {
      texture: {
        kind: 'concrete',
        scaleM: 0.4,
        colorBSrgb: '#8b8985',
        roughnessVariation: 0.15,
        bumpHeightM: 0.001,
      },
    },
  ),
  entry('polished concrete, smooth concrete, microcement, polished concrete floor', '#a3a19d', 0.3, {
    clearcoat: 0.3,
    texture: {
      kind: 'concrete',
      scaleM: 0.5,
      colorBSrgb: '#8d8b87',
      roughnessVariation: 0.12,
      bumpHeightM: 0,
    },
  }),
  entry('brick, bricks, red brick, brickwork, exposed brick, brick wall, masonry, clinker', '#9c4f3a', 0.88, {
    texture: {
      kind: 'brick',
      scaleM: 0.22,
      colorBSrgb: '#b9aea2',
      roughnessVariation: 0.1,
      bumpHeightM: 0.006,
    },
  }),
  entry('white brick, white bricks, whitewashed brick, painted brick', '#e4e0da', 0.85, {
    texture: {
      kind: 'brick',
      scaleM: 0.22,
      colorBSrgb: '#c4beb5',
      roughnessVariation: 0.1,
      bumpHeightM: 0.006,
    },
  }),
  entry(
    'tile, tiles, tiled, ceramic tiles, ceramic tile, white tiles, subway tiles, subway tile, bathroom tiles, zellige, tile floor, tiled floor',
    '#e8e6e1',
    0.12,
    {
      clearcoat: 0.5,
      texture: {
        kind: 'tiles',
        scaleM: 0.2,
        colorBSrgb: '#b9b5ae',
        roughnessVariation: 0.08,
        bumpHeightM: 0.002,
      },
    },
  ),
  entry('mosaic, mosaic tiles', '#5d9aa8', 0.15, {
    clearcoat: 0.5,
    texture: {
      kind: 'tiles',
      scaleM: 0.025,
      colorBSrgb: '#d8d3c8',
      roughnessVariation: 0.1,
      bumpHeightM: 0.001,
    },
  }),
  entry(
    'checkerboard, chequered, checkered, checker, checkerboard floor, checkered floor, checkerboard tiles, chess board, chessboard',
    '#efece6',
    0.15,
    {
      texture: {
        kind: 'checker',
        scaleM: 0.4,
        colorBSrgb: '#1c1c1e',
        roughnessVariation: 0.03,
        bumpHeightM: 0,
      },
    },
  ),
  entry(
    'plaster, stucco, white plaster, gypsum, render plaster, lime plaster, drywall, tadelakt, clay plaster, whitewashed wall, venetian plaster, limewash',
    '#e6e1d8',
    0.92,
    {
      texture: {
        kind: 'noise',
        scaleM: 0.3,
        colorBSrgb: '#d8d2c7',
        roughnessVariation: 0.05,
        bumpHeightM: 0.0008,
      },
    },
  ),
  entry('cobblestone, cobblestones, cobbles, paving stones, pavers, flagstone', '#7d7a76', 0.75, {
    texture: {
      kind: 'tiles',
      scaleM: 0.14,
      colorBSrgb: '#4a4845',
      roughnessVariation: 0.2,
      bumpHeightM: 0.012,
    },
  }),
];

const PLASTICS_AND_PAINTS: readonly MaterialTerm[] = [
  plastic('plastic, abs, polymer, pvc, hard plastic, polypropylene, vinyl', '#d9d9d9', 0.35),
  plastic('glossy plastic, shiny plastic, toy plastic, lego, bakelite', '#e2e2e2', 0.08, { clearcoat: 0.6 }),
  plastic('matte plastic, soft touch plastic, soft touch', '#cfcfcf', 0.7),
  plastic(
    'acrylic, plexiglass, perspex, lucite, clear plastic, clear acrylic, transparent plastic, polycarbonate, clear resin',
    '#f7fafa',
    0.02,
    { transmission: 0.95, ior: 1.49 },
  ),
  plastic(
    'frosted plastic, translucent plastic, milky plastic, frosted acrylic, translucent resin',
    '#f0f2f2',
    0.4,
    { transmission: 0.7, ior: 1.49 },
  ),
  plastic('resin, epoxy, epoxy resin, poured resin', '#d6a35a', 0.08, {
    transmission: 0.5,
    ior: 1.55,
    clearcoat: 0.6,
  }),
  plastic('rubber, black rubber, neoprene, tyre rubber, tire rubber', '#26262a', 0.8),
  plastic('silicone, latex, gel', '#d8cfc9', 0.55, { transmission: 0.1 }),
  plastic('foam, styrofoam, polystyrene, sponge', '#eceae6', 0.95),
  plastic('carbon fibre, carbon fiber, carbon', '#1c1d1f', 0.3, {
    clearcoat: 1,
    texture: {
      kind: 'fabric',
      scaleM: 0.008,
      colorBSrgb: '#38393d',
      roughnessVariation: 0.1,
      bumpHeightM: 0,
    },
  }),
  plastic('fibreglass, fiberglass, gelcoat', '#e6e6e2', 0.2, { clearcoat: 0.6 }),
  plastic(
    'car paint, automotive paint, metallic paint, metallic car paint, auto paint, candy paint, pearlescent paint, lacquer, high gloss lacquer, car finish, glossy car paint, piano lacquer, glossy paint, enamel paint, gloss paint',
    '#b3141c',
    0.25,
    { metalness: 0.3, clearcoat: 1 },
  ),
  plastic(
    'matte paint, chalk paint, wall paint, matte wrap, emulsion, paint, painted wood, painted',
    '#dcd9d3',
    0.85,
  ),
  plastic('piano black, glossy black lacquer, black lacquer', '#0b0b0c', 0.04, { clearcoat: 1 }),
  plastic('vantablack, super black', '#020202', 0.95),
  plastic('chalk, whiteboard', '#f1f0ea', 0.9),
  plastic(
    'paper, kraft paper card, papercraft, origami, cardstock, white paper, paper craft, cut paper, paper cutout',
    '#f3f1ec',
    0.92,
    { thinWalled: false },
  ),
  plastic('black paper', '#101011', 0.92),
  plastic('cardboard, kraft paper, kraft, corrugated cardboard, carton', '#b58d5e', 0.92),
  plastic('wax, paraffin, beeswax, soap', '#efe0be', 0.45, { transmission: 0.15, ior: 1.44 }),
  plastic('playdough, plasticine, modelling clay, claymation, play doh, soft clay', '#d98a6a', 0.75),
  plastic('chocolate, dark chocolate', '#3f2417', 0.35, { alsoColor: true }),
  plastic('caramel, honey, syrup, toffee', '#c07a2c', 0.08, {
    transmission: 0.4,
    ior: 1.48,
    alsoColor: true,
  }),
  plastic('candy, jelly, gummy, jello', '#ff5d7a', 0.12, { transmission: 0.5, ior: 1.4 }),
  plastic(
    'holographic, iridescent, holographic foil, iridescence, opalescent, pearlescent, dichroic, chameleon paint',
    '#c7b8ee',
    0.12,
    { metalness: 0.75, clearcoat: 1 },
  ),
  plastic('inflatable, balloon, inflated, puffy', '#ff7eb6', 0.15, { clearcoat: 0.7 }),
];

const GLASSES: readonly MaterialTerm[] = [
  glass('glass, clear glass, transparent glass, crystal clear glass, glassy, window glass', '#fbfdfc'),
  glass('frosted glass, matte glass, etched glass, milk glass, satin glass, opaque glass', '#f3f6f6', 0.4),
  glass('tinted glass, smoked glass, dark glass, smoky glass, black glass', '#5c6064', 0.01),
  glass('green glass, bottle glass, bottle green glass', '#7fb08a', 0.01),
  glass('blue glass, cobalt glass', '#5b86d6', 0.01),
  glass('amber glass, brown glass', '#b36a1e', 0.01),
  glass('stained glass, coloured glass', '#c94f7c', 0.03),
  glass('crystal, lead crystal, cut crystal, swarovski', '#ffffff', 0.005, 1.6),
  glass('diamond, diamonds, brilliant', '#ffffff', 0.002, 2.42),
  glass('ruby, garnet', '#c0102f', 0.01, 1.77, { alsoColor: true }),
  glass('emerald', '#0f8f5a', 0.01, 1.58, { alsoColor: true }),
  glass('sapphire', '#1b3fae', 0.01, 1.77, { alsoColor: true }),
  glass('amethyst', '#9560c9', 0.02, 1.54, { alsoColor: true }),
  glass('topaz, citrine, amber', '#f0a02c', 0.03, 1.55, { transmission: 0.85, alsoColor: true }),
  glass('opal, moonstone', '#dfe6ea', 0.15, 1.45, { transmission: 0.4 }),
  glass('ice, ice cube, frozen ice, icy surface, ice block', '#dff0f7', 0.12, 1.31, { transmission: 0.75 }),
  glass('water, shallow water, clear water, water surface, still water, calm water', '#3f6f7d', 0.02, 1.33, {
    transmission: 0.2,
    texture: {
      kind: 'water',
      scaleM: 0.5,
      colorBSrgb: '#2a5463',
      roughnessVariation: 0.02,
      bumpHeightM: 0.01,
    },
  }),
  glass('soap bubble', '#ffffff', 0.005, 1.33, { thinWalled: true }),
  glass('porcelain glass, opaline', '#f2efe9', 0.15, 1.5, { transmission: 0.25 }),
];

const FABRICS: readonly MaterialTerm[] = [
  fabric(
    'fabric, cloth, textile, upholstery, upholstered, cloth fabric, woven fabric, fabrics',
    '#b9b2a6',
    '#9d9689',
  ),
  fabric('cotton, muslin, cotton fabric, poplin, percale', '#e8e4da', '#d3cec2'),
  fabric('linen, flax, linen fabric', '#d8cdb8', '#bfb298', 0.92, '#000000', 0.005),
  fabric(
    'wool, woollen, felt, tweed, knitted, knit, knitwear, boiled wool, cashmere, chunky knit, crochet, woolen, yarn',
    '#c9bfae',
    '#aa9f8c',
    0.95,
    '#cfc6b6',
    0.008,
  ),
  fabric(
    'boucle, bouclé, teddy fabric, sherpa, fleece, shearling, plush, terry cloth, terry',
    '#e9e3d6',
    '#d2cabb',
    0.97,
    '#e9e3d6',
    0.014,
  ),
  fabric('velvet, velour, crushed velvet, velvety', '#5a1f33', '#431526', 0.8, '#c98aa0', 0.002),
  fabric('suede, nubuck, alcantara, microfibre', '#8a6a4c', '#765839', 0.92, '#b89a7c', 0.003),
  fabric(
    'silk, satin fabric, taffeta, charmeuse, silk fabric, silky, satin cloth',
    '#e6dccb',
    '#d8ccb6',
    0.32,
    '#ffffff',
    0.001,
  ),
  fabric(
    'canvas fabric, sailcloth, burlap, hessian, sackcloth',
    '#c8b48c',
    '#a58f63',
    0.95,
    '#000000',
    0.008,
  ),
  fabric('denim, jeans', '#3c5478', '#263a58', 0.9, '#000000', 0.004),
  fabric(
    'nylon, polyester, ripstop, gore tex, spandex, lycra, cordura',
    '#3b3f45',
    '#2f3338',
    0.55,
    '#000000',
    0.002,
  ),
  fabric(
    'mesh fabric, mesh, gauze, tulle, lace, chiffon, organza',
    '#e8e4df',
    '#cfcac3',
    0.85,
    '#000000',
    0.006,
  ),
  fabric('corduroy', '#8a5f38', '#6a4526', 0.92, '#b08a60', 0.01),
  fabric(
    'carpet material, shag, carpet pile, shag carpet, tufted',
    '#c9c0b0',
    '#aca28f',
    0.98,
    '#d8d0c2',
    0.015,
  ),
  fabric('fur, faux fur, furry, fuzzy, fluffy, sheepskin', '#d8cfc2', '#b7ab9a', 0.98, '#f0e9de', 0.02),
  fabric('tartan, plaid, gingham, houndstooth', '#8c1d24', '#1f3a2a', 0.92, '#000000', 0.03),
  fabric('tatami', '#c9b779', '#a89656', 0.9, '#000000', 0.01),
  leather(
    'leather, brown leather, genuine leather, faux leather, vegan leather, leatherette, full grain leather, pu leather, real leather',
    '#6b4429',
    '#4a2d1a',
  ),
  leather('tan leather, cognac leather, saddle leather, caramel leather', '#a8683a', '#834b25'),
  leather('black leather', '#191818', '#0e0d0d', 0.4),
  leather('white leather, cream leather', '#e6e0d4', '#cfc7b8', 0.42),
  leather('patent leather, glossy leather', '#161516', '#0c0c0c', 0.05, { clearcoat: 1 }),
  leather(
    'worn leather, distressed leather, vintage leather, aged leather, old leather',
    '#6a4a30',
    '#3c281a',
    0.65,
  ),
  leather('crocodile leather, snakeskin, alligator, snake skin', '#3c3526', '#211c13', 0.3),
];

const CERAMICS: readonly MaterialTerm[] = [
  entry('ceramic, glazed ceramic, earthenware glaze, ceramics, majolica, faience', '#eeece6', 0.15, {
    clearcoat: 0.6,
  }),
  entry('porcelain, bone china, china, white porcelain, fine china', '#f5f4f0', 0.08, { clearcoat: 0.8 }),
  entry('stoneware, matte ceramic, pottery, unglazed ceramic, raku, bisque, earthenware', '#c9bda9', 0.75, {
    texture: {
      kind: 'noise',
      scaleM: 0.01,
      colorBSrgb: '#a99b84',
      roughnessVariation: 0.1,
      bumpHeightM: 0.0002,
    },
  }),
  entry('terracotta, terra cotta, fired clay, adobe', '#b5623f', 0.85, {
    alsoColor: true,
    texture: {
      kind: 'noise',
      scaleM: 0.03,
      colorBSrgb: '#9c5132',
      roughnessVariation: 0.1,
      bumpHeightM: 0.0003,
    },
  }),
  entry('clay, wet clay, potter s clay, mud brick', '#a98467', 0.88),
  entry('enamel, enamelled, vitreous enamel, enameled steel', '#e9e7e2', 0.1, { clearcoat: 0.7 }),
  entry('jade, nephrite', '#5f9a74', 0.15, { transmission: 0.15, ior: 1.62, alsoColor: true }),
  entry('pearl, mother of pearl, nacre', '#ece5dc', 0.18, {
    clearcoat: 0.8,
    sheenSrgb: '#d9d2e6',
    alsoColor: true,
  }),
  entry('ivory, bone, horn, antler', '#ece2c8', 0.35, { alsoColor: true }),
];

const NATURAL: readonly MaterialTerm[] = [
  entry(
    'grass, turf, green grass, tall grass, short grass, mown grass, astroturf, artificial grass',
    '#4f7a2c',
    0.95,
    {
      texture: {
        kind: 'grass',
        scaleM: 0.03,
        colorBSrgb: '#2f5219',
        roughnessVariation: 0.1,
        bumpHeightM: 0.03,
      },
    },
  ),
  entry('moss, mossy, lichen', '#5c7030', 0.97, {
    texture: {
      kind: 'grass',
      scaleM: 0.012,
      colorBSrgb: '#3a4a1c',
      roughnessVariation: 0.05,
      bumpHeightM: 0.008,
    },
  }),
  entry('foliage, leafy, ivy', '#3f6b2a', 0.6, {
    texture: {
      kind: 'grass',
      scaleM: 0.06,
      colorBSrgb: '#26461a',
      roughnessVariation: 0.15,
      bumpHeightM: 0.02,
    },
  }),
  entry('sand, beach sand, golden sand, fine sand, desert sand, sandy', '#d9bd8b', 0.95, {
    alsoColor: true,
    texture: {
      kind: 'sand',
      scaleM: 0.05,
      colorBSrgb: '#c2a170',
      roughnessVariation: 0.05,
      bumpHeightM: 0.006,
    },
  }),
  entry('white sand', '#efe6d3', 0.95, {
    texture: {
      kind: 'sand',
      scaleM: 0.05,
      colorBSrgb: '#e0d4ba',
      roughnessVariation: 0.05,
      bumpHeightM: 0.006,
    },
  }),
  entry('black sand, volcanic sand, volcanic ash', '#2f2d2c', 0.95, {
    texture: {
      kind: 'sand',
      scaleM: 0.05,
      colorBSrgb: '#1d1c1b',
      roughnessVariation: 0.05,
      bumpHeightM: 0.006,
    },
  }),
  entry('snow', '#eef3f8', 0.8, {
    texture: {
      kind: 'snow',
      scaleM: 0.12,
      colorBSrgb: '#dbe6f2',
      roughnessVariation: 0.1,
      bumpHeightM: 0.01,
    },
  }),
  entry('dirt, soil, earthen, muddy ground, dirt ground, packed earth, earth ground', '#6e5238', 0.95, {
    texture: {
      kind: 'noise',
      scaleM: 0.1,
      colorBSrgb: '#4c3725',
      roughnessVariation: 0.08,
      bumpHeightM: 0.015,
    },
  }),
  entry('wet mud', '#4c3826', 0.35, {
    wetness: 0.7,
    texture: {
      kind: 'noise',
      scaleM: 0.1,
      colorBSrgb: '#35261a',
      roughnessVariation: 0.3,
      bumpHeightM: 0.02,
    },
  }),
  entry('cracked earth, cracked mud, dry earth, parched earth', '#a88662', 0.95, {
    texture: {
      kind: 'tiles',
      scaleM: 0.2,
      colorBSrgb: '#6b5038',
      roughnessVariation: 0.05,
      bumpHeightM: 0.015,
    },
  }),
  entry('gravel, pebbles, crushed stone, shingle, pebble, stones', '#928d86', 0.85, {
    texture: {
      kind: 'terrazzo',
      scaleM: 0.03,
      colorBSrgb: '#5f5b56',
      roughnessVariation: 0.2,
      bumpHeightM: 0.01,
    },
  }),
  entry('asphalt, tarmac, bitumen, blacktop, asphalt road', '#3a3a3c', 0.85, {
    texture: {
      kind: 'asphalt',
      scaleM: 0.017,
      colorBSrgb: '#66666a',
      roughnessVariation: 0.25,
      bumpHeightM: 0.004,
    },
  }),
  entry('linoleum, lino', '#b9b1a3', 0.45),
  entry('coral stone', '#f2857a', 0.7, {
    texture: {
      kind: 'noise',
      scaleM: 0.02,
      colorBSrgb: '#d9675d',
      roughnessVariation: 0.1,
      bumpHeightM: 0.002,
    },
  }),
  entry('lava, magma, molten lava, molten', '#3a1208', 0.8, {
    emission: 6,
    texture: {
      kind: 'noise',
      scaleM: 0.2,
      colorBSrgb: '#ff5a14',
      roughnessVariation: 0.1,
      bumpHeightM: 0.02,
    },
  }),
  entry('skin, flesh', '#d9a384', 0.5, { ior: 1.4 }),
  entry('salt, sugar, flour', '#f2f0ec', 0.85),
  entry('coal, charcoal material, graphite material, anthracite stone', '#232325', 0.6),
];

export const MATERIALS: readonly MaterialTerm[] = [
  ...WOODS,
  ...METALS,
  ...STONES,
  ...PLASTICS_AND_PAINTS,
  ...GLASSES,
  ...FABRICS,
  ...CERAMICS,
  ...NATURAL,
];
