/** Budgets that hold before any loader touches a file. The same numbers serve the server, the CLI and the studio. */
export const LIMITS = {
  promptCharacters: 4_000,
  sceneNotesCharacters: 4_000,
  references: 2,
  count: 4,
  longEdgeMin: 256,
  longEdgeMax: 4_096,
  /** Bytes of one uploaded image. */
  imageBytes: 40 * 1024 * 1024,
  /** Decoded pixels of one uploaded image or texture: a small file can unfold to gigabytes. */
  imagePixels: 50_000_000,
  /** Bytes of one uploaded GLB. */
  modelBytes: 256 * 1024 * 1024,
  /** Bytes of a scene document. */
  sceneBytes: 16 * 1024 * 1024,
  /** Bytes of the JSON chunk of a GLB; the rest of the file is binary. */
  gltfJsonBytes: 32 * 1024 * 1024,
  jsonDepth: 64,
  nodes: 50_000,
  nodeDepth: 256,
  triangles: 10_000_000,
  vertices: 15_000_000,
  textures: 512,
  /** Decoded pixels of all textures of a scene together. */
  texturePixels: 300_000_000,
  /** Generations of one account that may wait at once. */
  queued: 200,
  /** Connections to engines that may be set up. */
  engineConnections: 50,
  tagCharacters: 40,
  tagsPerEntry: 20,
  boards: 500,
  /** Entries that one call may change, delete or pack. */
  entriesPerCall: 1_000,
  /** Boxes of the history whose cards one call may ask for. */
  cardsPerCall: 200,
  recipesPerAccount: 1_000,
  recipePictureBytes: 600 * 1024,
  commentCharacters: 2_000,
  passwordCharactersMin: 10,
  passwordCharactersMax: 128,
  apiTokensPerAccount: 50,
  /** Bytes of a project file: its pictures and models together. */
  archiveBytes: 8 * 1024 * 1024 * 1024,
  archiveEntries: 400_000,
  /** JSON bodies other than scenes. */
  jsonBodyBytes: 1024 * 1024,
} as const;
