export { environmentFromHdr } from './environment/radiance-hdr.ts';
export { type Sky, type SkyOptions, skyEnvironment } from './environment/sky-environment.ts';
export { type StudioOptions, type StudioPanel, studioEnvironment } from './environment/studio-environment.ts';
export { traceScene } from './trace-scene.ts';
export * from './trace-scene-types.ts';
export { TracerError, type TracerErrorCode } from './tracer-error.ts';
