export * from './a-scene.ts';
export * from './assemble-glb.ts';
export * from './compress-glb.ts';
export * from './glb-writer.ts';
export * from './hostile-glbs.ts';
export * from './shapes.ts';
export * from './tiny-png.ts';
