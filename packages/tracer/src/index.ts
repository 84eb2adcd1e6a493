export { environmentFromHdr } from './radiance-hdr.ts';
export { traceScene } from './trace-scene.ts';
export * from './trace-scene-types.ts';
export { TracerError, type TracerErrorCode } from './tracer-error.ts';
