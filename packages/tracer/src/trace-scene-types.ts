/**
 * What the tracer takes and gives: plain typed arrays in world space, metres, right-handed, Y up.
 * Colours are linear Rec. 709 unless the name says `Srgb`.
 */

export type Vec2 = readonly [number, number];
export type Vec3 = readonly [number, number, number];

/** One triangle mesh, already transformed to world space. */
export interface TraceMesh {
  /** xyz per vertex, metres. */
  readonly positions: Float32Array;
  /** xyz per vertex, unit length. Flat shading when null. */
  readonly normals: Float32Array | null;
  /** xyzw per vertex as in glTF (w = handedness). Derived from uv0 where a normal map needs it and this is null. */
  readonly tangents: Float32Array | null;
  readonly uv0: Float32Array | null;
  readonly uv1: Float32Array | null;
  /** Linear RGBA per vertex, multiplies the base colour (glTF COLOR_0). */
  readonly colors: Float32Array | null;
  /** Three per triangle. */
  readonly indices: Uint32Array;
  /** Index into `TraceScene.materials`. */
  readonly material: number;
  /** Written to the object-id AOV; 0 is reserved for "nothing hit", so ids start at 1. */
  readonly objectId: number;
}

export type WrapMode = 'repeat' | 'clamp' | 'mirror';

/** 8-bit RGBA texels, top row first (glTF: v grows downwards). */
export interface TraceTexture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array | Uint8ClampedArray;
  readonly wrapS: WrapMode;
  readonly wrapT: WrapMode;
  /** Nearest for pixel-art palettes; linear otherwise. */
  readonly filter: 'linear' | 'nearest';
}

/** A texture slot of a material: which image, which UV set, and KHR_texture_transform. */
export interface TextureSlot {
  /** Index into `TraceScene.textures`. */
  readonly texture: number;
  readonly uvSet: 0 | 1;
  readonly offset: Vec2;
  readonly rotationRadians: number;
  readonly scale: Vec2;
}

export type ProceduralKind =
  | 'wood'
  | 'planks'
  | 'marble'
  | 'concrete'
  | 'brick'
  | 'tiles'
  | 'checker'
  | 'fabric'
  | 'leather'
  | 'terrazzo'
  | 'noise'
  | 'grass'
  | 'sand'
  | 'snow'
  | 'asphalt'
  | 'water';

/**
 * A solid texture evaluated in the kernel from the world position (so it needs no UVs). It drives base colour
 * between two colours, roughness by +-`roughnessVariation`, and a bump of `bumpHeightM`.
 *
 * Its colours multiply the material's base colour and texture; make those white to see the pattern's own.
 * What one feature is, with a usual `scaleM`: wood, the distance of growth rings (0.035); planks, a board's width (0.14);
 * marble, the distance of large veins (0.35); concrete, a stain (0.4); brick, its length (0.22); tiles and checker, the
 * side (0.2); fabric, a thread (0.004); leather, a pore's cell (0.006 to 0.02); terrazzo, a chip's cell (0.03 to 0.08);
 * noise, the largest cloud; grass, a tuft (0.03); sand, about a ripple (0.05); snow, a drift (0.3); asphalt, a stone
 * (0.015); water, a chop wave (0.5).
 */
export interface ProceduralTexture {
  readonly kind: ProceduralKind;
  /** Size of one feature (a plank's width, a brick's length, a vein's spacing), metres. */
  readonly scaleM: number;
  readonly colorA: Vec3;
  readonly colorB: Vec3;
  /** 0 to 1. */
  readonly roughnessVariation: number;
  readonly bumpHeightM: number;
}

/** glTF 2.0 metallic-roughness with the extensions that the tracer honours. */
export interface TraceMaterial {
  readonly baseColor: Vec3;
  /** 0 to 1; used by `alphaMode` blend and mask. */
  readonly alpha: number;
  readonly baseColorTexture: TextureSlot | null;
  readonly metallic: number;
  /** Perceptual roughness, 0 to 1; alpha of GGX is its square. */
  readonly roughness: number;
  /** G = roughness, B = metalness, linear. */
  readonly metallicRoughnessTexture: TextureSlot | null;
  readonly normalTexture: TextureSlot | null;
  readonly normalScale: number;
  /** R, linear. Dims indirect diffuse light only. */
  readonly occlusionTexture: TextureSlot | null;
  readonly occlusionStrength: number;
  /** Radiance, already multiplied by KHR_materials_emissive_strength. */
  readonly emissive: Vec3;
  readonly emissiveTexture: TextureSlot | null;
  readonly alphaMode: 'opaque' | 'mask' | 'blend';
  readonly alphaCutoff: number;
  readonly doubleSided: boolean;
  /** KHR_materials_ior, default 1.5. */
  readonly ior: number;
  /** KHR_materials_specular factor, default 1. */
  readonly specular: number;
  /** KHR_materials_transmission, 0 to 1. */
  readonly transmission: number;
  /** True: a surface without inside (window pane), light passes unbent. False: a solid that refracts. */
  readonly thinWalled: boolean;
  /** KHR_materials_volume. Colour that white light keeps after `attenuationDistanceM`. */
  readonly attenuationColor: Vec3;
  /** Infinity switches absorption off. */
  readonly attenuationDistanceM: number;
  /** KHR_materials_clearcoat. */
  readonly clearcoat: number;
  readonly clearcoatRoughness: number;
  /** KHR_materials_sheen, a retro-reflective cloth lobe. */
  readonly sheenColor: Vec3;
  readonly sheenRoughness: number;
  /** KHR_materials_unlit: base colour is radiance. */
  readonly unlit: boolean;
  readonly procedural: ProceduralTexture | null;
  /**
   * Water on top, 0 to 1: darkens and smooths the base; level faces get puddles where an internal noise is low,
   * and at 1 almost everywhere.
   */
  readonly wetness: number;
  /** How far apart puddles lie, metres, above 0. */
  readonly puddleSizeM: number;
}

export type TraceLight =
  /** `direction` is where the light travels. `irradiance` on a surface facing it; `angularDiameterDegrees` softens shadows. */
  | {
      readonly kind: 'directional';
      readonly direction: Vec3;
      readonly irradiance: Vec3;
      readonly angularDiameterDegrees: number;
    }
  /** `intensity` is W/sr (KHR_lights_punctual's candela, scaled to the scene). A `radiusM` above 0 softens shadows. */
  | { readonly kind: 'point'; readonly position: Vec3; readonly intensity: Vec3; readonly radiusM: number }
  | {
      readonly kind: 'spot';
      readonly position: Vec3;
      readonly direction: Vec3;
      readonly intensity: Vec3;
      readonly innerConeDegrees: number;
      readonly outerConeDegrees: number;
      readonly radiusM: number;
    };

/** Light from everywhere, as an equirectangular picture; skies and studio sets are painted into one by who asks for the picture. */
export interface TraceEnvironment {
  readonly width: number;
  readonly height: number;
  /** Linear RGB radiance, 3 floats a texel, top row = +Y, centre column = -Z. Importance-sampled. */
  readonly rgb: Float32Array;
  /** Turns the picture about +Y, right-handed: at 90 its centre column comes to stand at -X. */
  readonly rotationDegrees: number;
  readonly intensity: number;
}

/** What camera rays see where they hit nothing. Lighting is not touched by it. */
export type TraceBackground =
  | { readonly kind: 'environment' }
  /** Same equirect convention, only for camera rays. */
  | { readonly kind: 'equirect'; readonly environment: TraceEnvironment }
  | { readonly kind: 'color'; readonly color: Vec3 }
  | { readonly kind: 'gradient'; readonly top: Vec3; readonly bottom: Vec3 }
  /** Screen-space backplate, cover-fitted to the frame; linear RGB. */
  | { readonly kind: 'image'; readonly width: number; readonly height: number; readonly rgb: Float32Array };

export interface TraceScene {
  readonly meshes: readonly TraceMesh[];
  readonly materials: readonly TraceMaterial[];
  readonly textures: readonly TraceTexture[];
  readonly lights: readonly TraceLight[];
  readonly environment: TraceEnvironment;
  readonly background: TraceBackground;
}

export interface TraceCamera {
  readonly position: Vec3;
  readonly target: Vec3;
  readonly up: Vec3;
  readonly fovYDegrees: number;
  /** Lens radius in metres; 0 is a pinhole. */
  readonly apertureRadiusM: number;
  /** Distance to the plane in focus, along the view axis. */
  readonly focusDistanceM: number;
}

export interface TraceProgress {
  readonly stage: 'building' | 'tracing';
  /** 0 to 1, never falls. */
  readonly fraction: number;
  readonly samplesDone: number;
  readonly samplesTotal: number;
}

export interface TraceOptions {
  readonly width: number;
  readonly height: number;
  /** Samples per pixel, 1 to 65,536. */
  readonly spp: number;
  /** Path length limit, default 6. */
  readonly maxBounces?: number;
  /** Default 0. Same seed, same bits. */
  readonly seed?: number;
  /** Worker threads, default the number of cores. The film's bits do not depend on it. */
  readonly workers?: number;
  /** Radiance limit of one indirect contribution, default 10 (0 = off). */
  readonly clampIndirect?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TraceProgress) => void;
  /** Called with the film so far, at most every `previewIntervalMs` (default 500). */
  readonly onPreview?: (film: Film) => void;
  readonly previewIntervalMs?: number;
}

/** Every plane is row-major, top row first, and pixel-aligned with the others. */
export interface Film {
  readonly width: number;
  readonly height: number;
  /** Samples per pixel behind these values. */
  readonly spp: number;
  /** Linear RGB radiance, 3 floats a pixel. */
  readonly beauty: Float32Array;
  /** Linear RGB, first non-specular hit, 0 to 1. 3 floats a pixel. */
  readonly albedo: Float32Array;
  /** World space, unit length or zero where nothing was hit, first non-specular hit (what the denoiser wants). 3 floats. */
  readonly normal: Float32Array;
  /** World-space shading normal of the first hit of the pixel's centre ray (what line styles and ControlNet want). 3 floats. */
  readonly surfaceNormal: Float32Array;
  /** Distance along the view axis of the centre ray's first hit, metres; Infinity where nothing was hit. */
  readonly depth: Float32Array;
  /** `TraceMesh.objectId` of the centre ray's first hit; 0 for nothing. */
  readonly objectId: Uint32Array;
  /** Share of the pixel covered by geometry, 0 to 1. */
  readonly coverage: Float32Array;
  readonly stats: {
    readonly triangles: number;
    readonly rays: number;
    readonly buildMs: number;
    readonly traceMs: number;
    readonly wasmBytes: number;
  };
}
